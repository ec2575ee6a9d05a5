import type { Fact } from '../../machines/protocol/effects.ts';

/** Why nobody took what came in. */
export type DeadReason =
  | 'contract' // a message of another system breaks its receiver's schema
  | 'effect_closed' // an answer to an effect that is not, or no longer, open
  | 'ended' // the receiver, or the run, has ended
  | 'leak' // a message of another system names a value that may not be read here
  | 'no_actor' // nobody has that path
  | 'no_run' // there is no system of that name to tell it
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
}
