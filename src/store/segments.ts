import { join } from 'node:path';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import type { Append } from './append-queue.ts';
import { makeFolder, unavailable, type Files } from './files.ts';
import { frame, FRAME_BYTES, HEADER } from './framing.ts';
import type { Dropped, JournalRecord } from './ports.ts';
import { dropPlain, packSegment } from './archiver.ts';
import { recover, reindex, stampOf } from './recovery.ts';
import { checksumOf, segmentFile } from './segment-bytes.ts';
import {
  begin,
  finish,
  overwrite,
  unfinished,
  type Forgetting,
  type Overwrite,
} from './forgetting.ts';
import { decodeRecord, encodeRecord } from './journal-record.ts';
import { factsOf } from './run-facts.ts';
import { RunIndex } from './run-index.ts';
import { Segment } from './segment.ts';
import { resultCodeOf } from './sqlite.ts';
import { StretchReader, type PlacedRecord } from './stretch-reader.ts';

/** What the index may be behind: a killed process leaves as much to be read, and each run that has an event meanwhile one row. */
const MAX_UNINDEXED_BYTES = 8 * 1024 * 1024;
const MIN_UNSETTLED_BYTES = 32 * 1024 * 1024;

export interface SegmentsOptions {
  readonly files: Files;
  readonly segmentBytes: number;
  readonly onDamage: 'refuse' | 'cut';
  readonly onNotice: (line: string) => void;
  /** Told whenever a segment has become full, and when the journal has been opened. */
  readonly onSealed: () => void;
}

/** The segments of a journal and the index of what lies in them. Calls must not overlap. */
export class Segments {
  readonly #home: string;
  readonly #folder: string;
  readonly #options: SegmentsOptions;
  readonly #files: Files;
  #index: RunIndex | undefined;
  /** Bytes that the index has noted and not written. */
  #unindexed = 0;
  /** Bytes of the journal since the index was sealed. */
  #unsettled = 0;
  #last: Segment | undefined;
  #lastNumber = 0;
  #dropped: readonly Dropped[] = [];
  /** Full segments that are not archived. */
  #plain: readonly number[] = [];

  constructor(home: string, options: SegmentsOptions) {
    this.#home = home;
    this.#folder = join(home, 'journal');
    this.#options = options;
    this.#files = options.files;
  }

  get dropped(): readonly Dropped[] {
    return this.#dropped;
  }

