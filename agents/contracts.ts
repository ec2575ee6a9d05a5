import { question } from 'nova-agents';
import * as z from 'zod';

/** Characters of a text that is worked on. */
export const MAX_TEXT_CHARS = 200_000;
export const Passage = z.string().min(1).max(MAX_TEXT_CHARS);

/** Something that does not hold. */
export const Fault = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  rule: z.string().min(1),
  /** The document, the symbol, the package that it is about. */
  about: z.string(),
  why: z.string().min(1),
});
/** Something that could not be read or judged. */
export const Gap = z.strictObject({
  path: z.string().nullable(),
  line: z.int().min(1).nullable(),
  why: z.string().min(1),
});
export type Gap = z.infer<typeof Gap>;

/**
 * Whether something may go on: what the standing teams decide. Advisers of all domains hold positions on it, each from what it alone
 * knows, and one arbiter rules where they differ.
 */
export const goAhead = question({
  subject: z.strictObject({
    text: z.string().min(1).max(MAX_TEXT_CHARS),
    /** The whole request, where the text is a part of it: what the text leaves out may stand there. */
    request: z.string().max(MAX_TEXT_CHARS).optional(),
    /** The decision that a position is wanted for; without it the agent tells what it was asked. */
    decision: z.enum(['month-close', 'change-acceptance', 'post-publication']).optional(),
    /** The text that it is about, where a program gives one; a person has it among the words, or names a file. */
    passage: Passage.optional(),
    /** What that text was made of, and what its author would have to ask. */
    notes: z.string().optional(),
    open: z.array(z.string()).optional(),
    /** What could not be read, as far as that is known before. */
    known: z.array(Gap).optional(),
  }),
  options: ['proceed', 'hold'],
  evidence: {
    fault: Fault,
    gap: Gap,
    /** What was looked at, and how much of it. */
    looked: z.strictObject({ what: z.string().min(1), count: z.int().min(0) }),
  },
});

/** A person's words, and the whole request that they may be a part of. */
export type Words = Pick<z.output<typeof goAhead.subject>, 'text' | 'request'>;
