import type { FileHandle } from 'node:fs/promises';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { unavailable, type Files } from './files.ts';
import { unframe } from './framing.ts';
import { decodeRecord } from './journal-record.ts';
import type { Stretch } from './place-index.ts';
import type { JournalRecord } from './ports.ts';
import { segmentFile } from './recovery.ts';

/**
 * Reads records by their places, and checks each again: a disk may have changed them since.
 * @throws CorruptFileError for a damaged record, StoreUnavailableError for a file that cannot be read.
 */
export async function readStretches(
  files: Files,
  folder: string,
  stretches: readonly Stretch[],
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  let open: { readonly segment: number; readonly handle: FileHandle } | undefined;
  try {
    for (const stretch of stretches) {
      const file = segmentFile(folder, stretch.segment);
      if (open?.segment !== stretch.segment) {
        await open?.handle.close();
        open = undefined;
        open = { segment: stretch.segment, handle: await files.open(file, 'r') };
      }
      const bytes = Buffer.allocUnsafe(stretch.bytes);
      const { bytesRead } = await open.handle.read(bytes, 0, bytes.length, stretch.offset);
      for (const record of split(bytes.subarray(0, bytesRead), file, stretch)) records.push(record);
    }
  } catch (cause) {
    throw unavailable(folder, cause);
  } finally {
    await open?.handle.close();
  }
  return records;
}

function* split(bytes: Buffer, file: string, stretch: Stretch): Generator<JournalRecord> {
  let at = 0;
  while (at < stretch.bytes) {
    const place = `byte ${stretch.offset + at}`;
    const found = unframe(bytes, at);
    if (!found.ok)
      throw new CorruptFileError(file, place, `${found.why}, though it had been written`);
    yield decodeRecord(found.text, file, place);
    at += found.bytes;
  }
}
