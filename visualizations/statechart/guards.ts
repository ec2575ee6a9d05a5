import { brief, nameOf } from './names.ts';

interface Combined {
  readonly check?: { readonly name: string };
  readonly guards?: readonly unknown[];
  readonly stateValue?: unknown;
}

/** A guard in a few words: its name and its params; undefined where there is none. */
export function guardText(guard: unknown): string | undefined {
  if (guard === undefined || guard === null) return undefined;
  if (typeof guard === 'string') return guard;
  const { check, guards, stateValue } = guard as Combined;
  if (check !== undefined) return combined(check.name, guards ?? [], stateValue);
  if (typeof guard === 'function') return nameOf(guard) ?? 'a condition';
  const { type, params } = guard as { type: string; params?: unknown };
  return brief(type, params);
}

/** `and`, `or`, `not` and `stateIn`, which XState keeps as functions that know their parts. */
function combined(check: string, guards: readonly unknown[], stateValue: unknown): string {
  const parts = guards.map((part) => {
    const text = guardText(part) ?? '';
    return / (and|or) /.test(text) ? `(${text})` : text;
  });
  switch (check) {
    case 'checkAnd':
      return parts.join(' and ');
    case 'checkOr':
      return parts.join(' or ');
    case 'checkNot':
      return `not ${parts.join(' ')}`;
    default:
      return `in ${typeof stateValue === 'string' ? stateValue : JSON.stringify(stateValue)}`;
  }
}