  /** The index as the journal stands now. */
  async current(): Promise<RunIndex> {
    const index = await this.#open();
    // What was acknowledged unsynced may be gone from a failing disk, and comes back with the mending.
    if (this.#last?.isTorn === true) await this.#last.append(Buffer.alloc(0), true);
    await this.#flush(index);
    return index;
  }

  /** Reads what lies at places; close it. */
  reader(sweeps = false): StretchReader {
    return new StretchReader(this.#files, this.#folder, sweeps);
  }

  /**
   * An index that fits the journal, where the one that was asked did not: what it had of the segment that it was wrong about is
   * read anew, and where it cannot even be asked any more, all.
   * @throws what it was: where it is not the index that is wrong, but the journal, or something else.
   */
  async mended(cause: unknown): Promise<RunIndex> {
    const index = await this.#open();
    const isWrong = cause instanceof CorruptFileError;
    if (!isWrong && resultCodeOf(cause) === undefined) throw cause;
    await this.#last?.append(Buffer.alloc(0), true);
    const mended = isWrong ? index : RunIndex.inMemory(this.#home);
    await reindex(this.#files, this.#folder, mended, isWrong ? cause.file : undefined);
    this.#options.onNotice(`the index did not fit the journal and was mended: ${String(cause)}`);
    if (!isWrong) await index.close();
    this.#index = mended;
    return mended;
  }

  async #open(): Promise<RunIndex> {
    if (this.#index !== undefined) return this.#index;
    const onWrong = (why: string): void =>
      this.#options.onNotice(`the index does not count, and is built anew: ${why}`);
    const index = await RunIndex.open(this.#home, onWrong);
    try {
      return await this.#recover(index);
    } catch (cause) {
      await index.close();
      if (resultCodeOf(cause) === undefined) throw cause;
      onWrong(String(cause));
      return await this.#recover(RunIndex.inMemory(this.#home));
    }
  }

  async #recover(index: RunIndex): Promise<RunIndex> {
    const { onDamage, onNotice } = this.#options;
    // Damage in what the index knows already is found only by reading all.
    if (onDamage === 'cut') index.drop(0, Number.MAX_SAFE_INTEGER);
    const begun = await unfinished(this.#files, this.#folder);
    // First, as a record that is half written over must not be taken for damage.
    if (begun !== undefined) await overwrite(this.#files, this.#folder, begun.overwrites);
    const recovered = await recover(this.#files, this.#folder, index, onDamage);
    const { segment, segmentNumber, dropped, reread, plain } = recovered;
    if (reread > 0) onNotice(`${reread} full segments of the journal were indexed anew`);
    this.#last = segment;
    this.#lastNumber = segmentNumber;
    this.#dropped = dropped;
    this.#plain = plain;
    this.#options.onSealed();
    this.#index = index;
    if (begun !== undefined) await this.#conclude(begun);
    return index;
  }

  /**
   * Takes words of a run out of the journal, and appends records that tell so.
   * @param without gives a record without its words, undefined where it has none to lose. @throws StoreUnavailableError.
   */
  async forget(
    run: string,
    records: readonly JournalRecord[],
    without: (record: JournalRecord) => JournalRecord | undefined,
  ): Promise<void> {
    const left = await unfinished(this.#files, this.#folder);
    if (left !== undefined) {
      await overwrite(this.#files, this.#folder, left.overwrites);
      await this.#conclude(left);
    }
    const overwrites = (await this.#placed(run)).flatMap(
      ({ record, place, isAfterSync }): Overwrite[] => {
        const bare = without(record);
        if (bare === undefined) return [];
        const { segment, offset, bytes } = place;
        const text = encodeRecord(bare);
        return [{ segment, offset, bytes: bytes - FRAME_BYTES, isAfterSync, text }];
      },
    );
    const texts = records.map((record) => encodeRecord(record));
    const begun: Forgetting = { format: 1, run, records: texts, overwrites };
    await begin(this.#files, this.#folder, begun);
    await this.#conclude(begun);
  }

  async #placed(run: string): Promise<PlacedRecord[]> {
    const reader = this.reader();
    try {
      return await reader.readPlaced(run, (await this.current()).stretches(run));
    } finally {
      await reader.close();
    }
  }

  /** Appends what tells of it, once; writes over the records; and is done. */
  async #conclude({ run, records, overwrites }: Forgetting): Promise<void> {
    const known = new Set((await this.#placed(run)).map(({ record }) => encodeRecord(record)));
    const missing = records.filter((text) => !known.has(text));
    const frames = missing.map(frame);
    const noted = missing.map((text, at) => {
      const facts = factsOf(decodeRecord(text, this.#folder, 'a record'));
      return { run, bytes: frames[at]?.length ?? 0, facts };
    });
    if (missing.length > 0)
      await this.write([{ bytes: Buffer.concat(frames), records: noted, sync: true }]);
    const index = await this.current();
    // What it keeps of its end for a failing disk must not come back.
    await this.#last?.close();
    for (const number of await overwrite(this.#files, this.#folder, overwrites))
      await this.#relearn(index, number);
    await finish(this.#files, this.#folder);
  }

  /** The same records lie at the same places, and have other bytes. */
  async #relearn(index: RunIndex, number: number): Promise<void> {
    const known = index.known(number);
    if (known === undefined) return;
    const { file, crc } = await checksumOf(this.#files, this.#folder, number, known.bytes);
    const sealed = known.file === undefined ? {} : { file: await stampOf(this.#files, file) };
    await index.flush(number, { bytes: known.bytes, crc, ...sealed }).catch(() => undefined);
    if (number === this.#lastNumber && this.#last !== undefined)
      this.#last = new Segment(this.#files, file, known.bytes, crc);
  }

  async write(group: readonly Append[]): Promise<void> {
    const index = await this.#open();
    const bytes = Buffer.concat(group.map((append) => append.bytes));
    const last = await this.#roomFor(index, bytes.length);
    let offset = last.end;
    const isSynced = group.some(({ sync }) => sync);
    await last.append(bytes, isSynced);
    for (const { run, bytes: length, facts } of group.flatMap(({ records }) => records)) {
      index.note(run, { segment: this.#lastNumber, offset, bytes: length }, facts);
      offset += length;
    }
    this.#unindexed += bytes.length;
    this.#unsettled += bytes.length;
    if (this.#unindexed > MAX_UNINDEXED_BYTES) await this.#flush(index);
  }

  /** Brings the index up to the end. It is derived: what cannot be written of it stays in memory. */
  async #flush(index: RunIndex, file?: string): Promise<void> {
    if (this.#last === undefined || (this.#unindexed === 0 && file === undefined)) return;
    const { end, crc } = this.#last;
    this.#unindexed = 0;
    await index
      .flush(this.#lastNumber, { bytes: end, crc, ...(file !== undefined && { file }) })
      .catch(() => undefined);
  }

  /** Rarely, as it reads the whole index: what is not sealed lies in its log. */
  async #settle(index: RunIndex): Promise<void> {
    if (this.#unsettled < MIN_UNSETTLED_BYTES) return;
    this.#unsettled = 0;
    await index.settle().catch(() => undefined);
  }

  /** The segment for the next bytes; a full one is synced whole before its successor exists. */
  async #roomFor(index: RunIndex, bytes: number): Promise<Segment> {
    const last = this.#last;
    if (last !== undefined) {
      const isEmpty = last.end === HEADER.length;
      if (isEmpty || last.end + bytes <= this.#options.segmentBytes) return last;
      await last.close();
      // Nobody writes to it any more: the index knows it by its length and time.
      await this.#flush(index, await stampOf(this.#files, last.file));
      await this.#settle(index);
      this.#plain = [...this.#plain, this.#lastNumber];
      this.#options.onSealed();
      // From here on only a successor takes records, even if making it fails at first.
      this.#last = undefined;
    } else if (this.#lastNumber === 0) {
      await makeFolder(this.#files, this.#folder).catch((cause: unknown) => {
        throw unavailable(this.#folder, cause);
      });
    }
    const number = this.#lastNumber + 1;
    this.#last = await Segment.create(this.#files, segmentFile(this.#folder, number));
    this.#lastNumber = number;
    return this.#last;
  }

  /**
   * The next full segment in which all runs have ended, each once; undefined where there is none. Where one has not, its segment
   * stays as it is: what is still at work is read again.
   */
  async archivable(): Promise<number | undefined> {
    if (this.#plain.length === 0) return undefined;
    const open = (await this.current()).openSegments();
    const next = this.#plain.find((number) => !open.has(number));
    // Whatever becomes of it: it is tried once.
    this.#plain = this.#plain.filter((number) => number !== next);
    return next;
  }

  /** Writes a full segment compressed, beside it. May overlap with all else. @throws CorruptFileError, StoreUnavailableError. */
  async pack(number: number): Promise<void> {
    const known = this.#index?.known(number);
    if (known?.file !== undefined) await packSegment(this.#files, this.#folder, number, known);
  }

  /** Puts what was packed in the segment's place. @throws StoreUnavailableError. */
  async replace(number: number): Promise<void> {
    const index = await this.current();
    const known = index.known(number);
    if (known?.file === undefined) return;
    const file = await dropPlain(this.#files, this.#folder, number);
    await index.flush(number, { ...known, file }).catch(() => undefined);
  }

  async close(): Promise<void> {
    try {
      await this.#last?.close();
    } finally {
      if (this.#index !== undefined) {
        await this.#flush(this.#index);
        await this.#index.close();
      }
    }
  }
}
