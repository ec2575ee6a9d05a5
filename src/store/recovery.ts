import { join } from 'node:path';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { codeOf, unavailable, type Files } from './files.ts';
import { checkHeader, HEADER, unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import { PlaceIndex } from './place-index.ts';
import type { Dropped } from './ports.ts';
import { Segment } from './segment.ts';

/** With 64 MiB each this is 64 TB; above it something other than a journal fills the folder. */
const MAX_SEGMENTS = 1_000_000;
const SEGMENT_NAME = /^\d{8}\.log$/;

/** What a journal is when it has been opened. */
export interface Recovered {
  readonly index: PlaceIndex;
  /** The one that takes the next records; undefined in an empty folder. */
  readonly segment: Segment | undefined;
  readonly segmentNumber: number;
  readonly dropped: readonly Dropped[];
}

/** The file of a segment; the first has the number 1. */
export function segmentFile(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.log`);
}

/**
 * Reads all segments, builds the index, and cuts the torn tail of the last one.
 * Earlier segments were synced whole before the next was made, so there damage is no crash's doing.
 * @throws CorruptFileError for a damaged earlier segment, a missing one, another program's file;
 *   nothing is changed then. StoreUnavailableError where the folder cannot be read or the tail not cut.
 */
export async function recover(files: Files, folder: string): Promise<Recovered> {
  const index = new PlaceIndex();
  const last = await countSegments(files, folder);
  for (let number = 1; number < last; number += 1) {
    const file = segmentFile(folder, number);
    const found = await scan(files, file, number, index);
    if (found.why !== undefined)
      throw new CorruptFileError(
        file,
        `byte ${found.end}`,
        `${found.why}, and more segments follow`,
      );
  }
  if (last === 0) return { index, segment: undefined, segmentNumber: 0, dropped: [] };
  const file = segmentFile(folder, last);
  const { end, size, why } = await scan(files, file, last, index);
  const segment = new Segment(files, file, end);
  const dropped: Dropped[] = [];
  if (why !== undefined) {
    await segment.mend();
    dropped.push({ file, offset: end, bytes: size - end, why });
  }
  return { index, segment, segmentNumber: last, dropped };
}

async function countSegments(files: Files, folder: string): Promise<number> {
  const names = await files.readdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw unavailable(folder, cause);
  });
  const segments = names.filter((name) => SEGMENT_NAME.test(name)).toSorted();
  if (segments.length > MAX_SEGMENTS)
    throw new CorruptFileError(folder, `${segments.length} segments`, `more than ${MAX_SEGMENTS}`);
  for (const [at, name] of segments.entries()) {
    const expected = segmentFile(folder, at + 1);
    if (join(folder, name) !== expected)
      throw new CorruptFileError(
        expected,
        'its place',
        'the segment is missing, and later ones lie here',
      );
  }
  return segments.length;
}

interface Scanned {
  readonly end: number;
  readonly size: number;
  /** Why the file goes on behind `end`; undefined where it does not. */
  readonly why: string | undefined;
}

async function scan(
  files: Files,
  file: string,
  number: number,
  index: PlaceIndex,
): Promise<Scanned> {
  const bytes = await files.readFile(file).catch((cause: unknown) => {
    throw unavailable(file, cause);
  });
  checkHeader(file, bytes);
  let end = HEADER.length;
  while (end < bytes.length) {
    const found = unframe(bytes, end);
    if (!found.ok) return { end, size: bytes.length, why: found.why };
    const { run } = decodeRecord(found.text, file, `byte ${end}`);
    index.add(run, { segment: number, offset: end, bytes: found.bytes });
    end += found.bytes;
  }
  return { end, size: bytes.length, why: undefined };
}
