import * as z from 'zod';
import { MAX_RECORD_CHARS } from '../memory/record.ts';
import { defineTool } from '../team/define-tool.ts';
import { byText } from './text.ts';

const MAX_RECORDS = 200;
/** More than a memory holds: what is open is picked out of all that counts. */
const ALL_TOKENS = Number.MAX_SAFE_INTEGER;
/** Words that no record has: by such what is open is recalled, and nothing else. */
const ANY = '-';

const OpenRecord = z.strictObject({
  kind: z.enum(['decision', 'promise']),
  text: z.string().max(MAX_RECORD_CHARS),
  author: z.string(),
  /** ISO 8601. */
  since: z.string(),
});

/** The decisions and promises of the run's scope and those above it that nobody has settled; held and outdated ones are left out. */
export const openRecords = defineTool({
  name: 'open-records',
  does: 'Lists the decisions and promises that are known here and still open.',
  input: z.strictObject({}),
  output: z.strictObject({
    /** Oldest first. */
    records: z.array(OpenRecord).max(MAX_RECORDS),
    truncated: z.boolean(),
  }),
  effect: 'reads',
  // What is open changes meanwhile.
  polls: true,
  async run(_, { memory }) {
    const known = (await memory?.recall(ANY, ALL_TOKENS))?.records ?? [];
    const open = known
      .flatMap(({ kind, text, author, at }) =>
        kind === 'decision' || kind === 'promise'
          ? [{ kind, text, author, since: new Date(at).toISOString() }]
          : [],
      )
      .toSorted((a, b) => byText(a.since, b.since) || byText(a.text, b.text));
    return { records: open.slice(0, MAX_RECORDS), truncated: open.length > MAX_RECORDS };
  },
});
