import * as z from 'zod';
import { GateTerms } from './gate-terms.ts';
import { ValueRef } from './values.ts';

/** What a tool does to the world: only what `writes` needs a person. */
export const ToolEffect = z.enum(['reads', 'writes']);
export type ToolEffect = z.infer<typeof ToolEffect>;

/** What is done where it is unknown whether a writing call happened: issued again under its key, looked up, or a person asked. */
export const InDoubt = z.enum(['reissue', 'lookup', 'ask']);

/** The bounds of one agent at one handoff. */
export const TaskLimits = z.strictObject({
  /** Turns, repairs and tool calls included. */
  maxTurns: z.int().min(1).max(1000),
  maxRepairs: z.int().min(0).max(10),
  /** For the whole task; stands still while a person is asked. */
  deadlineMs: z.int().min(1).max(86_400_000),
  /** Of all its turns; 0: they are not counted. */
  maxTokens: z.int().min(0),
  /** Tool calls in a row that come to nothing new. */
  maxStalls: z.int().min(1).max(1000),
});
export type TaskLimits = z.infer<typeof TaskLimits>;

/** What the task machine is told of the agent that plays it. */
export const TaskSettings = z.strictObject({
  /** `none`: the agent would need a model and none is configured. */
  performer: z.enum(['code', 'model', 'none']),
  /** It has a form in code as well, which takes over where the model comes to nothing. */
  hasDeputy: z.literal(true).optional(),
  limits: TaskLimits,
  tools: z.record(
    z.string(),
    z.strictObject({
      effect: ToolEffect,
      timeoutMs: z.int().min(1),
      inDoubt: InDoubt,
      /** Its agent was granted that it writes without anybody being asked. */
      isGranted: z.literal(true).optional(),
      /** Who approves what it writes; default: whoever asked for the run. */
      approval: GateTerms.optional(),
      /** It is made to be asked again with the same input. */
      polls: z.literal(true).optional(),
    }),
  ),
  /** How long a person has to approve a writing tool, or to say whether it wrote. */
  approveWithinMs: z.int().min(1),
});
export type TaskSettings = z.infer<typeof TaskSettings>;

/** What every node's machine is started with. */
export const NodeInput = z.strictObject({
  node: z.string(),
  version: z.int().min(1),
  input: ValueRef,
  settings: z.unknown(),
  /** Path of the run's budget, where it has one. */
  purse: z.string().optional(),
});
