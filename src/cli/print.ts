import type { Json } from '../../machines/protocol/values.ts';
import type { Result } from '../host/asks.ts';
import type { Progress } from '../host/progress.ts';
import type { Arbitrated } from '../observe/arbitrations.ts';
import type { Decided } from '../observe/decisions.ts';
import type { ModelUsage } from '../observe/usage.ts';
import type { Handoff } from '../observe/trace.ts';
import type { RunSummary } from '../store/ports.ts';
import type { Review } from '../decide/reviews.ts';

/** How this command is called here: in a clone there is no `nova` on the path, only the package's scripts. */
const isScript = ['start', 'nova'].includes(process.env['npm_lifecycle_event'] ?? '');
export const NOVA = isScript ? 'npm run -s nova --' : 'nova';

/** A subject is shown up to here; `--json` has all of it. */
const MAX_SUBJECT_CHARS = 2_000;
const MAX_TEXT_CHARS = 60;

/**
 * Takes control characters out of what agents say: a file name or a commit may hold escape sequences that would
 * write over what a person reads, or approve something in their place.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}

/** The same in one line, for an error. */
export const oneLine = (text: string): string =>
  printable(text)
    .trim()
    .replace(/\s*\n\s*/g, ' ');

/** JSON in which the characters that `printable` replaces are escaped: the same document, and no orders for a terminal. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A word that a shell takes as it stands: a folder's name is part of every id. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Left-aligned columns, as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const why = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason})`);

/** An outcome, and its reason where it has one. */
export const outcomeText = ({ outcome, reason }: Pick<Result, 'outcome' | 'reason'>): string =>
  `${outcome}${why(reason)}`;

/** A run's handoffs, one a line: id, agent, outcome, time. */
export function traceText(trace: readonly Handoff[]): string {
  return columns(
    trace.map(({ id, node, outcome = 'open', reason, tookMs }) => [
      `  ${printable(id)}`,
      node,
      `${outcome}${why(reason)}`,
      tookMs === undefined ? '' : `${tookMs} ms`,
    ]),
  );
}

/** So many of something. */
export const many = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

/** Where it stands, who decides, what was said so far, and until when. */
function mattersText({ within, deciders, quorum, said, until }: Review): string {
  const left = quorum - said.filter(({ says }) => says !== 'rejected').length;
  const who = deciders.length === 0 ? 'you' : deciders.join(', ');
  const facts = [
    ...(within.length > 0 ? [`in ${within.join(' › ')}`] : []),
    `${who}${quorum > 1 ? `: ${many(left, 'approval')} of ${quorum} missing` : ''}`,
    `until ${new Date(until).toISOString().slice(0, 16)}`,
  ];
  const lines = said.map(({ by, says, why: reason }) => `  ${by} ${says}${why(reason)}`);
  return printable([facts.join(' · '), ...lines].join('\n'));
}

/** What waits, and how it is decided. */
export function reviewText(review: Review, how: 'whole' | 'short' = 'short'): string {
  const { id, purpose, subject, diff, mayDelegate } = review;
  if (purpose === 'question') {
    const { question } = subject as { question: string };
    return `${printable(question)}\n  ${NOVA} review answer ${quoted(id)} "…"`;
  }
  const shorten = (text: string): string =>
    how === 'short' && text.length > MAX_SUBJECT_CHARS
      ? `${text.slice(0, MAX_SUBJECT_CHARS)} …\n  ${NOVA} review show ${quoted(id)}`
      : text;
  // Both sides once more would only hide what changes.
  const content = how === 'short' && diff ? '' : JSON.stringify(subject, null, 2);
  const shown = [content, diff ?? ''].filter((text) => text !== '').map(printable);
  const [what, tool = ''] = purpose.split(':', 2);
  const [asks, edit] =
    what === 'doubt'
      ? [
          `${tool} was begun and may have happened: approve to do it again, edit to say what it returned.`,
          '<what it returned>',
        ]
      : [`${purpose} wants your approval:`, '<another one>'];
  const ways = ['approve', 'reject', ...(mayDelegate ? ['delegate'] : []), 'edit'].map(
    (way) => `  ${NOVA} review ${way} ${quoted(id)}${way === 'delegate' ? ' <principal>' : ''}`,
  );
  const asked = review.asked === undefined ? [] : [shorten(`asked: ${oneLine(review.asked)}`)];
  return [
    asks,
    ...asked,
    mattersText(review),
    ...shown.map(shorten),
    `${ways.join('\n')} '${edit}'`,
  ].join('\n');
}

const MAX_EVIDENCE = 12;

/** What somebody held, in lines: why, then each piece that it rests on. */
function heldText(said: Json): string[] {
  const { why: because, evidence, ...rest } = (said ?? {}) as Readonly<Record<string, Json>>;
  if (typeof because !== 'string' || !Array.isArray(evidence)) return [JSON.stringify(said)];
  const plain = (fact: Json): string => (typeof fact === 'string' ? fact : JSON.stringify(fact));
  const pieces = (evidence as (Readonly<Record<string, Json>> | null)[]).map((piece) => {
    const { kind = '', ...facts } = piece ?? {};
    const told = Object.entries(facts).filter(([, fact]) => fact !== null);
    return `- ${plain(kind)}: ${told.map(([name, fact]) => `${name} ${plain(fact)}`).join(', ')}`;
  });
  const more = pieces.length - MAX_EVIDENCE;
  return [
    because,
    ...pieces.slice(0, MAX_EVIDENCE),
    ...(more > 0 ? [`- and ${more} more: ${NOVA} show RUN --json`] : []),
    ...(Object.keys(rest).length > 0 ? [JSON.stringify(rest)] : []),
  ];
}

