import * as z from 'zod';
import { effectExpired, paused, stopRequested, type EventsOf } from '../protocol/events.ts';
import { GateTerms } from '../protocol/gate-terms.ts';
import { Decider } from '../protocol/principal.ts';
import { ValueRef } from '../protocol/values.ts';

export const GateInput = GateTerms.extend({
  /** What is decided on. */
  subject: ValueRef,
  /** What the approval is for, as a name: `tool:mail`, `plan`. */
  purpose: z.string().max(128),
  /** Who proposed it; may never decide. */
  proposer: z.string(),
  /** The keys of the subject that hold what is now and what would be; default `before` and `after`. */
  change: z.strictObject({ before: z.string(), after: z.string() }).optional(),
});

/** Binds a decision to its content, and to the round in which it was shown; the first where none is named. */
const shown = { by: Decider, hash: z.string(), round: z.int().min(1).optional() };
const why = { note: ValueRef.optional() };
export const gateEvents = {
  external: {
    'gate.approved': z.strictObject({ ...shown, ...why }),
    /** A changed content that has passed the subject's contract. */
    'gate.edited': z.strictObject({ ...shown, ...why, value: ValueRef }),
    'gate.rejected': z.strictObject({ ...shown, ...why }),
    /** Hands the right to decide to another principal, who then has it instead. */
    'gate.delegated': z.strictObject({ ...shown, ...why, to: z.string().min(1).max(128) }),
  },
  answer: {},
  internal: { ...effectExpired, ...stopRequested, ...paused },
} as const;
export type GateEvent = EventsOf<typeof gateEvents>;
export type Decision = Extract<GateEvent, { by: unknown }>;

/** What one principal said in this round. */
export const Vote = z.strictObject({
  by: z.string(),
  says: z.enum(['approved', 'edited', 'rejected']),
  note: ValueRef.optional(),
});
export type Vote = z.infer<typeof Vote>;

export const GateContext = GateInput.extend({
  /** Counts up when the content was changed and when others are asked: what was said before counts no more. */
  round: z.int().min(1),
  votes: z.array(Vote),
  /** Who has handed the right on; may not get it back. */
  gave: z.array(z.string()),
  isEdited: z.boolean(),
});
export type GateContext = z.infer<typeof GateContext>;
