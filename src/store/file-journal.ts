import { join } from 'node:path';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { TooLargeError } from '../errors/too-large-error.ts';
import { makeFolder, systemFiles, unavailable, type Files } from './files.ts';
import { frame, HEADER } from './framing.ts';
import { encodeRecord, MAX_RECORD_BYTES } from './journal-record.ts';
import { PlaceIndex } from './place-index.ts';
import type { Dropped, Journal, JournalRecord } from './ports.ts';
import { recover, segmentFile } from './recovery.ts';
import { Segment } from './segment.ts';
import { afterMs } from './system-timer.ts';
import { readStretches } from './stretch-reader.ts';

/** What one call may append. */
const MAX_APPEND_BYTES = 64 * 1024 * 1024;
/** What one write takes; a larger group gains nothing and makes the first in it wait. */
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
/** What may wait for the disk; above it callers are refused, so that a slow disk fills no memory. */
const MAX_QUEUED_BYTES = 256 * 1024 * 1024;

/** When what was appended is synced to the disk; see `fileJournal` for what each promises. */
export type SyncMode = 'always' | 'interval' | 'never';

export interface FileJournalOptions {
  /** Default `always`. */
  readonly sync?: SyncMode;
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
  readonly onDamage?: 'refuse' | 'cut';
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
  return new FileJournal(join(folder, 'journal'), options);
}

interface Waiting {
  readonly bytes: Buffer;
  /** Run and length of each record in `bytes`. */
  readonly records: readonly { readonly run: string; readonly bytes: number }[];
  readonly sync: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class FileJournal implements Journal {
  readonly #folder: string;
  readonly #files: Files;
  readonly #segmentBytes: number;
  readonly #recordBytes: number;
  readonly #onDamage: 'refuse' | 'cut';
  readonly #sync: SyncMode;
  readonly #intervalMs: number;
  /** The sync that is to come, with `interval`. */
  #takeBack: (() => void) | undefined;
  #index = new PlaceIndex();
  #segment: Segment | undefined;
  #segmentNumber = 0;
  #dropped: readonly Dropped[] = [];
  #opening: Promise<void> | undefined;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #pumping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(folder: string, options: FileJournalOptions) {
    this.#folder = folder;
    this.#files = options.files ?? systemFiles;
    this.#segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
    this.#onDamage = options.onDamage ?? 'refuse';
    this.#sync = options.sync ?? 'always';
    this.#intervalMs = options.intervalMs ?? 100;
    this.#recordBytes = options.recordBytes ?? MAX_RECORD_BYTES;
  }

  get dropped(): readonly Dropped[] {
    return this.#dropped;
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
    if (this.#queuedBytes + bytes.length > MAX_QUEUED_BYTES)
      throw new StoreUnavailableError(
        this.#folder,
        'the disk does not keep up with what is written',
      );
    const lengths = records.map(({ run }, at) => ({ run, bytes: frames[at]?.length ?? 0 }));
    return this.#enqueue(bytes, lengths, options.sync && this.#sync === 'always');
  }

  #enqueue(bytes: Buffer, records: Waiting['records'], sync: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ bytes, records, sync, resolve, reject });
    this.#queuedBytes += bytes.length;
    this.#pumping ??= this.#pump();
    return promise;
  }

  /** What fails here is mended, and told, with the next append. */
  #syncSoon(): void {
    // Closing syncs, too.
    if (this.#closing !== undefined) return;
    this.#takeBack ??= afterMs(this.#intervalMs, () => {
      this.#takeBack = undefined;
      this.#enqueue(Buffer.alloc(0), [], true).catch(() => undefined);
    });
  }

  async read(run: string): Promise<readonly JournalRecord[]> {
    this.#requireOpen();
    await this.#open();
    // What was acknowledged unsynced may be gone from a failing disk, and comes back with the mending.
    if (this.#segment?.isTorn === true) await this.append([], { sync: true });
    return readStretches(this.#files, this.#folder, this.#index.stretches(run));
  }

  async runs(): Promise<readonly string[]> {
    this.#requireOpen();
    await this.#open();
    return this.#index.runs();
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    this.#takeBack?.();
    await this.#pumping;
    await this.#opening?.catch(() => undefined);
    await this.#segment?.close();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new StoreUnavailableError(this.#folder, 'it is closed');
  }

  #open(): Promise<void> {
    this.#opening ??= this.#recover().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #recover(): Promise<void> {
    const recovered = await recover(this.#files, this.#folder, this.#onDamage);
    this.#index = recovered.index;
    this.#segment = recovered.segment;
    this.#segmentNumber = recovered.segmentNumber;
    this.#dropped = recovered.dropped;
  }

  /** Writes what waits, group by group, until nothing does. Never rejects: each caller gets its answer. */
  async #pump(): Promise<void> {
    // Let everybody of this moment in before the first group is closed.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#open();
        await this.#commit(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#pumping = undefined;
  }

  #takeGroup(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && bytes + waiting.bytes.length > this.#groupBytes()) break;
      bytes += waiting.bytes.length;
      count += 1;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  /** A group does not cross into the next segment. */
  #groupBytes(): number {
    return Math.min(MAX_GROUP_BYTES, this.#segmentBytes - HEADER.length);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(group.map((waiting) => waiting.bytes));
    const segment = await this.#roomFor(bytes.length);
    let offset = segment.end;
    const isSynced = group.some(({ sync }) => sync);
    await segment.append(bytes, isSynced);
    if (this.#sync === 'interval' && !isSynced) this.#syncSoon();
    for (const { run, bytes: length } of group.flatMap(({ records }) => records)) {
      this.#index.add(run, { segment: this.#segmentNumber, offset, bytes: length });
      offset += length;
    }
  }

  /** The segment for the next bytes; a full one is synced whole before its successor exists. */
  async #roomFor(bytes: number): Promise<Segment> {
    const current = this.#segment;
    if (current !== undefined) {
      const isEmpty = current.end === HEADER.length;
      if (isEmpty || current.end + bytes <= this.#segmentBytes) return current;
      await current.close();
      // From here on only a successor takes records, even if making it fails at first.
      this.#segment = undefined;
    } else if (this.#segmentNumber === 0) {
      await makeFolder(this.#files, this.#folder).catch((cause: unknown) => {
        throw unavailable(this.#folder, cause);
      });
    }
    const number = this.#segmentNumber + 1;
    this.#segment = await Segment.create(this.#files, segmentFile(this.#folder, number));
    this.#segmentNumber = number;
    return this.#segment;
  }
}
