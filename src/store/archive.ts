import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, zstdCompress, zstdDecompress } from 'node:zlib';
import * as z from 'zod';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { FILE_MODE, type Files } from './files.ts';

/** The first bytes of an archive: what it is and in which version. */
export const ARCHIVE_HEADER = Buffer.from('nova-archive 01\n', 'latin1');
/** So much of a segment is compressed at once: what is read of it later is read with what stands around it. */
const BLOCK_BYTES = 256 * 1024;
/** At the very end: length and checksum of the directory, both u32, little endian. */
const TRAILER_BYTES = 8;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Before the trailer: how long the segment was, and of each block its length and checksum as it lies here. */
const Directory = z.strictObject({
  bytes: z.int().nonnegative(),
  blocks: z.array(z.tuple([z.int().positive(), z.int().nonnegative()])),
});
type Directory = z.infer<typeof Directory>;

/**
 * Writes bytes as an archive: the header, each block by itself, so that one can be read without the others, the directory, and
 * the trailer. It is synced when this resolves.
 * @param read gives the next so many bytes; none at the end.
 */
export async function writeArchive(
  files: Files,
  file: string,
  read: (bytes: number) => Promise<Buffer>,
): Promise<void> {
  const handle = await files.open(file, 'w', FILE_MODE);
  try {
    let end = 0;
    const write = async (bytes: Buffer): Promise<void> => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, end + done);
        if (bytesWritten === 0) throw new Error('the file takes no more bytes');
        done += bytesWritten;
      }
      end += bytes.length;
    };
    await write(ARCHIVE_HEADER);
    const directory: Directory = { bytes: 0, blocks: [] };
    for (let block = await read(BLOCK_BYTES); block.length > 0; block = await read(BLOCK_BYTES)) {
      const compressed = await compress(block);
      await write(compressed);
      directory.bytes += block.length;
      directory.blocks.push([compressed.length, crc32(compressed)]);
    }
    const text = Buffer.from(JSON.stringify(directory));
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeUInt32LE(text.length, 0);
    trailer.writeUInt32LE(crc32(text), 4);
    await write(Buffer.concat([text, trailer]));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a segment that was archived, exactly as they were. */
export class Archive {
  readonly size: number;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #blocks: readonly { readonly offset: number; readonly bytes: number; crc: number }[];

  private constructor(file: string, handle: FileHandle, { bytes, blocks }: Directory) {
    this.#file = file;
    this.#handle = handle;
    this.size = bytes;
    let offset = ARCHIVE_HEADER.length;
    this.#blocks = blocks.map(([length, crc]) => {
      offset += length;
      return { offset: offset - length, bytes: length, crc };
    });
  }

  /** Takes over an open file. @throws CorruptFileError where it is no archive of ours. */
  static async of(file: string, handle: FileHandle): Promise<Archive> {
    const corrupt = (at: number, problem: string): CorruptFileError =>
      new CorruptFileError(file, `byte ${at}`, problem);
    const { size } = await handle.stat();
    const header = await readAt(handle, 0, ARCHIVE_HEADER.length);
    if (!header.equals(ARCHIVE_HEADER))
      throw corrupt(0, 'it does not begin as an archive of version 1 does');
    const trailer = await readAt(handle, Math.max(0, size - TRAILER_BYTES), TRAILER_BYTES);
    const length = trailer.length < TRAILER_BYTES ? 0 : trailer.readUInt32LE(0);
    const at = size - TRAILER_BYTES - length;
    if (length === 0 || length > MAX_DIRECTORY_BYTES || at < ARCHIVE_HEADER.length)
      throw corrupt(size, 'its directory is missing');
    const text = await readAt(handle, at, length);
    if (crc32(text) !== trailer.readUInt32LE(4))
      throw corrupt(at, 'its directory does not have its checksum');
    const directory = Directory.safeParse(JSON.parse(text.toString()));
    const { bytes = -1, blocks = [] } = directory.data ?? {};
    const end = blocks.reduce((sum, [one]) => sum + one, ARCHIVE_HEADER.length);
    if (end !== at || Math.ceil(bytes / BLOCK_BYTES) !== blocks.length)
      throw corrupt(at, 'its directory does not fit the file');
    return new Archive(file, handle, { bytes, blocks });
  }

  /** Whole blocks that hold these bytes, and where the first begins. @throws CorruptFileError naming the damaged one. */
  async read(
    offset: number,
    bytes: number,
  ): Promise<{ readonly offset: number; readonly bytes: Buffer }> {
    const from = Math.floor(offset / BLOCK_BYTES);
    const to = Math.ceil(Math.min(this.size, offset + bytes) / BLOCK_BYTES);
    const blocks: Buffer[] = [];
    for (let at = from; at < to; at += 1) blocks.push(await this.#block(at));
    return { offset: from * BLOCK_BYTES, bytes: Buffer.concat(blocks) };
  }

  /** All of it, or what stands before the first damaged block; where that lies. */
  async prefix(): Promise<{
    readonly bytes: Buffer;
    readonly damage?: { readonly offset: number; readonly why: string };
  }> {
    const blocks: Buffer[] = [];
    for (const [at, { offset }] of this.#blocks.entries())
      try {
        blocks.push(await this.#block(at));
      } catch (error) {
        if (!(error instanceof CorruptFileError)) throw error;
        return { bytes: Buffer.concat(blocks), damage: { offset, why: error.problem } };
      }
    return { bytes: Buffer.concat(blocks) };
  }

  async #block(at: number): Promise<Buffer> {
    const { offset = 0, bytes = 0, crc } = this.#blocks[at] ?? {};
    const corrupt = (problem: string, cause?: unknown): CorruptFileError =>
      new CorruptFileError(this.#file, `byte ${offset}`, problem, { cause });
    const compressed = await readAt(this.#handle, offset, bytes);
    if (crc32(compressed) !== crc) throw corrupt('a block does not have its checksum');
    const expected = Math.min(BLOCK_BYTES, this.size - at * BLOCK_BYTES);
    const block = await decompress(compressed, { maxOutputLength: BLOCK_BYTES }).catch(
      (cause: unknown) => Promise.reject(corrupt('a block cannot be decompressed', cause)),
    );
    if (block.length !== expected) throw corrupt('a block is not as long as it was');
    return block;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function readAt(handle: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
  return buffer.subarray(0, bytesRead);
}
