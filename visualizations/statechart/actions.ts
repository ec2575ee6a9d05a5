import { outputs } from '../../machines/protocol/effects.ts';
import { brief, nameOf } from './names.ts';
import { probe, type Probe } from './probe.ts';

/** An action in a few words; a wish is one that the kernel carries outside of the machine. */
export interface ChartAction {
  readonly text: string;
  readonly isWish: boolean;
}

interface Built {
  readonly type?: string;
  readonly params?: unknown;
  readonly assignment?: unknown;
  readonly collect?: (args: unknown, params?: unknown) => void;
}
type Enqueued = string | { readonly type: string; readonly params?: unknown };

const isWish = (name: string): boolean => Object.hasOwn(outputs, name);

/** The actions of a list, each text once. */
export function actionsOf(actions: readonly unknown[] | undefined): ChartAction[] {
  const found = (actions ?? []).flatMap((action) => textsOf(action));
  return [...new Map(found.map((action) => [action.text, action])).values()];
}

function textsOf(action: unknown): ChartAction[] {
  if (typeof action === 'string') return [{ text: action, isWish: isWish(action) }];
  const { type, params, assignment, collect } = action as Built;
  if (typeof action !== 'function') return named(type ?? 'an action', params);
  if (collect !== undefined) return enqueued(collect);
  if (assignment !== undefined) return [{ text: assigned(assignment), isWish: false }];
  const text = type?.replace('xstate.', '') ?? nameOf(action) ?? 'an action';
  return [{ text, isWish: false }];
}

function assigned(assignment: unknown): string {
  return typeof assignment === 'object' && assignment !== null
    ? `set ${Object.keys(assignment).join(', ')}`
    : 'set context';
}

/** Params that are a function are only known where they are the same whatever the context. */
function named(name: string, params: unknown): ChartAction[] {
  if (typeof params !== 'function')
    return [{ text: actionText(name, params), isWish: isWish(name) }];
  if (!isWish(name)) return [{ text: name, isWish: false }];
  const texts = probe(({ context, event }) => [
    actionText(name, (params as (args: unknown) => unknown)({ context, event })),
  ]);
  return (texts.length === 0 ? [name] : texts).map((text) => ({ text, isWish: true }));
}

/** What is enqueued in code: the name it has, if any, else what a probe sees it enqueue. */
function enqueued(collect: (args: unknown, params?: unknown) => void): ChartAction[] {
  const name = nameOf(collect);
  if (name !== undefined && name !== 'collect') return [{ text: name, isWish: false }];
  const seen = probe((args) => collected(collect, args)).map((line) => {
    const [type = '', text = ''] = line.split('\n');
    return { text, isWish: isWish(type) };
  });
  const wishes = seen.filter((action) => action.isWish);
  const rest = seen.filter((action) => !action.isWish);
  return seen.length === 0 ? [{ text: '…', isWish: false }] : [...wishes, ...rest];
}

function collected(
  collect: (args: unknown, params?: unknown) => void,
  { context, event, holds }: Probe,
): string[] {
  const lines: string[] = [];
  const note = (action: Enqueued): void => {
    const { type, params } = typeof action === 'string' ? { type: action } : action;
    lines.push(`${type}\n${isWish(type) ? actionText(type, params) : type}`);
  };
  // Everything else that can be enqueued (assign, raise ...) moves nothing outside.
  const enqueue = Object.assign(note, { assign() {}, raise() {}, emit() {}, cancel() {} });
  collect({ context, event, enqueue, check: () => holds }, {});
  return lines;
}

/** The kernel's outputs by what tells them apart, every other action by its plain params. */
function actionText(name: string, params: unknown): string {
  const { kind, machine, id, event, to } = (params ?? {}) as Record<string, unknown>;
  const what = { effect: kind, spawn: machine, hand: id, timer: id, abort: id, clear: id }[name];
  if (typeof what === 'string') return `${name} ${what}`;
  if (name !== 'send' && name !== 'tell') return isWish(name) ? name : brief(name, params);
  const { type } = (event ?? {}) as { type?: unknown };
  const { child } = (to ?? {}) as { child?: unknown };
  const whom = typeof child === 'string' && !child.includes('…') ? ` to ${child}` : '';
  return typeof type === 'string' ? `${name} ${type}${whom}` : name;
}
