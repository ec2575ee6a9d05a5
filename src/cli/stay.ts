import { once } from 'node:events';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Desk } from '../host/desk.ts';

/** Opens the folder as its holder, once whoever holds it has left. */
export type Hold = (signal: AbortSignal, onWait: () => void) => Promise<Desk>;

const say = (line: string): void => void process.stderr.write(`nova: ${line}\n`);

/**
 * `nova stay`: a process for what waits: takes up every run that has not ended, keeps their times, and serves whoever else
 * asks, until Ctrl-C. Runs that have not ended then stay as they are in the journal.
 */
export async function stay(hold: Hold): Promise<number> {
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  const { signal } = controller;
  try {
    const desk = await hold(signal, () =>
      say('another process holds the folder; staying begins when it leaves'),
    );
    try {
      if (desk.takeUp === undefined) throw new BadRequestError('this desk holds no folder');
      const left = await desk.takeUp();
      const planned = (await desk.keepSchedules?.()) ?? 0;
      const plans = planned === 0 ? '' : `, ${planned} planned`;
      const runs = `${left} ${left === 1 ? 'run has' : 'runs have'} not ended`;
      say(`staying; ${runs}${plans}. Ctrl-C leaves`);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await desk.close();
    }
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  }
}
