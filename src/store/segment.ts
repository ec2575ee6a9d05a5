import { dirname } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { replaceFile, unavailable, type Files } from './files.ts';
import { HEADER, markAfterSync } from './framing.ts';

/** Unsynced bytes are kept in memory, so that a failing disk cannot lose them; then they are synced. */
const MAX_UNSYNCED_BYTES = 8 * 1024 * 1024;
/** Written ahead of the records: a sync that has no new length to write takes half as long. */
const RESERVE = Buffer.alloc(256 * 1024);
/** What is larger gains nothing from it. */
const MAX_RESERVING_BYTES = 64 * 1024;

/**
 * The segment that is being written. What `append` has acknowledged stays: after a failed write or
 * sync the file is cut back to what is safely on the disk, and what was acknowledged unsynced is
 * written anew. Until that has worked, nothing more is taken.
 */
export class Segment {
  readonly file: string;
  readonly #files: Files;
  #handle: FileHandle | undefined;
  #end: number;
  #syncedEnd: number;
  #unsynced: Buffer[] = [];
  /** Up to here the file holds records, and zeros behind them. */
  #reservedEnd: number;
  #isTorn = false;
  #crc: number;

  /** @param crc the checksum of what stands before its end. */
  constructor(files: Files, file: string, end: number, crc: number) {
    this.#files = files;
    this.file = file;
    this.#end = end;
    this.#syncedEnd = end;
    this.#reservedEnd = end;
    this.#crc = crc;
  }

  /** Makes an empty segment; it appears in the folder whole or not at all. */
  static async create(files: Files, file: string): Promise<Segment> {
    try {
      await replaceFile(files, file, `${file}.new`, HEADER);
    } catch (cause) {
      throw unavailable(dirname(file), cause);
    }
    return new Segment(files, file, HEADER.length, crc32(HEADER));
  }

  /** Where the next record will lie. */
  get end(): number {
    return this.#end;
  }

  /** The checksum of all that stands before the end. */
  get crc(): number {
    return this.#crc;
  }

  /** True while the disk may hold less or more than was acknowledged; the next append mends it. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** Marks the first of these whole records where all before them is synced. @throws StoreUnavailableError: then none counts. */
  async append(bytes: Buffer, sync: boolean): Promise<void> {
    try {
      this.#handle ??= await this.#reopen();
      if (bytes.length > 0 && this.#syncedEnd === this.#end) markAfterSync(bytes);
      if (sync) await this.#reserve(this.#handle, bytes.length);
      await write(this.#handle, bytes, this.#end);
      const unsyncedBytes = this.#end - this.#syncedEnd + bytes.length;
      this.#unsynced.push(bytes);
      if (sync || unsyncedBytes > MAX_UNSYNCED_BYTES) await this.#sync(this.#end + bytes.length);
      this.#end += bytes.length;
      this.#crc = crc32(bytes, this.#crc);
    } catch (cause) {
      if (this.#unsynced.at(-1) === bytes) this.#unsynced.pop();
      this.#isTorn = true;
      await this.#abandon();
      // At once, lest a crash leave whole records that were reported as failed; else before the next.
      await this.mend().catch(() => undefined);
      throw unavailable(this.file, cause);
    }
  }

  /** Cuts off what lies behind the end. @throws StoreUnavailableError where the disk refuses it. */
  async mend(): Promise<void> {
    try {
      this.#handle ??= await this.#reopen();
    } catch (cause) {
      throw unavailable(this.file, cause);
    }
  }

  /** Syncs what is not yet, cuts the zeros off, and closes the file. @throws StoreUnavailableError where it is not safe. */
  async close(): Promise<void> {
    if (this.#isTorn) await this.mend();
    if (this.#unsynced.length > 0) await this.append(Buffer.alloc(0), true);
    // Zeros that stay do no harm.
    if (this.#reservedEnd > this.#end)
      await this.#handle?.truncate(this.#end).catch(() => undefined);
    await this.#abandon();
  }

  async #reopen(): Promise<FileHandle> {
    const handle = await this.#files.open(this.file, 'r+');
    try {
      await handle.truncate(this.#end);
      this.#reservedEnd = this.#end;
      // The same bytes at the same place: whoever reads them meanwhile sees no difference.
      await write(handle, Buffer.concat(this.#unsynced), this.#syncedEnd);
      await handle.sync();
    } catch (cause) {
      await handle.close().catch(() => undefined);
      throw cause;
    }
    this.#synced(this.#end);
    this.#isTorn = false;
    return handle;
  }

  async #sync(end: number): Promise<void> {
    if (this.#handle === undefined) return;
    // A file without a name takes writes and syncs without complaint, and nobody will ever read them.
    const [{ nlink }] = await Promise.all([this.#handle.stat(), this.#handle.datasync()]);
    if (nlink === 0)
      throw new StoreUnavailableError(this.file, 'the file was removed while it was in use');
    this.#synced(end);
  }

  /** Best before a disk is full; without it the records may still fit. */
  async #reserve(handle: FileHandle, bytes: number): Promise<void> {
    const end = this.#end + bytes;
    if (bytes === 0 || end <= this.#reservedEnd || bytes > MAX_RESERVING_BYTES) return;
    const isWritten = await write(handle, RESERVE, end).then(
      () => true,
      () => false,
    );
    if (isWritten) this.#reservedEnd = end + RESERVE.length;
  }

  #synced(end: number): void {
    this.#unsynced = [];
    this.#syncedEnd = end;
  }

  /** After a failed sync the kernel may hold pages it will never write: only a new handle can be trusted. */
  async #abandon(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }
}

async function write(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the file takes no more bytes');
    done += bytesWritten;
  }
}
