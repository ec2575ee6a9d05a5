import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { WorkbookError } from '../../errors/workbook-error.ts';

const MAX_PARTS = 2000;
/** Of a part with rows or texts, unpacked; what it says of itself is checked before, what comes out of it while it does. */
export const MAX_ROWS_BYTES = 64_000_000;
/** Of any other part. */
const MAX_PART_BYTES = 8_000_000;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
/** A container of Microsoft's older kind: a workbook of before 2007, or one under a password. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** The parts of a packed file, by name; each is unpacked only when it is read. */
export interface Parts {
  has(name: string): boolean;
  read(name: string, maxBytes?: number): AsyncGenerator<Buffer>;
}

async function* unpacked(
  zip: ZipFile,
  part: Entry,
  maxBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (part.isEncrypted()) throw new WorkbookError('locked', 'a part is encrypted');
  if (part.uncompressedSize > maxBytes) throw new WorkbookError('too-large', 'a part');
  let sum = 0;
  // The library ends a part that goes on beyond the size that it says; whether it is the same part only its sum tells.
  for await (const chunk of await zip.openReadStreamPromise(part)) {
    signal.throwIfAborted();
    sum = crc32(chunk as Buffer, sum);
    yield chunk as Buffer;
  }
  if (sum !== part.crc32) throw new WorkbookError('broken', 'a part is not what it was');
}

/**
 * Opens a packed file (zip).
 * @throws WorkbookError where it is none, is encrypted, names a part twice or has over 2,000.
 */
export async function openParts(data: Buffer, signal: AbortSignal): Promise<Parts> {
  if (data.subarray(0, COMPOUND.length).equals(COMPOUND))
    throw new WorkbookError('locked', 'it is encrypted, or of the format before 2007');
  if (!data.subarray(0, ZIP.length).equals(ZIP)) throw new WorkbookError('no-workbook', 'no zip');
  // Loaded on use: most requests read no workbook.
  const { fromBufferPromise } = await import('yauzl');
  const zip = await fromBufferPromise(data, { lazyEntries: true });
  if (zip.entryCount > MAX_PARTS) throw new WorkbookError('too-large', 'it has too many parts');
  const parts = new Map<string, Entry>();
  for await (const part of zip.eachEntry()) {
    if (parts.has(part.fileName)) throw new WorkbookError('broken', 'it has a part twice');
    parts.set(part.fileName, part);
  }
  return {
    has: (name) => parts.has(name),
    read: async function* (name, maxBytes = MAX_PART_BYTES) {
      const part = parts.get(name);
      if (part === undefined) throw new WorkbookError('broken', 'a part is missing');
      yield* unpacked(zip, part, maxBytes, signal);
    },
  };
}
