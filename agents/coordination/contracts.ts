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
