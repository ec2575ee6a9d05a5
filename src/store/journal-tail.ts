import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { codeOf, systemFiles, unavailable } from './files.ts';
import { checkHeader, HEADER, trimmed, unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import { join } from 'node:path';
import type { JournalRecord } from './ports.ts';
import { segmentFile } from './recovery.ts';

/** Reads the journal of a data folder that another process may be writing: takes no lock, changes and mends nothing. */
export class JournalTail {
  readonly #folder: string;
  #segment = 1;
  #offset = 0;

  constructor(folder: string) {
    this.#folder = join(folder, 'journal');
  }

  /**
   * A run's records that have come since the last call, in their order; at the first call all that there are.
   * @throws CorruptFileError where whole records do not follow each other, StoreUnavailableError for a file that cannot be read.
   */
  async read(run: string): Promise<JournalRecord[]> {
    const records: JournalRecord[] = [];
    for (;;) {
      // Asked first: once there is a next segment, this one is whole.
      const isLast = !(await this.#has(this.#segment + 1));
      const bytes = await this.#bytesFrom(this.#segment, this.#offset);
      if (bytes === undefined) return records;
      const read = this.#take(bytes, run, records);
      this.#offset += read;
      if (isLast) return records;
      if (read < bytes.length)
        throw new CorruptFileError(
          segmentFile(this.#folder, this.#segment),
          `byte ${this.#offset}`,
          'no whole record stands here, and more segments follow',
        );
      this.#segment += 1;
      this.#offset = 0;
    }
  }

  /** Takes the whole records that bytes begin with; how many bytes those are. */
  #take(bytes: Buffer, run: string, into: JournalRecord[]): number {
    const file = segmentFile(this.#folder, this.#segment);
    let at = this.#offset === 0 ? HEADER.length : 0;
    for (;;) {
      const found = unframe(bytes, at);
      // What breaks off here is being written, or was when its writer died.
      if (!found.ok) return at;
      const record = decodeRecord(found.text, file, `byte ${this.#offset + at}`);
      if (record.run === run) into.push(record);
      at += found.bytes;
    }
  }

  async #has(segment: number): Promise<boolean> {
    const file = segmentFile(this.#folder, segment);
    try {
      await systemFiles.stat(file);
      return true;
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return false;
      throw unavailable(file, cause);
    }
  }

  /** What a segment holds from an offset on; undefined where it is not there. */
  async #bytesFrom(segment: number, offset: number): Promise<Buffer | undefined> {
    const file = segmentFile(this.#folder, segment);
    try {
      const handle = await systemFiles.open(file, 'r');
      try {
        const { size } = await handle.stat();
        if (size < offset)
          throw new CorruptFileError(file, 'its end', 'records that had been read are gone');
        // Another program's file may be large: it is told by its first bytes.
        if (offset === 0)
          checkHeader(
            file,
            (await handle.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0)).buffer,
          );
        const bytes = Buffer.alloc(size - offset);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
        return trimmed(bytes.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw unavailable(file, cause);
    }
  }
}
