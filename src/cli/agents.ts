import type { Config } from '../config/define-config.ts';
import { thinkers } from '../host/thinkers.ts';
import { retrievalOf, takersOf, THRESHOLD, type Ranked } from '../routing/retrieval.ts';
import { catalogueOf } from '../team/catalogue.ts';
import { columns, jsonText, printable } from './print.ts';

export interface AgentsFlags {
  readonly for?: string;
  readonly json?: boolean;
}

/** Who came near is listed, so many. */
const MAX_NEAR = 6;

const FITS = { example: 'as in', does: 'it does', learned: 'by what was learned of' } as const;

function rankedRows({ entry, score, because, against }: Ranked): string[][] {
  const { id, ready } = entry;
  const fits = `${FITS[because.kind]}: ${because.text}`;
  const rows = [[`  ${score.toFixed(3)}`, id, printable(ready ? fits : `${fits} (needs a model)`)]];
  if (against) rows.push(['', '', printable(`but not: ${against.text}; ${against.who} does`)]);
  return rows;
}

/** Who takes it, in a sentence. */
function verdictOf(takers: readonly Ranked[], [best]: readonly Ranked[]): string {
  const [one, ...others] = takers.map(({ entry }) => entry.id);
  if (one === undefined)
    return best === undefined
      ? 'nobody: it shares no word with what anybody does'
      : `nobody: ${best.entry.id} comes nearest, and ${best.score.toFixed(3)} is below ${THRESHOLD}`;
  return others.length === 0
    ? `${one} takes it`
    : `words cannot tell ${[one, ...others].join(' and ')} apart: the requester is asked`;
}

/** `nova agents`: who can be asked; with `--for`, who would take those words as one passage, and why. */
export async function agents(
  organise: () => Promise<Config>,
  { for: words, json }: AgentsFlags,
): Promise<number> {
  const { organisation, model } = await organise();
  const catalogue = catalogueOf(organisation, thinkers(organisation, model));
  if (words === undefined) {
    const rows = catalogue.map(({ id, does, ready }) => [
      `  ${id}`,
      printable(ready ? does : `${does} (needs a model)`),
    ]);
    process.stdout.write(`${json ? jsonText(catalogue) : columns(rows)}\n`);
    return 0;
  }
  const ranked = retrievalOf(catalogue)(words);
  const takers = takersOf(ranked);
  const near = ranked.slice(0, MAX_NEAR);
  const told = {
    takers: takers.map(({ entry }) => entry.id),
    near: near.map(({ entry, ...rest }) => ({ id: entry.id, ready: entry.ready, ...rest })),
  };
  const text = [verdictOf(takers, ranked), columns(near.flatMap(rankedRows))].join('\n');
  process.stdout.write(`${json ? jsonText(told) : text.trimEnd()}\n`);
  return 0;
}
