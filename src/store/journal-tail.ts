import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { systemFiles, unavailable } from './files.ts';
import { checkHeader, HEADER, trimmed, unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import { join } from 'node:path';
import type { JournalRecord } from './ports.ts';
import { forgettingFile } from './forgetting.ts';
import { openSegment, segmentFile } from './segment-bytes.ts';
import { pause } from './system-timer.ts';

/** How long one waits for a forgetting that another process is about. */
const RETRY_MS = 20;
const MAX_TRIES = 250;

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
    const [segment, offset] = [this.#segment, this.#offset];
    for (let tries = 0; ; tries += 1)
      try {
        return await this.#readOn(run);
      } catch (error) {
        // Its holder may just be writing over what is forgotten: then it is whole again in a moment.
        const mayBecomeWhole = error instanceof CorruptFileError && tries < MAX_TRIES;
        if (!mayBecomeWhole || (tries > 0 && !(await this.#isForgetting()))) throw error;
        [this.#segment, this.#offset] = [segment, offset];
        await pause(RETRY_MS);
      }
  }

  async #isForgetting(): Promise<boolean> {
    return systemFiles.stat(forgettingFile(this.#folder)).then(
      () => true,
      () => false,
    );
  }

  async #readOn(run: string): Promise<JournalRecord[]> {
    const records: JournalRecord[] = [];
    for (;;) {
      // Asked first: once there is a next segment, this one is whole.
      const next = await this.#from(this.#segment + 1, undefined);
      const found = await this.#from(this.#segment, this.#offset);
      if (found === undefined) return records;
      const read = this.#take(found, run, records);
      this.#offset += read;
      if (next === undefined) return records;
      if (read < found.bytes.length)
        throw new CorruptFileError(
          found.file,
          `byte ${this.#offset}`,
          'no whole record stands here, and more segments follow',
        );
      this.#segment += 1;
      this.#offset = 0;
    }
  }

  /** Takes the whole records that bytes begin with; how many bytes those are. */
  #take({ file, bytes }: Found, run: string, into: JournalRecord[]): number {
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

  /** What a segment holds from an offset on, none without one; undefined where it is not there. */
  async #from(number: number, offset: number | undefined): Promise<Found | undefined> {
    try {
      const segment = await openSegment(systemFiles, this.#folder, number);
      if (segment === undefined) return undefined;
      try {
        const { file, size } = segment;
        if (offset === undefined) return { file, bytes: Buffer.alloc(0) };
        if (size < offset)
          throw new CorruptFileError(file, 'its end', 'records that had been read are gone');
        // Another program's file may be large: it is told by its first bytes.
        if (offset === 0) checkHeader(file, (await segment.read(0, HEADER.length)).bytes);
        const read = await segment.read(offset, size - offset);
        return { file, bytes: trimmed(read.bytes.subarray(offset - read.offset)) };
      } finally {
        await segment.close();
      }
    } catch (cause) {
      throw unavailable(segmentFile(this.#folder, number), cause);
    }
  }
}

interface Found {
  readonly file: string;
  readonly bytes: Buffer;
}
