import * as z from 'zod';
import { MAX_TEXT_CHARS, Passage } from '../contracts.ts';

/** What is asked about a text. A program gives the text as `passage`; a person has it among the words, or names a file. */
export const TextAsk = z.strictObject({
  text: z.string().min(1).max(MAX_TEXT_CHARS),
  passage: Passage.optional(),
});
