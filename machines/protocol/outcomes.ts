import * as z from 'zod';
import { ValueRef, type Wire } from './values.ts';

/** The outcomes that every node has beside its own. */
export const COMMON_OUTCOMES = ['refused', 'failed', 'expired', 'cancelled'] as const;

/** Why a piece of work ended badly; a closed list, so that nothing fails namelessly. */
export const Reason = z.enum([
  'budget', // it has used up what it may take, and nobody granted more
  'cancelled', // a stop reached it
  'cut', // an answer broke off before its end
  'contract', // an answer or input did not meet its contract, repairs included
  'deadline', // its own time ran out
  'declined', // the agent itself said that it is not for it
  'defect', // a throw inside a machine's own code
  'denied', // a model's endpoint will not have the call: its key, its model, its size
  'filtered', // a model's endpoint withheld the answer
  'garbled', // what came back is no answer of the kind that was asked for
  'hung', // an effect gave no answer in its time
  'in_doubt', // a write was begun, and nobody knows whether it happened
  'input_lost', // a part that it takes from came to something else
  'leak', // a value's label may not be read by this run
  'loop', // the same call with the same input again and again, and nothing new in between
  'livelock', // more deliveries in one step than the limit
  'needs_model', // it would need a model and none is configured
  'no_fit', // nobody in the organisation takes it
  'nondeterministic', // a re-issued act asked for other tools than recorded
  'parts_lost', // some parts of a plan did not come back
  'plan_refused', // the plan did not pass its check
  'rejected', // a person said no
  'stalled', // call after call that came to nothing new
  'threw', // the agent's or tool's code threw
  'tool_not_granted', // it asked for a tool that it does not have
  'turns', // more turns than its limit
  'unavailable', // what it needs cannot be reached, or has failed again and again and is left alone for a while
  'unknown_machine',
  'unknown_node',
]);
export type Reason = z.infer<typeof Reason>;

/** How a piece of work ended: the outcome's name, its value, and for a bad end the reason and a note. */
export const Ending = z.strictObject({
  outcome: z.string().min(1).max(64),
  value: ValueRef.optional(),
  reason: Reason.optional(),
  /** A text that explains the reason to a person. */
  note: ValueRef.optional(),
});
export type Ending = z.infer<typeof Ending>;

/** A machine's output: an ending whose value may still have to be put together. */
export interface Output extends Omit<Ending, 'value'> {
  readonly value?: Wire | undefined;
}

/** What a machine puts out that has noted how it ended. */
export function outputOf(ending: Ending | undefined): Output {
  if (ending === undefined) return { outcome: 'failed', reason: 'defect' };
  const { value, ...rest } = ending;
  return value === undefined ? rest : { ...rest, value: { ref: value } };
}

/** Told to the parent when a child has ended; exactly once a child. */
export const ChildEnded = Ending.extend({ id: z.string() });
