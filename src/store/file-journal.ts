import { join } from 'node:path';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { TooLargeError } from '../errors/too-large-error.ts';
import { AppendQueue } from './append-queue.ts';
import { systemFiles, type Files } from './files.ts';
import { frame, HEADER } from './framing.ts';
import { encodeRecord, MAX_RECORD_BYTES } from './journal-record.ts';
import type {
  Checkpoint,
  Dropped,
  Journal,
  JournalRecord,
  RunList,
  RunQuery,
  RunSummary,
} from './ports.ts';
import { factsOf, summarised, wordsOf, type Facts } from './run-facts.ts';
import type { RunIndex } from './run-index.ts';
import type { StretchReader } from './stretch-reader.ts';
import { hashesOf, scrubbed } from './scrub.ts';
import { Segments } from './segments.ts';
import { afterMs } from './system-timer.ts';

/** What one call may append. */
const MAX_APPEND_BYTES = 64 * 1024 * 1024;
/** When what was appended is synced to the disk; see `fileJournal` for what each promises. */
export type SyncMode = 'always' | 'interval' | 'never';

export interface FileJournalOptions {
  /** Default `always`. */
  readonly sync?: SyncMode | undefined;
  /** With `interval`: the longest that something acknowledged waits for its sync, in milliseconds; default 100. */
  readonly intervalMs?: number;
  /** A new segment begins where the next records would go beyond it; default 64 MiB. */
  readonly segmentBytes?: number;
  /** The largest record; default 16 MiB. */
  readonly recordBytes?: number;
  /**
   * What to do about damage that no crash does, where later records show that it had been synced. `refuse` (default): a
   * CorruptFileError, and nothing is changed. `cut`: what stands before it stays the journal; the files as they were lie
   * beside it as `<segment>.damaged-1`, and `dropped` names them.
   */
  readonly onDamage?: 'refuse' | 'cut' | undefined;
  /** Full segments in which all runs have ended are compressed in the background; default true. */
  readonly archive?: boolean | undefined;
  /** Hears in a line what was made good: an index that was missing or wrong. */
  readonly onNotice?: ((line: string) => void) | undefined;
  readonly files?: Files;
}

/**
 * The journal in `<folder>/journal/00000001.log` and following: one for all runs of a data folder, written
 * by the one process that holds it. Opened by its first use, made by its first append.
 * What it has acknowledged outlives its process, however that ends. What outlives a power cut too is a matter of `sync`:
 * - `always`: all that was appended with `sync: true`; one fdatasync for all callers of a moment.
 * - `interval`: the same, but for what was acknowledged in the last `intervalMs` before the cut.
 * - `never`: what the system happened to write; it is asked to at each new segment, once 8 MiB wait, and at `close`.
 * In the last two an acknowledged write may be done again after a power cut: its record may be lost, never a part of it.
 * Any method rejects with a CorruptFileError where the files are not what we wrote, with a
 * StoreUnavailableError where they cannot be read or written; the next call tries again.
 * `append` also rejects with a NotKeepableError or NotJsonError for what is no record, and with a
 * TooLargeError for a record above `recordBytes` or a call above 64 MiB.
 */
export function fileJournal(folder: string, options: FileJournalOptions = {}): Journal {
  return new FileJournal(folder, options);
}

