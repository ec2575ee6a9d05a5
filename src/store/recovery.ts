import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import {
  archiveFile,
  openSegment,
  removeArchive,
  segmentFile,
  unpackSegment,
} from './segment-bytes.ts';
import { codeOf, replaceFile, unavailable, type Files } from './files.ts';
import { HOW_TO_CUT, putAside } from './damage.ts';
import { checkHeader, HEADER, trimmed, unframe, wholeBehind } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import type { Dropped } from './ports.ts';
import { factsOf } from './run-facts.ts';
import { RunIndex } from './run-index.ts';
import { Segment } from './segment.ts';

/** With 64 MiB each this is 64 TB; above it something other than a journal fills the folder. */
const MAX_SEGMENTS = 1_000_000;
const SEGMENT_NAME = /^\d{8}\.(log|archive)$/;
/** What was being written when a process ended. */
const DRAFT_NAME = /^\d{8}\.(log|archive)(\.damaged-\d+)?\.new$/;

/** What a journal is when it has been opened. */
export interface Recovered {
  /** The one that takes the next records; undefined in an empty folder. */
  readonly segment: Segment | undefined;
  readonly segmentNumber: number;
  readonly dropped: readonly Dropped[];
  /** How many segments before the last had to be read, because the index did not know them. */
  readonly reread: number;
  /** Those before the last that are not archived. */
  readonly plain: readonly number[];
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
  const { last, archived } = await tidied(files, folder);
  index.drop(last + 1, MAX_SEGMENTS);
  const known = { dropped: [], reread: 0, plain: [] as number[] };
  if (last === 0) return { ...known, segment: undefined, segmentNumber: 0 };
  let reread = 0;
  for (let number = 1; ; number += 1) {
    const isArchived = archived.has(number);
    const file = (isArchived ? archiveFile : segmentFile)(folder, number);
    const isLast = number === last;
    if (!isLast && !isArchived) known.plain.push(number);
    if (!isLast && (await isUntouched(files, file, number, index))) continue;
    const { bytes, segment, torn, isSynced, isRead } = await scan(files, folder, number, index);
    if (torn === undefined) {
      // Its time is noted only here: until now somebody may have been writing it.
      const isSealed = !isLast || isArchived;
      const sealed = isSealed ? { file: await stampOf(files, file) } : {};
      if (isSealed || index.known(number)?.bytes !== segment.end)
        await index.flush(number, { bytes: segment.end, crc: segment.crc, ...sealed });
      if (!isLast && isRead) reread += 1;
      if (!isLast) continue;
      return { ...known, reread, segment: isArchived ? undefined : segment, segmentNumber: number };
    }
    const isDamage = isSynced || isSealedBehind(torn, isLast);
    if (isDamage && onDamage === 'refuse') {
      const follows = isLast ? `${torn.records} whole records` : 'more segments';
      const problem = `${torn.why}, and ${follows} follow; ${HOW_TO_CUT}`;
      throw new CorruptFileError(file, `byte ${torn.offset}`, problem);
    }
    const later = Array.from({ length: last - number }, (_, at) => number + 1 + at).map((one) =>
      (archived.has(one) ? archiveFile : segmentFile)(folder, one),
    );
    index.drop(number + 1, MAX_SEGMENTS);
    const dropped = isDamage ? await putAside(files, torn, later) : [torn];
    if (isArchived) await unpacked(files, folder, number, bytes.subarray(0, segment.end));
    await segment.mend();
    await index.flush(number, { bytes: segment.end, crc: segment.crc });
    return { ...known, segment, segmentNumber: number, dropped, reread };
  }
}

/** What a crash tears is the end of the last segment, which no archive is. */
const isSealedBehind = ({ file }: Dropped, isLast: boolean): boolean =>
  !isLast || file.endsWith('.archive');

