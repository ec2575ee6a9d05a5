import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { Archive } from './archive.ts';
import { codeOf, type Files } from './files.ts';
import { HEADER } from './framing.ts';
import type { Dropped } from './ports.ts';

const fileOf = (folder: string, number: number, ending: string): string =>
  join(folder, `${String(number).padStart(8, '0')}.${ending}`);

/** The file of a segment; the first has the number 1. */
export const segmentFile = (folder: string, number: number): string =>
  fileOf(folder, number, 'log');

/** The file that takes its place when all runs in it have ended. */
export const archiveFile = (folder: string, number: number): string =>
  fileOf(folder, number, 'archive');

/** The bytes of a segment as they were written, whether it has been archived or not; close it. */
export interface SegmentBytes {
  readonly file: string;
  readonly size: number;
  /**
   * These bytes, as far as they are there, and perhaps others around them: where what was read begins.
   * @param atLeast so many are read where that costs nothing.
   */
  read(
    offset: number,
    bytes: number,
    atLeast?: number,
  ): Promise<{ readonly offset: number; readonly bytes: Buffer }>;
  close(): Promise<void>;
}

/** Opens a segment; undefined where there is none. @throws CorruptFileError for an archive that is none. */
export async function openSegment(
  files: Files,
  folder: string,
  number: number,
): Promise<SegmentBytes | undefined> {
  const file = segmentFile(folder, number);
  const plain = await openIfThere(files, file);
  if (plain !== undefined) {
    const { size } = await plain.stat();
    return {
      file,
      size,
      async read(offset, bytes, atLeast = 0) {
        const buffer = Buffer.allocUnsafe(Math.max(bytes, atLeast));
        const { bytesRead } = await plain.read(buffer, 0, buffer.length, offset);
        return { offset, bytes: buffer.subarray(0, bytesRead) };
      },
      close: () => plain.close(),
    };
  }
  const archive = archiveFile(folder, number);
  const packed = await openIfThere(files, archive);
  if (packed === undefined) return undefined;
  try {
    const { size, ...rest } = await archived(archive, packed);
    return { file: archive, size, ...rest };
  } catch (cause) {
    await packed.close();
    throw cause;
  }
}

async function archived(file: string, handle: FileHandle) {
  const archive = await Archive.of(file, handle);
  return {
    size: archive.size,
    read: (offset: number, bytes: number) => archive.read(offset, bytes),
    close: () => archive.close(),
  };
}

async function openIfThere(files: Files, file: string): Promise<FileHandle | undefined> {
  return files.open(file, 'r').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  });
}

/** The checksum of the first so many bytes of a segment. @throws StoreUnavailableError where it is not there. */
export async function checksumOf(
  files: Files,
  folder: string,
  number: number,
  bytes: number,
): Promise<{ readonly file: string; readonly crc: number }> {
  const segment = await openSegment(files, folder, number);
  if (segment === undefined)
    throw new StoreUnavailableError(segmentFile(folder, number), 'the segment is missing');
  try {
    const read = await segment.read(0, bytes);
    return { file: segment.file, crc: crc32(read.bytes.subarray(0, bytes)) };
  } finally {
    await segment.close();
  }
}

/** All of an archived segment: where a block is damaged what stands before it, and what it costs. @throws CorruptFileError. */
export async function unpackSegment(
  files: Files,
  file: string,
): Promise<{ readonly file: string; readonly bytes: Buffer; readonly damage?: Dropped }> {
  const handle = await files.open(file, 'r');
  try {
    const archive = await Archive.of(file, handle);
    const { bytes: whole, damage } = await archive.prefix();
    if (damage === undefined) return { file, bytes: whole };
    const { offset, why } = damage;
    const bytes = whole.length === 0 ? HEADER : whole;
    const lost = archive.size - whole.length;
    return { file, bytes, damage: { file, offset, bytes: lost, records: 0, why } };
  } finally {
    await handle.close();
  }
}

/** @throws CorruptFileError where it is not ours to remove. */
export async function removeArchive(files: Files, file: string): Promise<void> {
  const handle = await files.open(file, 'r');
  try {
    await Archive.of(file, handle);
  } finally {
    await handle.close();
  }
  await files.rm(file);
}