class FileJournal implements Journal {
  readonly #folder: string;
  readonly #recordBytes: number;
  readonly #sync: SyncMode;
  readonly #intervalMs: number;
  readonly #onNotice: (line: string) => void;
  /** The sync that is to come, with `interval`. */
  #takeBack: (() => void) | undefined;
  readonly #segments: Segments;
  readonly #queue: AppendQueue;
  #archiving: Promise<void> | undefined;
  #packing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(home: string, options: FileJournalOptions) {
    this.#folder = join(home, 'journal');
    this.#sync = options.sync ?? 'always';
    this.#intervalMs = options.intervalMs ?? 100;
    this.#onNotice = options.onNotice ?? (() => {});
    this.#recordBytes = options.recordBytes ?? MAX_RECORD_BYTES;
    const segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
    this.#segments = new Segments(home, {
      files: options.files ?? systemFiles,
      segmentBytes,
      onDamage: options.onDamage ?? 'refuse',
      onNotice: this.#onNotice,
      onSealed: () => (options.archive ?? true) && this.#archiveSoon(),
    });
    // A group does not cross into the next segment.
    const groupBytes = segmentBytes - HEADER.length;
    this.#queue = new AppendQueue(this.#folder, groupBytes, async (group) => {
      await this.#segments.write(group);
      if (this.#sync === 'interval' && !group.some(({ sync }) => sync)) this.#syncSoon();
    });
  }

  get dropped(): readonly Dropped[] {
    return this.#segments.dropped;
  }

  async append(
    records: readonly JournalRecord[],
    options: { readonly sync: boolean },
  ): Promise<void> {
    this.#requireOpen();
    // Before the first await: the caller may change the values, and calls keep their order.
    const frames = records.map((record) => frame(encodeRecord(record, this.#recordBytes)));
    const bytes = Buffer.concat(frames);
    if (bytes.length > MAX_APPEND_BYTES)
      throw new TooLargeError('journal append', bytes.length, MAX_APPEND_BYTES);
    const noted = records.map((record, at) => ({
      run: record.run,
      bytes: frames[at]?.length ?? 0,
      facts: factsOf(record),
    }));
    const sync = options.sync && this.#sync === 'always';
    return this.#queue.add({ bytes, records: noted, sync });
  }

  /** What fails here is mended, and told, with the next append. */
  #syncSoon(): void {
    // Closing syncs, too.
    if (this.#closing !== undefined) return;
    this.#takeBack ??= afterMs(this.#intervalMs, () => {
      this.#takeBack = undefined;
      this.#queue.add({ bytes: Buffer.alloc(0), records: [], sync: true }).catch(() => undefined);
    });
  }

  read(run: string): Promise<readonly JournalRecord[]> {
    return this.#ask(
      (index) => index.stretches(run),
      async (places) => this.#reading(false, (reader) => reader.read(run, places)),
    );
  }

  runs(): Promise<readonly string[]> {
    return this.#ask(
      (index) => index.runs(),
      async (runs) => runs,
    );
  }

  async list(query: RunQuery = {}): Promise<RunList> {
    const look = (index: RunIndex) => index.list(query);
    try {
      return await this.#ask(look, (found) => this.#summaries(found, readWords));
    } catch (error) {
      if (!(error instanceof CorruptFileError)) throw error;
      // Words that are damaged hide no other run.
      const words: typeof readWords = (...of) => readWords(...of).catch(() => '(damaged)');
      return await this.#ask(look, (found) => this.#summaries(found, words));
    }
  }

  async forget(checkpoint: Checkpoint, hashes?: readonly string[]): Promise<void> {
    this.#requireOpen();
    const { run } = checkpoint;
    const all = hashes ?? hashesOf(await this.read(run));
    const forgotten: JournalRecord = { kind: 'forgotten', run, hashes: all };
    const only = hashes && new Set(hashes);
    await this.#queue.alone(async () => {
      // What is being compressed may have the words.
      await this.#packing?.catch(() => undefined);
      const without = (record: JournalRecord) => scrubbed(record, only);
      await this.#segments.forget(run, [checkpoint, forgotten], without);
    });
  }

  #summaries(
    { runs, total }: ReturnType<RunIndex['list']>,
    words: typeof readWords,
  ): Promise<RunList> {
    return this.#reading(true, async (reader) => {
      const summaries: RunSummary[] = [];
      // As they lie there: the newest are the last.
      for (const { run, facts } of runs.toReversed())
        summaries.push(summarised(run, facts, await words(reader, run, facts)));
      return { runs: summaries.toReversed(), total };
    });
  }

  async #reading<T>(sweeps: boolean, work: (reader: StretchReader) => Promise<T>): Promise<T> {
    const reader = this.#segments.reader(sweeps);
    try {
      return await work(reader);
    } finally {
      await reader.close();
    }
  }

  /** Looks into the index, and reads what it names; where that does not fit the index is mended, and asked once more. */
  async #ask<L, T>(look: (index: RunIndex) => L, read: (found: L) => Promise<T>): Promise<T> {
    this.#requireOpen();
    try {
      const found = await this.#queue.alone(async () => look(await this.#segments.current()));
      return await read(found);
    } catch (cause) {
      return await read(
        await this.#queue.alone(async () => look(await this.#segments.mended(cause))),
      );
    }
  }

  #archiveSoon(): void {
    this.#archiving ??= this.#archive().finally(() => {
      this.#archiving = undefined;
    });
  }

  /** One segment after the other, as long as there is one and the journal is open. Never rejects: what fails stays as it is. */
  async #archive(): Promise<void> {
    try {
      while (this.#closing === undefined) {
        const number = await this.#queue.alone(() => this.#segments.archivable());
        if (number === undefined) return;
        this.#packing = this.#segments.pack(number);
        await this.#packing;
        await this.#queue.alone(() => this.#segments.replace(number));
      }
    } catch (error) {
      this.#onNotice(`a segment was not archived: ${String(error)}`);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    this.#takeBack?.();
    // The segment that is being archived is finished, and no other is begun.
    await this.#archiving;
    await this.#queue.idle();
    await this.#segments.close();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new StoreUnavailableError(this.#folder, 'it is closed');
  }
}

/** The words of a request, which only the journal has. */
async function readWords(reader: StretchReader, run: string, { text }: Facts): Promise<string> {
  const [words] = text === undefined ? [] : await reader.read(run, [text]);
  return words === undefined ? '' : wordsOf(words);
}
