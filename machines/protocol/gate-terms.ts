import * as z from 'zod';

const names = z.array(z.string()).max(64);
const count = z.int().min(1).max(64);

/** Those who are asked when nobody has decided in time, with a time of their own. */
const Tier = z.strictObject({
  deciders: names.min(1),
  /** Default 1. */
  quorum: count.optional(),
  withinMs: z.int().min(1),
});

/** Whom a right to decide may be handed to, and how often. */
const Delegation = z.strictObject({
  /** In all of the gate. */
  max: z.int().min(1).max(64),
  /** Default: anybody but the proposer. */
  to: names.min(1).optional(),
});

/** Who decides at a gate, how many of them, and until when. */
export const GateTerms = z.strictObject({
  /** Ids of the principals who may decide; empty: whoever asked for the run. */
  deciders: names,
  withinMs: z.int().min(1),
  /** So many of them must approve; default 1. */
  quorum: count.optional(),
  /** What ends it as rejected: one rejection (the default), or that the quorum can no longer be reached. */
  rejects: z.enum(['one', 'unreachable']).optional(),
  /** How often the content may be changed where one approval is not enough; default 3. Each time all are asked anew. */
  edits: z.int().min(0).max(64).optional(),
  delegation: Delegation.optional(),
  /** Who is asked next when time is up, one after the other. */
  escalation: z.array(Tier).max(8).optional(),
  /** What it ends as when nobody is left to be asked; default `expired`. */
  expires: z.enum(['expired', 'rejected']).optional(),
});
export type GateTerms = z.infer<typeof GateTerms>;
