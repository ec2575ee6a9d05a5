import * as z from 'zod';
import { isOpen, MAX_RECORD_CHARS } from '../memory/record.ts';
import { defineTool } from '../team/define-tool.ts';

const MAX_RECORDS = 40;
const TOKENS = 1_500;

/** Looks up what is known about some words in the run's scope and those above it. */
export const recall = defineTool({
  name: 'recall',
  does: 'Looks up what is known here from earlier: facts, terms, open decisions and promises.',
  input: z.strictObject({ words: z.string().min(1).max(2_000) }),
  output: z.strictObject({
    /** Best first; held and outdated ones are left out. */
    records: z
      .array(
        z.strictObject({
          kind: z.string(),
          text: z.string().max(MAX_RECORD_CHARS),
          author: z.string(),
          /** ISO 8601. */
          since: z.string(),
          /** A decision or promise that nobody has settled. */
          isOpen: z.boolean(),
        }),
      )
      .max(MAX_RECORDS),
  }),
  effect: 'reads',
  // What is known changes meanwhile.
  polls: true,
  async run({ words }, { memory }) {
    const found = (await memory?.recall(words, TOKENS)) ?? [];
    return {
      records: found.slice(0, MAX_RECORDS).map((record) => ({
        kind: record.kind,
        text: record.text,
        author: record.author,
        since: new Date(record.at).toISOString(),
        isOpen: isOpen(record),
      })),
    };
  },
});
