import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { codeOf, unavailable, type Files } from './files.ts';
import { HOW_TO_CUT, putAside } from './damage.ts';
import { checkHeader, HEADER, trimmed, unframe, wholeBehind } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import type { Dropped } from './ports.ts';
import { factsOf } from './run-facts.ts';
import { RunIndex } from './run-index.ts';
import { Segment } from './segment.ts';

/** With 64 MiB each this is 64 TB; above it something other than a journal fills the folder. */
const MAX_SEGMENTS = 1_000_000;
const SEGMENT_NAME = /^\d{8}\.log$/;

/** What a journal is when it has been opened. */
export interface Recovered {
  /** The one that takes the next records; undefined in an empty folder. */
  readonly segment: Segment | undefined;
  readonly segmentNumber: number;
  readonly dropped: readonly Dropped[];
  /** How many segments before the last had to be read, because the index did not know them. */
  readonly reread: number;
}

/** The file of a segment; the first has the number 1. */
export function segmentFile(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.log`);
}

/**
 * Brings the index up to the journal, and cuts the torn tail of the last segment. What the index knows of a segment counts
 * only as long as that is what it was then; all else is read.
 * A crash spoils only what was not yet synced. Damage before a record that was written after a sync, or in an earlier segment,
 * is none of its doing, and who cut there would lose what had been acknowledged.
 * @param onDamage `cut` keeps what stands before such damage, and puts the files beside it as they were.
 * @throws CorruptFileError for such damage where it is `refuse`, for a missing segment, another program's file;
 *   nothing is changed then. StoreUnavailableError where the folder cannot be read or the tail not cut.
 */
export async function recover(
  files: Files,
  folder: string,
  index: RunIndex,
  onDamage: 'refuse' | 'cut',
): Promise<Recovered> {
  const last = await countSegments(files, folder);
  index.drop(last + 1, MAX_SEGMENTS);
  if (last === 0) return { segment: undefined, segmentNumber: 0, dropped: [], reread: 0 };
  let reread = 0;
  for (let number = 1; ; number += 1) {
    const file = segmentFile(folder, number);
    const isLast = number === last;
    if (!isLast && (await isUntouched(files, file, number, index))) continue;
    const { segment, torn, isSynced, isRead } = await scan(files, file, number, index);
    if (torn === undefined) {
      // Its time is noted only here: until now somebody may have been writing it.
      const sealed = isLast ? {} : { file: await stampOf(files, file) };
      if (!isLast || index.known(number)?.bytes !== segment.end)
        await index.flush(number, { bytes: segment.end, crc: segment.crc, ...sealed });
      if (isLast) return { segment, segmentNumber: number, dropped: [], reread };
      if (isRead) reread += 1;
      continue;
    }
    const isDamage = isSynced || !isLast;
    if (isDamage && onDamage === 'refuse') {
      const follows = isLast ? `${torn.records} whole records` : 'more segments';
      const problem = `${torn.why}, and ${follows} follow; ${HOW_TO_CUT}`;
      throw new CorruptFileError(file, `byte ${segment.end}`, problem);
    }
    const later = Array.from({ length: last - number }, (_, at) =>
      segmentFile(folder, number + 1 + at),
    );
    index.drop(number + 1, MAX_SEGMENTS);
    const dropped = isDamage ? await putAside(files, torn, later) : [torn];
    await segment.mend();
    await index.flush(number, { bytes: segment.end, crc: segment.crc });
    return { segment, segmentNumber: number, dropped, reread };
  }
}

/**
 * Builds what the index has of one segment anew, or of all; nothing of the journal is changed.
 * @throws CorruptFileError where it is the journal that is damaged: then the index stays as it is.
 */
export async function reindex(
  files: Files,
  folder: string,
  index: RunIndex,
  only?: string,
): Promise<void> {
  const last = await countSegments(files, folder);
  for (let number = 1; number <= last; number += 1) {
    const file = segmentFile(folder, number);
    if (only !== undefined && only !== file) continue;
    const sketch = RunIndex.inMemory(folder);
    const { segment, torn } = await scan(files, file, number, sketch);
    await sketch.close();
    if (torn !== undefined)
      throw new CorruptFileError(file, `byte ${segment.end}`, `${torn.why}, though it was written`);
    index.drop(number);
    await scan(files, file, number, index);
    await index.flush(number, { bytes: segment.end, crc: segment.crc });
  }
}

/** Length and time of a file: as long as they are the same, nobody has written it. */
export async function stampOf(files: Files, file: string): Promise<string> {
  const { size, mtimeNs } = await files
    .stat(file, { bigint: true })
    .catch((cause: unknown) => Promise.reject(unavailable(file, cause)));
  return `${size} ${mtimeNs}`;
}

async function isUntouched(
  files: Files,
  file: string,
  number: number,
  index: RunIndex,
): Promise<boolean> {
  const known = index.known(number);
  return known?.file !== undefined && known.file === (await stampOf(files, file));
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
  /** As far as it is whole. */
  readonly segment: Segment;
  /** What stands behind its end, if anything does. */
  readonly torn: Dropped | undefined;
  /** True where a record in it shows that what comes first had been synced. */
  readonly isSynced: boolean;
  /** True where the index did not know it from its beginning on. */
  readonly isRead: boolean;
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

/** Notes the records of a segment that the index does not know. */
async function scan(files: Files, file: string, number: number, index: RunIndex): Promise<Scanned> {
  const bytes = trimmed(await readSegment(files, file));
  const known = index.known(number) ?? { bytes: 0, crc: 0 };
  const isKnown =
    known.bytes >= HEADER.length &&
    known.bytes <= bytes.length &&
    crc32(bytes.subarray(0, known.bytes)) === known.crc;
  if (!isKnown) index.drop(number);
  let end = isKnown ? known.bytes : HEADER.length;
  const found = (rest: Pick<Scanned, 'torn' | 'isSynced'>): Scanned => {
    const segment = new Segment(files, file, end, crc32(bytes.subarray(0, end)));
    return { segment, ...rest, isRead: !isKnown };
  };
  while (end < bytes.length) {
    const framed = unframe(bytes, end);
    if (!framed.ok) {
      const { records, isSynced } = wholeBehind(bytes, end);
      const torn = { file, offset: end, bytes: bytes.length - end, records, why: framed.why };
      return found({ torn, isSynced });
    }
    const record = decodeRecord(framed.text, file, `byte ${end}`);
    const place = { segment: number, offset: end, bytes: framed.bytes };
    index.note(record.run, place, factsOf(record));
    end += framed.bytes;
  }
  return found({ torn: undefined, isSynced: false });
}
