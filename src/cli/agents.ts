import type { Config } from '../config/define-config.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { thinkers } from '../host/thinkers.ts';
import { retrievalOf, takersOf, THRESHOLD, type Ranked } from '../routing/retrieval.ts';
import { catalogueOf } from '../team/catalogue.ts';
import type { Desk } from '../host/desk.ts';
import { isTaught, type TaughtRecord } from '../memory/record.ts';
import { nearestOf, type Nearest } from '../routing/lessons.ts';
import { openProject } from '../workspace/project.ts';
import { atDesk } from './commands.ts';
import { columns, jsonText, dayText, printable } from './print.ts';

export interface AgentsFlags {
  readonly for?: string;
  readonly project: string;
  readonly scope?: string;
  readonly json?: boolean;
}

/** Who came near is listed, so many. */
const MAX_NEAR = 6;
/** What is looked for in the memory. */
const MAX_WORDS_CHARS = 2_000;

const FITS = {
  example: 'as in',
  does: 'it does',
  learned: 'by what was learned of',
  lesson: 'as was said of',
} as const;

function rankedRows({ entry, score, because, against }: Ranked): string[][] {
  const { id, ready } = entry;
  const fits = `${FITS[because.kind]}: ${because.text}`;
  const rows = [[`  ${score.toFixed(3)}`, id, printable(ready ? fits : `${fits} (needs a model)`)]];
  if (against) rows.push(['', '', printable(`but not: ${against.text}; ${against.who} does`)]);
  return rows;
}

/** Who takes it, in a sentence. */
function verdictOf(takers: readonly Ranked[], [best]: readonly Ranked[], isMoved: boolean): string {
  const [one, ...others] = takers.map(({ entry }) => entry.id);
  if (one === undefined && best === undefined && isMoved) return 'nobody takes it';
  if (one === undefined)
    return best === undefined
      ? 'nobody: it shares no word with what anybody does'
      : `nobody: ${best.entry.id} comes nearest, and ${best.score.toFixed(3)} is below ${THRESHOLD}`;
  return others.length === 0
    ? `${one} takes it`
    : `words cannot tell ${[one, ...others].join(' and ')} apart: the requester is asked`;
}

/** Which lesson moved it, and whose it is. */
function lessonText({ lesson, weight }: Nearest<TaughtRecord>): string {
  const { who, text, author, at, scope, id } = lesson;
  const does = weight === 1 ? 'decided by' : 'moved by';
  return printable(
    `${does} what ${author} said on ${dayText(at)} of "${text}": ${who ?? 'nobody'} (lesson ${id} of ${scope})`,
  );
}

/** What was said of such requests where they are asked. */
async function lessonsFor(
  open: () => Promise<Desk>,
  words: string,
  { project, scope }: AgentsFlags,
): Promise<TaughtRecord[]> {
  const where = scope ?? (await openProject(project)).scope;
  const command = { is: 'lessons', words: words.slice(0, MAX_WORDS_CHARS) } as const;
  const known = await atDesk(open, (desk) => desk.memory(where, command));
  return known.filter(isTaught);
}

/** `nova agents`: who can be asked; with `--for`, who would take those words as one passage, and why. */
export async function agents(
  organise: () => Promise<Config>,
  open: () => Promise<Desk>,
  flags: AgentsFlags,
): Promise<number> {
  const { for: words, json } = flags;
  const { organisation, model } = await organise();
  const catalogue = catalogueOf(organisation, thinkers(organisation, model));
  if (words?.trim() === '') throw new BadRequestError('--for takes the words of a request');
  if (words === undefined) {
    const rows = catalogue.map(({ id, does, ready }) => [
      `  ${id}`,
      printable(ready ? does : `${does} (needs a model)`),
    ]);
    process.stdout.write(`${json ? jsonText(catalogue) : columns(rows)}\n`);
    return 0;
  }
  const isHere = ({ who }: TaughtRecord) => catalogue.some(({ id }) => id === (who ?? id));
  const lessons = (await lessonsFor(open, words, flags)).filter(isHere);
  const ranked = retrievalOf(catalogue, lessons)(words);
  const takers = takersOf(ranked);
  const near = ranked.slice(0, MAX_NEAR);
  const moved = nearestOf(lessons)(words);
  const told = {
    takers: takers.map(({ entry }) => entry.id),
    ...(moved && { lesson: moved.lesson, weight: moved.weight }),
    near: near.map(({ entry, ...rest }) => ({ id: entry.id, ready: entry.ready, ...rest })),
  };
  const text = [
    verdictOf(takers, ranked, moved !== undefined),
    ...(moved ? [lessonText(moved)] : []),
    columns(near.flatMap(rankedRows)),
  ].join('\n');
  process.stdout.write(`${json ? jsonText(told) : text.trimEnd()}\n`);
  return 0;
}