/** Puts what is whole of a damaged archive in its place, to be written on. @throws StoreUnavailableError. */
async function unpacked(files: Files, folder: string, number: number, bytes: Buffer) {
  const file = segmentFile(folder, number);
  try {
    await replaceFile(files, file, `${file}.new`, bytes);
    await files.rm(archiveFile(folder, number));
  } catch (cause) {
    throw unavailable(file, cause);
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
  const { last } = await listed(files, folder);
  for (let number = 1; number <= last; number += 1) {
    const names = [segmentFile(folder, number), archiveFile(folder, number)];
    if (only !== undefined && !names.includes(only)) continue;
    const sketch = RunIndex.inMemory(folder);
    const { segment, torn } = await scan(files, folder, number, sketch);
    await sketch.close();
    if (torn !== undefined)
      throw new CorruptFileError(
        torn.file,
        `byte ${torn.offset}`,
        `${torn.why}, though it was written`,
      );
    index.drop(number);
    await scan(files, folder, number, index);
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

interface Listed {
  readonly last: number;
  readonly archived: ReadonlySet<number>;
  /** Those that lie there in both forms: their archiving was not finished. */
  readonly both: readonly number[];
  readonly drafts: readonly string[];
}

async function listed(files: Files, folder: string): Promise<Listed> {
  const names = await files.readdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw unavailable(folder, cause);
  });
  const segments = names.filter((name) => SEGMENT_NAME.test(name)).toSorted();
  const plain = new Set(
    segments.filter((name) => name.endsWith('.log')).map((name) => Number.parseInt(name, 10)),
  );
  const packed = segments
    .filter((name) => name.endsWith('.archive'))
    .map((name) => Number.parseInt(name, 10));
  const last = Math.max(0, ...plain, ...packed);
  if (plain.size + packed.length > MAX_SEGMENTS)
    throw new CorruptFileError(folder, `${segments.length} segments`, `more than ${MAX_SEGMENTS}`);
  const archived = new Set(packed.filter((number) => !plain.has(number)));
  for (let number = 1; number <= last; number += 1)
    if (!plain.has(number) && !archived.has(number))
      throw new CorruptFileError(
        segmentFile(folder, number),
        'its place',
        'the segment is missing, and later ones lie here',
      );
  const both = packed.filter((number) => plain.has(number));
  return { last, archived, both, drafts: names.filter((name) => DRAFT_NAME.test(name)) };
}

/** The segments, after what a process left half done is taken away: of both forms of one the old one counts. */
async function tidied(files: Files, folder: string): Promise<Listed> {
  const found = await listed(files, folder);
  try {
    for (const number of found.both) await removeArchive(files, archiveFile(folder, number));
    for (const name of found.drafts) await files.rm(join(folder, name), { force: true });
  } catch (cause) {
    throw unavailable(folder, cause);
  }
  return found;
}

interface Scanned {
  readonly bytes: Buffer;
  /** As far as it is whole. */
  readonly segment: Segment;
  /** What stands behind its end, if anything does. */
  readonly torn: Dropped | undefined;
  /** True where a record in it shows that what comes first had been synced. */
  readonly isSynced: boolean;
  /** True where the index did not know it from its beginning on. */
  readonly isRead: boolean;
}

/** Notes the records of a segment that the index does not know. */
async function scan(
  files: Files,
  folder: string,
  number: number,
  index: RunIndex,
): Promise<Scanned> {
  const { file, bytes, damage } = await wholeSegment(files, folder, number);
  checkHeader(file, bytes);
  const known = index.known(number) ?? { bytes: 0, crc: 0 };
  const isKnown =
    known.bytes >= HEADER.length &&
    known.bytes <= bytes.length &&
    crc32(bytes.subarray(0, known.bytes)) === known.crc;
  if (!isKnown) index.drop(number);
  let end = isKnown ? known.bytes : HEADER.length;
  const found = (rest: Pick<Scanned, 'torn' | 'isSynced'>): Scanned => {
    const crc = crc32(bytes.subarray(0, end));
    const segment = new Segment(files, segmentFile(folder, number), end, crc);
    return { bytes, segment, ...rest, isRead: !isKnown };
  };
  while (end < bytes.length) {
    const framed = unframe(bytes, end);
    if (!framed.ok) {
      const { records, isSynced } = wholeBehind(bytes, end);
      const torn = { file, offset: end, bytes: bytes.length - end, records, why: framed.why };
      return found({ torn: damage ?? torn, isSynced });
    }
    const record = decodeRecord(framed.text, file, `byte ${end}`);
    const place = { segment: number, offset: end, bytes: framed.bytes };
    index.note(record.run, place, factsOf(record));
    end += framed.bytes;
  }
  return found({ torn: damage, isSynced: false });
}

/** All of a segment; of an archive what stands before its damage, and that. */
async function wholeSegment(
  files: Files,
  folder: string,
  number: number,
): Promise<{ readonly file: string; readonly bytes: Buffer; readonly damage?: Dropped }> {
  const file = segmentFile(folder, number);
  try {
    const segment = await openSegment(files, folder, number);
    if (segment === undefined) throw new StoreUnavailableError(file, 'the segment is missing');
    try {
      // Another program's file may be large: it is told by its first bytes.
      if (segment.file === file) checkHeader(file, (await segment.read(0, HEADER.length)).bytes);
    } finally {
      await segment.close();
    }
    if (segment.file !== file) return await unpackSegment(files, segment.file);
    return { file, bytes: trimmed(await files.readFile(file)) };
  } catch (cause) {
    throw unavailable(file, cause);
  }
}
