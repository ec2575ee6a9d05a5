import type { Clock } from './ports.ts';

/** The longest wait that setTimeout keeps; beyond it a timer would fire at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The machine's own clock; a wait of months is cut into waits that setTimeout can keep. */
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
