import type { Fact } from '../../machines/protocol/effects.ts';
import type { EventKind } from '../../machines/protocol/events.ts';

/** Why nobody took what came in. */
export type DeadReason =
  | 'contract' // a message of another system breaks its receiver's schema
  | 'effect_closed' // an answer to an effect that is not, or no longer, open
  | 'ended' // the receiver, or the run, has ended
  | 'leak' // a message of another system names a value that may not be read here
  | 'no_actor' // nobody has that path
  | 'no_run' // there is no system of that name to tell it
  | 'not_again' // a letter that is not there, may not be delivered again, or was
  | 'not_due' // a timer that does not exist or whose instant has not come
  | 'told_early' // a message of another system, before one that it told first
  | 'told_twice' // a message of another system that has come before
  | 'unhandled' // no transition takes it in this state
  | 'undelivered' // still queued when the run was ended by a livelock
  | 'wrong_kind'; // the receiver does not take it from there: an internal event submitted, say

export interface DeadLetter {
  readonly seq: number;
  readonly to: string;
  readonly event: Fact;
  readonly reason: DeadReason;
  /** As what it came to its receiver, where it came so far. */
  readonly kind?: EventKind;
  /** The event by which it was delivered again. */
  readonly again?: number;
}

/** What of a run's dead letters bounds it; there once that was reached. */
export interface LetterBound {
  /** Those that were there when the run was resumed last. */
  readonly seen: number;
  /** True: there are more than the limit beyond these, and the run is paused. */
  readonly isFull: boolean;
}

/**
 * Why a letter cannot be delivered again; undefined where it can: once, and only what came from outside or from another run, and
 * was not wanted where it came, while its run has not ended. An answer counts only while its effect is open, and an end is final.
 */
export function barrierTo(
  letter: DeadLetter | undefined,
  isEnded: boolean,
): 'unknown' | 'again' | DeadReason | undefined {
  if (letter === undefined) return 'unknown';
  const { again, reason, kind } = letter;
  if (again !== undefined) return 'again';
  const isFromOutside = kind === 'external' || kind === 'told';
  const isUnwanted = reason === 'unhandled' || reason === 'no_actor';
  if (reason === 'no_run') return undefined;
  if (!isFromOutside || !isUnwanted) return reason;
  return isEnded ? 'ended' : undefined;
}
