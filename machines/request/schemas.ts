import * as z from 'zod';
import { childEnded, deadlinePassed, effectExpired, type EventsOf } from '../protocol/events.ts';
import { Ending } from '../protocol/outcomes.ts';
import { Decider } from '../protocol/principal.ts';
import { PlanBounds } from '../protocol/roles.ts';
import { ValueRef } from '../protocol/values.ts';
import { BudgetInput } from '../budget/schemas.ts';
import { PlanPart } from '../plan.ts';

/** Who plays which role, by node id; an absent role is skipped. */
const Roles = z.strictObject({
  router: z.string().optional(),
  planner: z.string().optional(),
  composer: z.string().optional(),
  verifier: z.string().optional(),
  memoryKeeper: z.string().optional(),
});

export const RequestInput = z.strictObject({
  /** What the person asked: `{ text }`. */
  request: ValueRef,
  /** What they said when asked back: at first an empty text. */
  clarified: ValueRef,
  /** Who could take it, as a `Catalogue`. */
  catalogue: ValueRef,
  /** What people have said of requests like it, as a list of `Lesson`; absent where there is nothing. */
  lessons: ValueRef.optional(),
  roles: Roles,
  /** True: a person approves the plan before it runs. */
  planGate: z.boolean(),
  maxAsks: z.int().min(0).max(8),
  maxParallel: z.int().min(1).max(12),
  /** For the whole request; stands still while a person is asked. */
  deadlineMs: z.int().min(1),
  checkWithinMs: z.int().min(1),
  /** How long a person has to answer or to approve. */
  personWithinMs: z.int().min(1),
  /** What the work may take; no bound where it is absent. */
  budget: BudgetInput.optional(),
  /** What its plan may be; as any plan where it is absent. */
  bounds: PlanBounds.optional(),
});
export type RequestInput = z.infer<typeof RequestInput>;

const decided = { by: Decider };
export const requestEvents = {
  external: {
    'run.stopped': z.strictObject(decided),
    'run.paused': z.strictObject(decided),
    'run.resumed': z.strictObject(decided),
    /** `text` holds the whole answer as `{ text }`. */
    'requester.answered': z.strictObject({ ...decided, text: ValueRef }),
  },
  answer: {
    /** The plan holds; each input has passed its node's contract. */
    'plan.accepted': z.strictObject({
      parts: z.array(PlanPart).min(1).max(12),
      /** False where the plan leaves a passage of the request out. */
      isWhole: z.boolean(),
    }),
    'plan.refused': z.strictObject({ note: ValueRef }),
  },
  internal: { ...childEnded, ...effectExpired, ...deadlinePassed },
} as const;
export type RequestEvent = EventsOf<typeof requestEvents>;

export const RequestContext = RequestInput.extend({
  /** Children by id: null while they work, then how they ended. */
  children: z.record(z.string(), Ending.nullable()),
  asks: z.int().min(0),
  isPaused: z.boolean(),
  /** A `Placed` value: the plan and what it leaves out; or only what nobody takes. */
  placed: ValueRef.optional(),
  parts: z.array(PlanPart).optional(),
  isWhole: z.boolean().optional(),
  ending: Ending.optional(),
  answer: ValueRef.optional(),
});
export type RequestContext = z.infer<typeof RequestContext>;