/** Who held what, what decided it, and what those who were overruled were told. */
function arbitrationText({
  decision,
  choice,
  by,
  why: asked,
  principal,
  ...record
}: Arbitrated): string {
  const { positions, missing, overruled } = record;
  const who = principal === undefined ? by : `${by ?? 'person'} ${principal}`;
  const because = asked === null ? '' : `, asked because of: ${asked.replace('_', ' ')}`;
  const told = (adviser: string): string => {
    const answer = overruled.find((one) => one.adviser === adviser)?.answer;
    return answer === undefined ? '' : `, overruled: ${oneLine(answer)}`;
  };
  return printable(
    [
      `${decision}: ${choice === null ? 'undecided' : `${choice} by ${who}`}${because}`,
      ...positions.map(
        ({ adviser, choice: held, said }) =>
          `  ${adviser} held ${held}${told(adviser)}\n${heldText(said)
            .map((line) => `    ${line}`)
            .join('\n')}`,
      ),
      ...missing.map(
        ({ adviser, outcome, reason }) =>
          `  ${adviser} has no position: ${outcome ?? 'it was not asked'}${why(reason ?? undefined)}`,
      ),
    ].join('\n'),
  );
}

/** Who decided what, and why; where it had no effect, that. */
const decisionText = ({ id, by, says, to, why: reason, dead }: Decided): string =>
  printable(
    `  ${by} ${says} ${id}${to === undefined ? '' : ` to ${to}`}${why(reason)}${dead === undefined ? '' : `: no effect, ${dead}`}`,
  );

/** What a value says of itself, to be read. */
function summaryOf(value: unknown): string | undefined {
  const { summary } = (value ?? {}) as { readonly summary?: unknown };
  return typeof summary === 'string' ? summary : undefined;
}

/** The whole of a result as a person reads it: the answer, what waits, the trace. */
export function resultText(result: Result): string {
  const { run, outcome, reason, note, answer, report, value, waiting, trace, decisions } = result;
  const { arbitrations = [], usage } = result;
  const parts: string[] = [];
  if (answer !== undefined) parts.push(printable(answer.text));
  const brought = report ?? value;
  if (answer === undefined && brought !== undefined)
    parts.push(printable(summaryOf(brought) ?? JSON.stringify(brought, null, 2)));
  if (answer === undefined && note !== undefined) parts.push(printable(note));
  parts.push(...arbitrations.map(arbitrationText), ...waiting.map((review) => reviewText(review)));
  parts.push(`${outcome}${why(reason)} · ${run}\n${traceText(trace)}`);
  if (decisions.length > 0) parts.push(decisions.map(decisionText).join('\n'));
  if (usage !== undefined) parts.push(usageText(usage));
  return parts.join('\n\n');
}

function usageText({ answers, tokens: { input, output }, cost }: ModelUsage): string {
  const price = cost === 0 ? '' : `, cost ${Number(cost.toFixed(6))}`;
  return `models: ${many(answers, 'answer')}, ${input} tokens in, ${output} out${price}`;
}

/** One line of progress; undefined for what a person need not see. */
export function progressText({ kind, ...rest }: Progress): string | undefined {
  switch (kind) {
    case 'handed':
      return `${(rest as { node: string }).node} …`;
    case 'tool':
      return `${(rest as { id: string }).id.split('/').at(-1)} uses ${(rest as { tool: string }).tool}`;
    case 'asked':
      return `a person is asked: ${(rest as { purpose: string }).purpose}`;
    case 'draft':
      return undefined;
    case 'ended': {
      const { id, outcome, reason } = rest as { id: string; outcome: string; reason?: string };
      return id.includes('/') ? `${id.split('/').at(-1)}: ${outcome}${why(reason)}` : undefined;
    }
  }
}

const standing = (waits: boolean, parked: string | undefined): string =>
  parked === undefined ? (waits ? 'waiting' : 'open') : 'version_unavailable';

/** A parked run, and how it is ended. */
export const parkedText = ({ run, parked = '' }: RunSummary): string =>
  `${printable(parked)}\n  ${NOVA} stop ${quoted(run)}`;

/** Runs, one a line, and how many there are beside these. */
export function runsText(runs: readonly RunSummary[], total: number): string {
  if (runs.length === 0) return 'no runs';
  const more = total - runs.length;
  const rest = more === 0 ? '' : `\n… and ${more} more: ${NOVA} runs --limit all`;
  const lines = columns(
    runs.map(({ run, at, text, waits, parked, outcome = standing(waits, parked), reason }) => {
      const line = printable(text).replaceAll('\n', ' ');
      const short = line.length > MAX_TEXT_CHARS ? `${line.slice(0, MAX_TEXT_CHARS)} …` : line;
      return [run, new Date(at).toISOString().slice(0, 16), `${outcome}${why(reason)}`, short];
    }),
  );
  return `${lines}${rest}`;
}

/** The day of an instant, in UTC. */
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
