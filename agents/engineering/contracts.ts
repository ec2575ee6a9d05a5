import * as z from 'zod';

/** A place in the project. */
export const Place = z.strictObject({ path: z.string().min(1), line: z.int().min(1) });
