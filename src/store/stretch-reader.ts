import type { FileHandle } from 'node:fs/promises';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { unavailable, type Files } from './files.ts';
import { unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import type { Place } from './places.ts';
import type { JournalRecord } from './ports.ts';
import { segmentFile } from './recovery.ts';

/** What is read at once where places that follow each other will be asked for. */
const WINDOW_BYTES = 256 * 1024;

/**
 * Reads runs' records by their places, and checks each again: a disk may have changed them since, an index may be wrong.
 * Keeps the last file open, and where it `sweeps` also some of what follows; close it.
 */
export class StretchReader {
  readonly #files: Files;
  readonly #folder: string;
  readonly #sweeps: boolean;
  #open: { readonly segment: number; readonly handle: FileHandle } | undefined;
  #window: { readonly segment: number; readonly offset: number; readonly bytes: Buffer } = {
    segment: 0,
    offset: 0,
    bytes: Buffer.alloc(0),
  };

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
    const records: JournalRecord[] = [];
    try {
      for (const place of places) {
        const file = segmentFile(this.#folder, place.segment);
        for (const record of split(await this.#bytes(file, place), file, place)) {
          if (record.run !== run)
            throw new CorruptFileError(
              file,
              `byte ${place.offset}`,
              "another run's record lies here",
            );
          records.push(record);
        }
      }
    } catch (cause) {
      throw unavailable(this.#folder, cause);
    }
    return records;
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
    this.#open = undefined;
  }

  async #bytes(file: string, { segment, offset, bytes }: Place): Promise<Buffer> {
    const { segment: of, offset: from, bytes: kept } = this.#window;
    if (segment === of && offset >= from && offset + bytes <= from + kept.length)
      return kept.subarray(offset - from, offset - from + bytes);
    if (this.#open?.segment !== segment) {
      await this.close();
      this.#open = { segment, handle: await this.#files.open(file, 'r') };
    }
    const wanted = Buffer.allocUnsafe(this.#sweeps ? Math.max(bytes, WINDOW_BYTES) : bytes);
    const { bytesRead } = await this.#open.handle.read(wanted, 0, wanted.length, offset);
    const read = wanted.subarray(0, bytesRead);
    if (this.#sweeps) this.#window = { segment, offset, bytes: read };
    return read.subarray(0, bytes);
  }
}

function* split(
  bytes: Buffer,
  file: string,
  { offset, bytes: length }: Place,
): Generator<JournalRecord> {
  let at = 0;
  while (at < length) {
    const place = `byte ${offset + at}`;
    const found = unframe(bytes, at);
    if (!found.ok)
      throw new CorruptFileError(file, place, `${found.why}, though it had been written`);
    yield decodeRecord(found.text, file, place);
    at += found.bytes;
  }
}
