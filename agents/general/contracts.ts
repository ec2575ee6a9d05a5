import * as z from 'zod';

const MAX_VISITOR_CHARS = 2_000;

/** What a visitor writes: never more than a page. */
export const VisitorAsk = z.strictObject({ text: z.string().min(1).max(MAX_VISITOR_CHARS) });

/** Characters of a text that is worked on. */
const MAX_TEXT_CHARS = 200_000;

/** What is asked about a text. A program gives the text as `passage`; a person has it among the words, or names a file. */
export const TextAsk = z.strictObject({
  text: z.string().min(1).max(MAX_TEXT_CHARS),
  passage: z.string().min(1).max(MAX_TEXT_CHARS).optional(),
});
