import * as z from 'zod';
import { Fault, Gap } from '../contracts.ts';

/** What was decided, in words, and everything that was shown for it, each once. */
export const Report = z.strictObject({
  summary: z.string().min(1),
  decision: z.string(),
  /** Null where nothing was decided. */
  choice: z.string().nullable(),
  faults: z.array(Fault.extend({ shownBy: z.string().min(1) })),
  gaps: z.array(Gap),
});
export type Report = z.infer<typeof Report>;

/** What ran lately: what was done, what was not and why, what waits on whom. */
export const Account = z.strictObject({
  summary: z.string().min(1),
  runs: z.int().min(0),
  notDone: z.array(
    z.strictObject({ what: z.string(), why: z.string().min(1), run: z.string().min(1) }),
  ),
  /** Empty `on`: it is at work. */
  waiting: z.array(
    z.strictObject({ what: z.string(), on: z.array(z.string()), run: z.string().min(1) }),
  ),
  /** There are more runs than were looked at. */
  truncated: z.boolean(),
});
export type Account = z.infer<typeof Account>;
