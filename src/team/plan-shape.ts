import type { Plan } from '../../machines/protocol/roles.ts';

type Part = Pick<Plan['parts'][number], 'id' | 'takes'>;

/** The parts that can never begin, because they wait for each other (Kahn, 1962: what is left when all sources are taken away). */
export function inCircles(parts: readonly Part[]): string[] {
  let left = parts;
  for (;;) {
    const ids = new Set(left.map(({ id }) => id));
    const next = left.filter(({ takes = [] }) => takes.some(({ from }) => ids.has(from.part)));
    if (next.length === left.length) return left.map(({ id }) => id);
    left = next;
  }
}

/** The parts that one takes from. */
const sourcesOf = (parts: readonly Part[], { takes = [] }: Part): Part[] =>
  parts.filter(({ id }) => takes.some(({ from }) => from.part === id));

const longest = (all: Iterable<readonly string[]>): readonly string[] =>
  [...all].reduce((most, one) => (one.length > most.length ? one : most), []);

/** The longest chain of parts each of which takes from the one before it, of a plan without a circle. */
export function chainOf(parts: readonly Part[]): readonly string[] {
  const known = new Map<Part, readonly string[]>();
  const chainTo = (part: Part): readonly string[] => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const chain = [...longest(sourcesOf(parts, part).map(chainTo)), part.id];
    known.set(part, chain);
    return chain;
  };
  return longest(parts.map(chainTo));
}

/** The ids of all that a part waits for, however many stand between. */
const awaitedBy = (parts: readonly Part[], part: Part): ReadonlySet<string> =>
  new Set(sourcesOf(parts, part).flatMap((one) => [one.id, ...awaitedBy(parts, one)]));

/** The most parts of which none waits for another, of a plan without a circle; found by trying, which 12 parts allow. */
export function widestOf(parts: readonly Part[]): readonly string[] {
  const awaited = new Map(parts.map((part) => [part.id, awaitedBy(parts, part)]));
  const areApart = (a: string, b: string): boolean =>
    awaited.get(a)?.has(b) !== true && awaited.get(b)?.has(a) !== true;
  const widest = ([first, ...rest]: readonly string[]): readonly string[] => {
    if (first === undefined) return [];
    const beside = rest.filter((id) => areApart(first, id));
    const taken = [first, ...widest(beside)];
    // Who is apart from all that are left keeps nobody out.
    return beside.length === rest.length ? taken : longest([taken, widest(rest)]);
  };
  return widest(parts.map(({ id }) => id));
}
