import * as z from 'zod';

/** What an agent says when a piece of work is not for it. */
export const refusal = z.strictObject({
  reason: z.string().min(1),
  /** What it would need to take it. */
  needs: z.string().optional(),
});
export type Refusal = z.infer<typeof refusal>;
