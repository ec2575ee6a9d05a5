import * as z from 'zod';

/** What a call to a model took. */
export const Usage = z.strictObject({
  model: z.string().max(128),
  tokens: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }),
  /** In the currency of the configuration; 0 where no price is known. */
  cost: z.number().min(0),
});
export type Usage = z.infer<typeof Usage>;
