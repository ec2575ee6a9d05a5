import * as z from 'zod';
import {
  actorClosed,
  childEnded,
  deadlinePassed,
  stopRequested,
  type EventsOf,
} from '../protocol/events.ts';

/** What work takes: tokens of models, turns as `steps`, money in the currency of the configuration. */
export const Amount = z.strictObject({
  tokens: z.int().min(0),
  steps: z.int().min(0),
  cost: z.number().min(0),
});
export type Amount = z.infer<typeof Amount>;

/** At most so much; a unit that is not named is not bounded. */
export const Allowance = z.strictObject({
  tokens: z.int().min(1).optional(),
  steps: z.int().min(1).optional(),
  cost: z.number().positive().optional(),
});
export type Allowance = z.infer<typeof Allowance>;

/** What all runs of a tenant may take together. */
export const FundTerms = z.strictObject({
  allowance: Allowance,
  /** As much again after this time; without it never. */
  perMs: z.int().min(1).optional(),
});
export type FundTerms = z.infer<typeof FundTerms>;

export const BudgetInput = z.strictObject({
  /** For the whole run. */
  allowance: Allowance,
  /** For each of these agents beside. */
  agents: z.record(z.string(), Allowance),
  /** How often a person may grant as much again. */
  maxRaises: z.int().min(0).max(100),
  /** How long those who wait wait for what others may give back, before a person is asked. */
  waitMs: z.int().min(1),
  /** Where its tenant has a fund: its terms, and how much of it is borrowed at a time. */
  tenant: FundTerms.extend({ block: Allowance }).optional(),
});
export type BudgetInput = z.infer<typeof BudgetInput>;

const Want = z.strictObject({
  /** Path of the task. */
  from: z.string(),
  node: z.string(),
  tokens: z.int().min(0),
  steps: z.int().min(1),
  /** It is code, whose turns cost no money. */
  isFree: z.literal(true).optional(),
});
export type Want = z.infer<typeof Want>;

const from = z.string();
export const budgetEvents = {
  external: {},
  answer: {},
  internal: {
    'budget.wanted': Want,
    /** What a task took of what it was granted; the rest comes back. */
    'budget.settled': Amount.extend({ from: z.string(), node: z.string() }),
    ...childEnded,
    ...deadlinePassed,
    ...stopRequested,
    ...actorClosed,
    'run.paused': z.strictObject({}),
    'run.resumed': z.strictObject({}),
  },
  told: {
    'block.lent': z.strictObject({ from, amount: Amount }),
    /** Nothing is left: what the runs of the tenant have taken. It is lent when there is something again. */
    'block.refused': z.strictObject({ from, taken: Amount }),
  },
} as const;
export type BudgetEvent = EventsOf<typeof budgetEvents>;

export const BudgetContext = BudgetInput.extend({
  /** By agent. */
  spent: z.record(z.string(), Amount),
  /** What is granted and not settled, by the path of the task. */
  held: z.record(z.string(), Amount.extend({ node: z.string() })),
  waiting: z.array(Want),
  raises: z.int().min(0),
  /** True: a person said no, or nobody said anything. */
  isFinal: z.boolean(),
  isPaused: z.boolean(),
  /** What it has borrowed of the tenant's fund; from its first question on. */
  lent: Amount.optional(),
  /** What the tenant's runs had taken when the fund had nothing left, until it lends again. */
  refused: Amount.optional(),
  /** Blocks that a person granted beyond the tenant's limit, and whether the next one is. */
  overdrafts: z.int().min(1).optional(),
  isGranted: z.literal(true).optional(),
  /** Questions to a person that were taken back, as the fund lent again. */
  dropped: z.int().min(1).optional(),
});
export type BudgetContext = z.infer<typeof BudgetContext>;
