import { MARGIN, retrievalOf, takersOf, type Ranked } from '../routing/retrieval.ts';
import { catalogueOf } from '../team/catalogue.ts';
import type { Organisation } from '../team/define-organisation.ts';

/** A cell of the confusion table: of the requests of one, those for which the same one came first. */
export interface Confusion {
  readonly asked: string;
  /** Null where nobody came. */
  readonly first: string | null;
  readonly requests: number;
  /** By how much it came before the next one where that was least, 0..1, and who that was; null where nobody else came. */
  readonly by: number;
  readonly before: string | null;
}

/** Within the margin somebody else would take it as well; this near it is one faint word more or two. */
const NEAR = 3 * MARGIN;
/** Who came first is not who was asked, or somebody else came near. */
export const isConfused = ({ asked, first, by }: Confusion): boolean =>
  first !== asked || by < NEAR;

function faultOf(id: string, text: string, ranked: readonly Ranked[]): string | undefined {
  const takers = takersOf(ranked).map(({ entry }) => entry.id);
  if (takers.length === 1 && takers[0] === id) return undefined;
  const others = takers.filter((one) => one !== id).join(', ');
  const asked = JSON.stringify(text);
  if (others === '') return `nobody takes ${asked} of ${id}: it has no word that tells`;
  return takers.includes(id)
    ? `${asked} of ${id} is taken by ${others} as well`
    : `${asked} of ${id} goes to ${others}`;
}

/**
 * Asks each example of everybody who can be asked of all of them: whose own example somebody else takes, or takes as well as they do,
 * cannot be told from them by words.
 */
export function toldApart(organisation: Organisation): {
  readonly requests: number;
  readonly faults: readonly string[];
  /** By who was asked, then most requests first. */
  readonly confusion: readonly Confusion[];
} {
  const catalogue = catalogueOf(organisation, () => true);
  const rank = retrievalOf(catalogue);
  const faults: string[] = [];
  let requests = 0;
  const confusion = catalogue
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, examples }) => {
      const cells = new Map<string | null, Confusion>();
      for (const text of examples) {
        const ranked = rank(text);
        const fault = faultOf(id, text, ranked);
        if (fault !== undefined) faults.push(fault);
        const [best, next] = ranked;
        const first = best?.entry.id ?? null;
        const by = (best?.score ?? 0) - (next?.score ?? 0);
        const seen = cells.get(first);
        const least = { by, before: next?.entry.id ?? null };
        const kept = seen !== undefined && seen.by <= by ? seen : least;
        cells.set(first, { ...kept, asked: id, first, requests: (seen?.requests ?? 0) + 1 });
        requests += 1;
      }
      return [...cells.values()].toSorted((a, b) => b.requests - a.requests);
    });
  return { requests, faults, confusion };
}
