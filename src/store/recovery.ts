import { join } from 'node:path';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { codeOf, unavailable, type Files } from './files.ts';
import { HOW_TO_CUT, putAside } from './damage.ts';
import { checkHeader, HEADER, trimmed, unframe, wholeBehind } from './framing.ts';
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
 * A crash spoils only what was not yet synced. Damage before a record that was written after a sync, or in an earlier segment,
 * is none of its doing, and who cut there would lose what had been acknowledged.
 * @param onDamage `cut` keeps what stands before such damage, and puts the files beside it as they were.
 * @throws CorruptFileError for such damage where it is `refuse`, for a missing segment, another program's file;
 *   nothing is changed then. StoreUnavailableError where the folder cannot be read or the tail not cut.
 */
export async function recover(
  files: Files,
  folder: string,
  onDamage: 'refuse' | 'cut',
): Promise<Recovered> {
  const index = new PlaceIndex();
  const last = await countSegments(files, folder);
  if (last === 0) return { index, segment: undefined, segmentNumber: 0, dropped: [] };
  for (let number = 1; ; number += 1) {
    const file = segmentFile(folder, number);
    const { end, torn, isSynced } = await scan(files, file, number, index);
    const segment = new Segment(files, file, end);
    if (torn === undefined && number < last) continue;
    if (torn === undefined) return { index, segment, segmentNumber: number, dropped: [] };
    const isDamage = isSynced || number < last;
    if (isDamage && onDamage === 'refuse') {
      const follows = number < last ? 'more segments' : `${torn.records} whole records`;
      const problem = `${torn.why}, and ${follows} follow; ${HOW_TO_CUT}`;
      throw new CorruptFileError(file, `byte ${end}`, problem);
    }
    const later = Array.from({ length: last - number }, (_, at) =>
      segmentFile(folder, number + 1 + at),
    );
    const dropped = isDamage ? await putAside(files, torn, later) : [torn];
    await segment.mend();
    return { index, segment, segmentNumber: number, dropped };
  }
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
  /** What stands behind `end`, if anything does. */
  readonly torn: Dropped | undefined;
  /** True where a record in it shows that what comes first had been synced. */
  readonly isSynced: boolean;
}

/** Another program's file may be large: it is told by its first bytes. */
async function readSegment(files: Files, file: string): Promise<Buffer> {
  try {
    const handle = await files.open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(
        Buffer.alloc(HEADER.length),
        0,
        HEADER.length,
        0,
      );
      checkHeader(file, buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
    return await files.readFile(file);
  } catch (cause) {
    throw unavailable(file, cause);
  }
}

async function scan(
  files: Files,
  file: string,
  number: number,
  index: PlaceIndex,
): Promise<Scanned> {
  const bytes = trimmed(await readSegment(files, file));
  let end = HEADER.length;
  while (end < bytes.length) {
    const found = unframe(bytes, end);
    if (!found.ok) {
      const { records, isSynced } = wholeBehind(bytes, end);
      const torn = { file, offset: end, bytes: bytes.length - end, records, why: found.why };
      return { end, torn, isSynced };
    }
    const { run } = decodeRecord(found.text, file, `byte ${end}`);
    index.add(run, { segment: number, offset: end, bytes: found.bytes });
    end += found.bytes;
  }
  return { end, torn: undefined, isSynced: false };
}
