import * as z from 'zod';

const MAX_VISITOR_CHARS = 2_000;

/** What a visitor writes: never more than a page. */
export const VisitorAsk = z.strictObject({ text: z.string().min(1).max(MAX_VISITOR_CHARS) });
