import { retrievalOf, takersOf } from '../routing/retrieval.ts';
import { catalogueOf } from '../team/catalogue.ts';
import type { Organisation } from '../team/define-organisation.ts';

/**
 * Asks each example of everybody who can be asked of all of them: whose own example somebody else takes, or takes as well as they do,
 * cannot be told from them by words.
 */
export function toldApart(organisation: Organisation): {
  readonly requests: number;
  readonly faults: readonly string[];
} {
  const catalogue = catalogueOf(organisation, () => true);
  const rank = retrievalOf(catalogue);
  const requests = catalogue.flatMap(({ id, examples }) => examples.map((text) => ({ id, text })));
  const faults = requests.flatMap(({ id, text }) => {
    const takers = takersOf(rank(text)).map(({ entry }) => entry.id);
    if (takers.length === 1 && takers[0] === id) return [];
    const others = takers.filter((one) => one !== id).join(', ');
    const asked = JSON.stringify(text);
    if (others === '') return [`nobody takes ${asked} of ${id}: it has no word that tells`];
    return [
      takers.includes(id)
        ? `${asked} of ${id} is taken by ${others} as well`
        : `${asked} of ${id} goes to ${others}`,
    ];
  });
  return { requests: requests.length, faults };
}
