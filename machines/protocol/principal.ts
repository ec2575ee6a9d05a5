import * as z from 'zod';

/** Who acts: an id that the host has proven, never one that a caller names. */
export const Principal = z.strictObject({
  id: z.string().min(1).max(128),
  /** How the id was proven: the operating system's user, or a token from the configuration. */
  proof: z.enum(['os-user', 'token', 'embedder']),
});
export type Principal = z.infer<typeof Principal>;

/** What a machine learns of a principal: its id, and whether it is the one who asked. */
export const Decider = z.strictObject({ id: z.string(), isRequester: z.boolean() });
export type Decider = z.infer<typeof Decider>;
