import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Desk } from '../host/desk.ts';
import type { Halted, Stopped } from '../host/stops.ts';
import { atDesk } from './commands.ts';
import { FAILED } from './exit-codes.ts';
import { columns, jsonText, printable } from './print.ts';

export interface StopFlags {
  readonly json?: boolean;
  readonly all?: true;
}

const isOver = ({ outcome }: Stopped): boolean => !['open', 'waiting'].includes(outcome);

function flightRow({ actor, node = '', effect, tool, since, isInDoubt }: Halted): string[] {
  const what = tool === undefined ? effect : `${effect} ${tool}`;
  const doubt = isInDoubt ? 'in doubt: it may have happened' : '';
  return [`  ${printable(actor)}`, node, what, new Date(since).toISOString().slice(0, 19), doubt];
}

/** Only what is so is said: a run may have ended before, or not be over at all. */
function stoppedText(stopped: Stopped): string {
  const { run, outcome, inFlight, failed } = stopped;
  const word = outcome === 'cancelled' ? 'stopped' : outcome;
  const head = `${isOver(stopped) ? word : 'not stopped'} ${run}`;
  const lines = inFlight.length === 0 ? [] : [columns(inFlight.map(flightRow))];
  return [failed === undefined ? head : `${head}: ${printable(failed)}`, ...lines].join('\n');
}

/** `nova stop` */
export async function stop(
  open: () => Promise<Desk>,
  run: string | undefined,
  { json, all }: StopFlags,
): Promise<number> {
  if ((run === undefined) !== (all === true))
    throw new BadRequestError('nova stop wants a run, or --all');
  return atDesk(open, async (desk) => {
    const stopped = run === undefined ? await desk.stopAll() : [await desk.stop(run)];
    const text =
      stopped.length === 0 ? 'nothing was under way' : stopped.map(stoppedText).join('\n');
    process.stdout.write(`${json ? jsonText(stopped) : text}\n`);
    return stopped.every(isOver) ? 0 : FAILED;
  });
}
