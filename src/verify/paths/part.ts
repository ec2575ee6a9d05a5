import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../machines/protocol/values.ts';
import { canonical } from '../../kernel/canonical.ts';

/** Of each side as much is shown: a run may hold much, and the path says how to see the rest. */
const MAX_SHOWN_CHARS = 300;

/** Something to be compared, part by part. */
export type Parts = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  value === undefined ? 'nothing' : canonical(value as Json);
/** Equal as JSON; the texts are made only where the objects differ, which is hardly ever. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b) || text(a) === text(b);

/** The first part in which two differ, with both sides; undefined where none does. */
export function partOf(a: Parts, b: Parts): string | undefined {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names)
    if (!isSame(a[name], b[name])) {
      const [here, there] = [a[name], b[name]].map((side) => text(side).slice(0, MAX_SHOWN_CHARS));
      return `${name}: ${here} against ${there}`;
    }
  return undefined;
}
