import { crc32 } from 'node:zlib';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { writeArchive } from './archive.ts';
import { syncFolder, unavailable, type Files } from './files.ts';
import { stampOf } from './recovery.ts';
import type { Coverage } from './run-index.ts';
import { archiveFile, segmentFile } from './segment-bytes.ts';

/**
 * Writes a full segment compressed, beside it; from then on both are there, and the old one counts.
 * @param known what the index has read of it: all.
 * @throws CorruptFileError where it is not that any more, StoreUnavailableError; then it stays as it is.
 */
export async function packSegment(
  files: Files,
  folder: string,
  number: number,
  known: Coverage,
): Promise<void> {
  const [from, to] = [segmentFile(folder, number), archiveFile(folder, number)];
  try {
    const handle = await files.open(from, 'r');
    let read = 0;
    let crc = 0;
    try {
      await writeArchive(files, `${to}.new`, async (bytes) => {
        // Behind it zeros may have been reserved.
        const piece = Buffer.allocUnsafe(Math.min(bytes, known.bytes - read));
        const { bytesRead } = await handle.read(piece, 0, piece.length, read);
        read += bytesRead;
        crc = crc32(piece.subarray(0, bytesRead), crc);
        return piece.subarray(0, bytesRead);
      });
    } finally {
      await handle.close();
    }
    if (read !== known.bytes || crc !== known.crc)
      throw new CorruptFileError(from, 'its bytes', 'they are not what was read of it before');
    await files.rename(`${to}.new`, to);
    await syncFolder(files, folder);
  } catch (cause) {
    // A draft that stays behind harms nobody: it is taken away at the next opening.
    await files.rm(`${to}.new`, { force: true }).catch(() => undefined);
    throw unavailable(from, cause);
  }
}

/** Takes the old form away where the new one is there; its length and time. @throws StoreUnavailableError. */
export async function dropPlain(files: Files, folder: string, number: number): Promise<string> {
  const from = segmentFile(folder, number);
  // Forgetting takes one away that has the words.
  const stamp = await stampOf(files, archiveFile(folder, number));
  try {
    await files.rm(from, { force: true });
    await syncFolder(files, folder);
  } catch (cause) {
    throw unavailable(from, cause);
  }
  return stamp;
}
