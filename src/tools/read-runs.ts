import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';

const MAX_RUNS = 30;
const MAX_DAYS = 366;

const Run = z.strictObject({
  run: z.string(),
  asked: z.string(),
  /** ISO 8601, as all instants here: of its first and its last event. */
  begun: z.string(),
  last: z.string(),
  /** How it ended, or `waiting` on a person, or `open`. */
  outcome: z.string(),
  reason: z.string().nullable(),
  parts: z.array(
    z.strictObject({ node: z.string(), outcome: z.string(), reason: z.string().nullable() }),
  ),
  notDone: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  waits: z.array(z.strictObject({ purpose: z.string(), on: z.array(z.string()) })),
});
const Ran = z.strictObject({
  known: z.literal(true),
  now: z.string(),
  /** Newest first. */
  runs: z.array(Run).max(MAX_RUNS),
  /** There are more, or some cannot be read. */
  truncated: z.boolean(),
});
export type Ran = z.infer<typeof Ran>;

const iso = (at: number): string => new Date(at).toISOString();

/** What ran lately in the run's scope and those above it: what was asked, how it ended, what was not done and why, what waits on whom. */
export const readRuns = defineTool({
  name: 'read-runs',
  does: 'Tells what ran here lately: what was asked, how it ended, what was not done and why, what waits on whom.',
  input: z.strictObject({
    /** Whole days in UTC: 1 is yesterday. */
    fromDaysAgo: z.int().min(0).max(MAX_DAYS),
    /** 0 is today. */
    toDaysAgo: z.int().min(0).max(MAX_DAYS),
    maxRuns: z.int().min(1).max(MAX_RUNS),
  }),
  output: z.discriminatedUnion('known', [z.strictObject({ known: z.literal(false) }), Ran]),
  effect: 'reads',
  timeoutMs: 30_000,
  // More runs meanwhile.
  polls: true,
  async run({ fromDaysAgo, toDaysAgo, maxRuns }, { lately }) {
    const told = await lately?.({ fromDaysAgo, toDaysAgo, limit: maxRuns });
    if (told === undefined) return { known: false as const };
    const runs = told.runs.map(({ at, lastAt, reason, parts, notDone, waits, ...run }) => ({
      ...run,
      begun: iso(at),
      last: iso(lastAt),
      reason: reason ?? null,
      parts: parts.map((part) => ({ ...part, reason: part.reason ?? null })),
      notDone: [...notDone],
      waits: waits.map(({ purpose, on }) => ({ purpose, on: [...on] })),
    }));
    return { known: true as const, now: iso(told.now), runs, truncated: told.truncated };
  },
});
