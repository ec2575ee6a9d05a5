import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { decodeRecord, encodeRecord } from './journal-record.ts';
import type { Journal, JournalRecord, RunList, RunQuery } from './ports.ts';
import { fits, summaryOf } from './run-facts.ts';
import { hashesOf, scrubbed } from './scrub.ts';

const WHERE = 'journal in memory';

/** What a journal in memory holds: run and canonical text of each record. */
export type MemoryRecords = { readonly run: string; readonly text: string }[];

/**
 * A journal that lasts as long as the process, for tests and for embedders who want no files.
 * It refuses what the one on disk refuses, and shares no object with its callers.
 * @param kept records to go on with; pass the same list again to reopen it.
 */
export function memoryJournal(kept: MemoryRecords = []): Journal {
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw new StoreUnavailableError(WHERE, 'it is closed');
  };
  return {
    dropped: [],
    async append(records) {
      requireOpen();
      kept.push(...records.map((record) => ({ run: record.run, text: encodeRecord(record) })));
    },
    async read(run): Promise<JournalRecord[]> {
      requireOpen();
      const own = kept.filter((record) => record.run === run);
      return own.map(({ text }, at) => decodeRecord(text, WHERE, `record ${at} of ${run}`));
    },
    async runs() {
      requireOpen();
      return [...new Set(kept.map(({ run }) => run))];
    },
    async list({ limit, ...query }: RunQuery = {}): Promise<RunList> {
      const runs = await this.runs();
      const all = await Promise.all(runs.map(async (run) => summaryOf(run, await this.read(run))));
      const found = all
        .filter((summary) => summary !== undefined)
        .filter((summary) => fits(summary, query));
      return { runs: found.toReversed().slice(0, limit), total: found.length };
    },
    async forget(checkpoint, hashes) {
      const { run } = checkpoint;
      const all = hashes ?? hashesOf(await this.read(run));
      const only = hashes && new Set(hashes);
      // From here on it is one piece: who closes it meanwhile finds all of it done, or nothing.
      requireOpen();
      const forgotten = { kind: 'forgotten', run, hashes: all } as const;
      const after = [checkpoint, forgotten].map((record) => ({ run, text: encodeRecord(record) }));
      for (const [at, { text }] of kept.entries()) {
        const record = decodeRecord(text, WHERE, `record ${at}`);
        const bare = record.run === run ? scrubbed(record, only) : undefined;
        if (bare !== undefined) kept[at] = { run, text: encodeRecord(bare) };
      }
      kept.push(...after);
    },
    async close() {
      isClosed = true;
    },
  };
}
