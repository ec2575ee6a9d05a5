import { Cron } from 'croner';

/** The instants of a cron pattern: croner's arithmetic, and none of its timers. */
export interface Instants {
  /** The last one that is not after `at`; undefined where there is none. */
  readonly before: (at: number) => number | undefined;
  /** The first one after `at`; undefined where there is none. */
  readonly after: (at: number) => number | undefined;
}

/** @throws TypeError for a pattern that is none, and a time zone that is not there. */
export function instantsOf(pattern: string, timeZone: string): Instants {
  const cron = new Cron(pattern, { timezone: timeZone, paused: true });
  cron.nextRun(new Date(0));
  return {
    // Both look strictly beyond; a pattern knows no smaller step than a second.
    before: (at) => cron.previousRuns(1, new Date(at + 1000))[0]?.getTime(),
    after: (at) => cron.nextRun(new Date(at))?.getTime(),
  };
}
