import type { Clock } from './ports.ts';

/** A wait does not notice that the clock was set; so it looks again after this long. */
const LONGEST_WAIT_MS = 60_000;

/** The machine's own clock; a long wait is cut into short ones, for setTimeout keeps none of months and knows no clock that jumps. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(at, wake) {
    let handle: NodeJS.Timeout;
    const wait = () => {
      const left = at - Date.now();
      if (left <= 0) wake();
      else handle = setTimeout(wait, Math.min(left, LONGEST_WAIT_MS));
    };
    handle = setTimeout(wait, Math.min(Math.max(0, at - Date.now()), LONGEST_WAIT_MS));
    return () => clearTimeout(handle);
  },
};
