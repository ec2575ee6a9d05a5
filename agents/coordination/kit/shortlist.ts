import type { CatalogueEntry, PlanBounds } from 'nova-agents';
import { retrievalOf, THRESHOLD } from 'nova-agents/routing';
import { ownWords, split } from './passages.ts';
import type { Asked } from './placing.ts';
import { inLine } from './quoting.ts';
import { unquoted } from './taught.ts';

/** So many are shown whole for each passage. */
const MAX_NEAR = 8;
/** Of everybody else that much of what they do. */
const MAX_LINE_CHARS = 100;

const neededBy = ({ takes = [] }: CatalogueEntry): string[] =>
  takes.filter((key) => key !== 'text' && !key.endsWith('?'));
const brings = ({ gives = {} }: CatalogueEntry, keys: readonly string[]): boolean =>
  Object.values(gives).some((given) => given.some((key) => keys.includes(key)));

/** Who somebody is, in a line. */
export const lineOf = ({ id, does, ready }: CatalogueEntry) => ({
  id,
  does: inLine(does, MAX_LINE_CHARS),
  ready,
});

/**
 * Those near to some passage, or to whom a lesson gives such a request, and who brings what these need; everybody where nobody is near to
 * some passage, since there words do not tell.
 */
function nearTo({ text, clarified, catalogue, lessons = [] }: Asked): CatalogueEntry[] {
  const rank = retrievalOf(catalogue, unquoted(lessons));
  const passages = [text, clarified].flatMap((said) => split(said).passages);
  const ranked = passages.map((passage) => rank(ownWords(passage)).slice(0, MAX_NEAR));
  if (ranked.some(([best]) => best === undefined || best.score < THRESHOLD)) return [...catalogue];
  const named = [...ranked.flat().map(({ entry }) => entry.id), ...lessons.map(({ who }) => who)];
  const near = new Set(named);
  const needed = catalogue.filter(({ id }) => near.has(id)).flatMap(neededBy);
  return catalogue.filter((entry) => near.has(entry.id) || brings(entry, needed));
}

/** What a model is shown of what a router or planner was asked: of those who are far from it their names and a line. */
export function shortlisted(asked: Asked & { readonly bounds?: PlanBounds | undefined }) {
  const near = nearTo(asked);
  const others = asked.catalogue.filter((entry) => !near.includes(entry));
  return {
    ...asked,
    catalogue: near.map(({ learned: _, ...entry }) => entry),
    ...(others.length > 0 && { others: others.map(lineOf) }),
  };
}
