import type { Json } from '../../machines/protocol/values.ts';
import type { Desk } from '../host/desk.ts';
import type { FaultKind } from '../observe/blame.ts';
import type { Blame, Station, Why } from '../observe/why.ts';
import { atDesk } from './commands.ts';
import { columns, jsonText, outcomeText, printable } from './print.ts';

/** Values are shown up to here; `--json` has all of them. */
const MAX_VALUE_CHARS = 500;

const words: Readonly<Record<FaultKind, string>> = {
  broken: 'said what does not meet its contract',
  declined: 'said that this is not for it',
  failed: 'failed',
  late: 'gave no answer in its time',
  looping: 'went on and on, up to its limit',
  model: 'had a model that gave no whole answer',
  misfit: 'was handed what does not meet its contract',
  overruled: 'decided against what others held',
  rejected: 'was rejected',
  spent: 'used up what it may take',
  stopped: 'was stopped',
  tool: 'had a tool that failed',
  unavailable: 'cannot be done by anybody here',
  undecided: 'waited on a person who did not decide in time',
  unplaced: 'left something of the request to nobody',
  unrunnable: 'made a plan that does not hold',
  wrong: 'said what was found wrong',
};

function shown(value: Json): string {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)} …` : text;
}

function blameText(blame: Blame): string {
  const { node, id, kind, by, tool, piece, input, said, objection, overruled = [] } = blame;
  const held = overruled.map(({ agent, choice }) => `${agent}: ${choice}`).join(', ');
  const called = tool && { [`${tool.name} of`]: tool.input, [`${tool.name} gave`]: tool.result };
  const values = {
    piece,
    objection,
    ...called,
    said: said === objection ? undefined : said,
    input,
    overruled: held === '' ? undefined : held,
  };
  const rows = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[`  ${name}`, shown(value)]],
  );
  const who = by === undefined ? '' : ` by ${by}`;
  return [`${node} ${words[kind]}${who}: ${printable(id)}`, columns(rows)].join('\n').trimEnd();
}

const stationsText = (stations: readonly Station[]): string =>
  columns(stations.map((one) => [`  ${printable(one.id)}`, one.node, outcomeText(one)]));

/** Where a run went wrong first, and how that came to its end, as a person reads it. */
export function whyText({ run, blame, way, mended, gap, ...end }: Why): string {
  const head = `${outcomeText(end)} · ${run}`;
  const good = end.outcome === 'open' ? 'nothing went wrong so far' : 'nothing went wrong';
  const parts = [head, blame === undefined ? good : blameText(blame)];
  if (way.length > 1) parts.push(`from its end back to there\n${stationsText(way)}`);
  if (mended.length > 0) parts.push(`did no harm\n${stationsText(mended)}`);
  if (gap !== undefined) parts.push(`not all of it is known: ${printable(gap)}`);
  return parts.join('\n\n');
}

/** `nova why` */
export async function why(
  open: () => Promise<Desk>,
  run: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  return atDesk(open, async (desk) => {
    const told = await desk.why(run);
    process.stdout.write(`${json ? jsonText(told) : whyText(told)}\n`);
    return 0;
  });
}
