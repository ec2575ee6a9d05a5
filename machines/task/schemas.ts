import * as z from 'zod';
import {
  actorClosed,
  childEnded,
  deadlinePassed,
  effectExpired,
  paused,
  stopRequested,
  type EventsOf,
} from '../protocol/events.ts';
import { Amount } from '../budget/schemas.ts';
import { NodeInput, TaskSettings } from '../protocol/handoff.ts';
import { Ending, Reason } from '../protocol/outcomes.ts';
import { Usage } from '../protocol/usage.ts';
import { ValueRef } from '../protocol/values.ts';

/** Of a budget; 0 tokens: they are not counted. */
const Granted = Amount.pick({ tokens: true, steps: true });

export const TaskInput = NodeInput.extend({ settings: TaskSettings });

export const taskEvents = {
  external: {},
  answer: {
    /** The agent said an outcome that has passed, or broken, its contract and the agent's own check. */
    'agent.answered': z.strictObject({
      outcome: z.string(),
      meets: z.boolean(),
      value: ValueRef.optional(),
      note: ValueRef.optional(),
      usage: Usage.optional(),
    }),
    'agent.failed': z.strictObject({
      reason: Reason,
      note: ValueRef.optional(),
      usage: Usage.optional(),
    }),
    'tool.wanted': z.strictObject({ tool: z.string(), input: ValueRef, usage: Usage.optional() }),
    'tool.returned': z.strictObject({ value: ValueRef }),
    'tool.failed': z.strictObject({ reason: Reason, note: ValueRef.optional() }),
  },
  internal: {
    ...childEnded,
    ...stopRequested,
    ...paused,
    ...effectExpired,
    ...deadlinePassed,
    ...actorClosed,
    'budget.granted': Granted,
    /** Nothing is left for now. */
    'budget.delayed': z.strictObject({}),
    'budget.refused': z.strictObject({}),
  },
} as const;
export type TaskEvent = EventsOf<typeof taskEvents>;

/** One tool call of the task and what came of it; a re-issued `act` is fed these by their order. */
export const ToolCall = z.strictObject({
  tool: z.string(),
  input: ValueRef,
  result: ValueRef.optional(),
  failed: Reason.optional(),
  note: ValueRef.optional(),
  /** It was in doubt, and was made a second time under the same key. */
  again: z.literal(true).optional(),
});
export type ToolCall = z.infer<typeof ToolCall>;

export const TaskContext = TaskInput.extend({
  turn: z.int().min(1),
  repairs: z.int().min(0),
  calls: z.array(ToolCall),
  /** Its form in code has taken over. */
  isDeputed: z.literal(true).optional(),
  /** What was wrong with the last answer, for the repair. */
  problem: ValueRef.optional(),
  /** Tokens of all its turns. */
  tokens: z.int().min(0).optional(),
  granted: Granted.optional(),
  /** What it took of that; a turn that has not come back may take all of it. */
  used: Amount.extend({ isOut: z.boolean() }).optional(),
  ending: Ending.optional(),
});
export type TaskContext = z.infer<typeof TaskContext>;
export type TaskInput = z.infer<typeof TaskInput>;
