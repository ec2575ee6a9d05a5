import * as z from 'zod';
import { childEnded, deadlinePassed, paused, stopRequested } from '../protocol/events.ts';
import type { EventsOf } from '../protocol/events.ts';
import { Ending, Reason } from '../protocol/outcomes.ts';
import { ValueRef } from '../protocol/values.ts';

const Name = z.string().min(1).max(64);

/** Who is asked for a position: an agent, what its voice weighs, and whose mind it is. */
export const Adviser = z.strictObject({
  id: Name,
  node: z.string(),
  version: z.int().min(1),
  weight: z.number().gt(0),
  /** Two advisers of one mind are one voice. */
  mind: z.string(),
  hasVeto: z.boolean(),
});
export type Adviser = z.infer<typeof Adviser>;

/** What decided: the agreement of all, the rule, or the person to whom it went. */
export const DecidedBy = z.enum(['agreement', 'vote', 'owner', 'judge', 'person']);
/** Why a person was asked. */
export const Referred = z.enum([
  'author', // the owner or the judge wrote what is decided on
  'too_few', // fewer positions than are needed, or none of one who has a veto
  'margin', // the vote was too narrow
  'veto', // one who has a veto holds something else
  'owner', // the owner is a person
  'no_ruling', // the owner or the judge came to nothing
  'unanswered', // the ruling leaves an objection without an answer
]);

export const ArbitrationInput = z.strictObject({
  /** What is decided on. */
  subject: ValueRef,
  decision: z.string(),
  options: z.array(Name).min(2).max(8),
  advisers: z.array(Adviser).min(1).max(12),
  /** `given`: nobody is asked any more, the value that was handed over names the choice. */
  rule: z.enum(['owner', 'vote', 'judge', 'given']),
  given: Name.optional(),
  /** The agent that owns the decision; none: a person does. */
  owner: z.string().optional(),
  /** The agent that rules where the advisers do not agree: the owner, or the judge. */
  ruler: z.strictObject({ node: z.string(), version: z.int().min(1) }).optional(),
  /** The node that wrote the subject, where one did. */
  author: z.string().optional(),
  /** The least lead of a vote's winner, as a share of all that counts. */
  marginAtLeast: z.number().min(0).max(1),
  positionsAtLeast: z.int().min(1),
  /** The nodes by which a person is asked, by which an appeal is heard, and by which a choice is read out of a value. */
  nodes: z.strictObject({ person: z.string(), appeal: z.string().optional(), reading: z.string() }),
  /** For all of it, people included. */
  withinMs: z.int().min(1),
});

export const arbitrationEvents = {
  external: {},
  answer: {},
  internal: { ...childEnded, ...stopRequested, ...paused, ...deadlinePassed },
} as const;
export type ArbitrationEvent = EventsOf<typeof arbitrationEvents>;

export const ArbitrationContext = ArbitrationInput.extend({
  /** How each adviser ended, by its id. */
  heard: z.record(z.string(), Ending),
  /** Ids of the children that are at work. */
  open: z.array(z.string()),
  isPaused: z.boolean(),
  /** What stands to be decided, and by what. */
  proposed: Name.optional(),
  by: DecidedBy.optional(),
  why: Referred.optional(),
  isAppealed: z.boolean(),
  /** What the owner or the judge said, and what a person made of what they were asked. */
  ruling: ValueRef.optional(),
  words: ValueRef.optional(),
  reason: Reason.optional(),
  note: ValueRef.optional(),
});
export type ArbitrationInput = z.infer<typeof ArbitrationInput>;
export type ArbitrationContext = z.infer<typeof ArbitrationContext>;

/** A position as it is written down. */
export const Held = z.strictObject({
  /** Its name in the decision, and the agent behind it. */
  adviser: z.string(),
  agent: z.string(),
  choice: z.string(),
  weight: z.number(),
  hasVeto: z.boolean(),
  /** Why, and the evidence for it. */
  said: z.json(),
});
/** Why an objection does not hold, by the adviser who has it. */
export const Answers = z.record(z.string(), z.string().min(1));

/** Who held what with which evidence, what decided it, and who was overruled with which answer. */
export const DecisionRecord = z.strictObject({
  decision: z.string(),
  subject: z.json(),
  /** Null where nothing was decided. */
  choice: z.string().nullable(),
  by: DecidedBy.nullable(),
  /** Why a person was asked, where one was. */
  why: Referred.nullable(),
  author: z.string().nullable(),
  /** True where it was taken to a person after it had been decided. */
  isAppealed: z.boolean(),
  positions: z.array(Held),
  /** The advisers who came to no position, and how each ended; null where it was not asked, or had not ended. */
  missing: z.array(
    z.strictObject({
      adviser: z.string(),
      agent: z.string(),
      outcome: z.string().nullable(),
      reason: Reason.nullable(),
      note: z.json(),
    }),
  ),
  /** What counted for each option. */
  tally: z.record(z.string(), z.number()),
  overruled: z.array(Held.extend({ answer: z.string().optional() })),
  answers: Answers,
  /** What the owner or the judge said, where one did. */
  ruling: z.json(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
