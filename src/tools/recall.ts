import * as z from 'zod';
import { KnownRun, KnownTurn } from '../../machines/protocol/roles.ts';
import { isOpen, MAX_RECORD_CHARS } from '../memory/record.ts';
import { defineTool } from '../team/define-tool.ts';

const MAX_RECORDS = 40;
const TOKENS = 1_500;
const MAX_RUNS = 5;

/** Looks up what is known about some words in the run's scope and those above it, the last runs there that concern them, and the turn before. */
export const recall = defineTool({
  name: 'recall',
  does: 'Looks up what is known here from earlier: facts, terms, open decisions and promises, the last runs, and the turn before of a conversation.',
  input: z.strictObject({
    words: z.string().min(1).max(2_000),
    /** So many runs at most; default none. */
    runs: z.int().min(0).max(MAX_RUNS).optional(),
    /** True: also the turn before in the run's conversation. */
    said: z.boolean().optional(),
  }),
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
    /** Newest first. */
    runs: z.array(KnownRun).max(MAX_RUNS),
    /** Absent where it is not wanted, or there is none. */
    said: KnownTurn.optional(),
    /** So many more records and runs concern it, or are open. */
    leftOut: z.int().min(0),
  }),
  effect: 'reads',
  // What is known changes meanwhile.
  polls: true,
  async run({ words, runs: most = 0, said: isWanted = false }, { memory, recent, said }) {
    const { records = [], more = 0 } = (await memory?.recall(words, TOKENS)) ?? {};
    const runs = (most > 0 && (await recent?.(words, most))) || { runs: [], more: 0 };
    const before = isWanted ? await said?.() : undefined;
    return {
      ...(before && { said: before }),
      runs: runs.runs.map((run) => ({ ...run, notDone: [...run.notDone] })),
      leftOut: more + Math.max(0, records.length - MAX_RECORDS) + runs.more,
      records: records.slice(0, MAX_RECORDS).map((record) => ({
        kind: record.kind,
        text: record.text,
        author: record.author,
        since: new Date(record.at).toISOString(),
        isOpen: isOpen(record),
      })),
    };
  },
});
