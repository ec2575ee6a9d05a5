import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { unavailable, type Files } from './files.ts';
import { unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import type { Place } from './places.ts';
import type { JournalRecord } from './ports.ts';
import { openSegment, segmentFile, type SegmentBytes } from './segment-bytes.ts';

/** What is read at once where places that follow each other will be asked for. */
const WINDOW_BYTES = 256 * 1024;
const NOTHING = { offset: 0, bytes: Buffer.alloc(0) };

/** A record, where it lies with its frame, and whether all before it was on the disk. */
export interface PlacedRecord {
  readonly record: JournalRecord;
  readonly place: Place;
  readonly isAfterSync: boolean;
}

/**
 * Reads runs' records by their places, and checks each again: a disk may have changed them since, an index may be wrong.
 * Keeps the last file open, and what was read last; where it `sweeps` some of what follows, too. Close it.
 */
export class StretchReader {
  readonly #files: Files;
  readonly #folder: string;
  readonly #sweeps: boolean;
  #open: { readonly segment: number; readonly from: SegmentBytes } | undefined;
  /** What was read last of it. */
  #window: { readonly offset: number; readonly bytes: Buffer } = NOTHING;

  constructor(files: Files, folder: string, sweeps = false) {
    this.#files = files;
    this.#folder = folder;
    this.#sweeps = sweeps;
  }

  /**
   * The records of a run that lie there.
   * @throws CorruptFileError for a damaged record or another run's, StoreUnavailableError for a file that cannot be read.
   */
  async read(run: string, places: readonly Place[]): Promise<JournalRecord[]> {
    return (await this.readPlaced(run, places)).map(({ record }) => record);
  }

  /** The same, each with its place. */
  async readPlaced(run: string, places: readonly Place[]): Promise<PlacedRecord[]> {
    const records: PlacedRecord[] = [];
    try {
      for (const place of places) {
        const { file, bytes } = await this.#bytes(place);
        for (const placed of split(bytes, file, place)) {
          if (placed.record.run !== run)
            throw new CorruptFileError(
              file,
              `byte ${place.offset}`,
              "another run's record lies here",
            );
          records.push(placed);
        }
      }
    } catch (cause) {
      throw unavailable(this.#folder, cause);
    }
    return records;
  }

  async close(): Promise<void> {
    await this.#open?.from.close();
    this.#open = undefined;
  }

  async #bytes(place: Place): Promise<{ readonly file: string; readonly bytes: Buffer }> {
    const { segment, offset, bytes } = place;
    if (this.#open?.segment !== segment) {
      await this.close();
      this.#window = NOTHING;
      const from = await openSegment(this.#files, this.#folder, segment);
      const file = segmentFile(this.#folder, segment);
      if (from === undefined) throw new StoreUnavailableError(file, 'the segment is missing');
      this.#open = { segment, from };
    }
    const { from } = this.#open;
    const { offset: begin, bytes: kept } = this.#window;
    if (offset < begin || offset + bytes > begin + kept.length)
      this.#window = await from.read(offset, bytes, this.#sweeps ? WINDOW_BYTES : 0);
    const at = offset - this.#window.offset;
    return { file: from.file, bytes: this.#window.bytes.subarray(at, at + bytes) };
  }
}

function* split(
  bytes: Buffer,
  file: string,
  { segment, offset, bytes: length }: Place,
): Generator<PlacedRecord> {
  let at = 0;
  while (at < length) {
    const place = `byte ${offset + at}`;
    const found = unframe(bytes, at);
    if (!found.ok)
      throw new CorruptFileError(file, place, `${found.why}, though it had been written`);
    const record = decodeRecord(found.text, file, place);
    const { bytes: own, isAfterSync } = found;
    yield { record, place: { segment, offset: offset + at, bytes: own }, isAfterSync };
    at += found.bytes;
  }
}
