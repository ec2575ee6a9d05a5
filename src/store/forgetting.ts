import { join } from 'node:path';
import * as z from 'zod';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { writeArchive } from './archive.ts';
import { codeOf, replaceFile, syncFolder, unavailable, type Files } from './files.ts';
import { frame, markAfterSync } from './framing.ts';
import { issueOf } from './journal-record.ts';
import { archiveFile, segmentFile, unpackSegment } from './segment-bytes.ts';

/** What is written over a record, at its place and of its length. */
const Overwrite = z.strictObject({
  segment: z.int().positive(),
  offset: z.int().nonnegative(),
  /** Of its text, without the frame. */
  bytes: z.int().positive(),
  isAfterSync: z.boolean(),
  text: z.string(),
});
export type Overwrite = z.infer<typeof Overwrite>;

/**
 * A forgetting that has begun: lies in the journal's folder from before its first byte is written until its last one is safe.
 * Whoever opens the journal meanwhile carries it out, from its beginning: it comes to the same however often.
 */
export const Forgetting = z.strictObject({
  format: z.literal(1),
  run: z.string(),
  /** Texts of the records that tell of it. */
  records: z.array(z.string()),
  overwrites: z.array(Overwrite),
});
export type Forgetting = z.infer<typeof Forgetting>;

/** Where it lies. */
export const forgettingFile = (folder: string): string => join(folder, 'forgetting.json');

/** @throws StoreUnavailableError: then nothing has begun. */
export async function begin(files: Files, folder: string, forgetting: Forgetting): Promise<void> {
  const file = forgettingFile(folder);
  try {
    await replaceFile(files, file, `${file}.new`, Buffer.from(JSON.stringify(forgetting)));
  } catch (cause) {
    throw unavailable(file, cause);
  }
}

/** What was begun and not finished. @throws CorruptFileError for a file that is none of ours, StoreUnavailableError. */
export async function unfinished(files: Files, folder: string): Promise<Forgetting | undefined> {
  const file = forgettingFile(folder);
  const text = await files.readFile(file, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unavailable(file, cause);
  });
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CorruptFileError(file, 'its text', 'it is not JSON', { cause });
  }
  const parsed = Forgetting.safeParse(json);
  if (parsed.success) return parsed.data;
  const { place, problem } = issueOf(parsed.error);
  throw new CorruptFileError(file, place, problem);
}

/** It is over: nobody carries it out again. @throws StoreUnavailableError. */
export async function finish(files: Files, folder: string): Promise<void> {
  try {
    await files.rm(forgettingFile(folder), { force: true });
    await syncFolder(files, folder);
  } catch (cause) {
    throw unavailable(forgettingFile(folder), cause);
  }
}

/** Writes over the records; the numbers of the segments that have changed. @throws StoreUnavailableError, CorruptFileError. */
export async function overwrite(
  files: Files,
  folder: string,
  overwrites: readonly Overwrite[],
): Promise<number[]> {
  const numbers = [...new Set(overwrites.map(({ segment }) => segment))];
  for (const number of numbers) {
    const own = overwrites.filter(({ segment }) => segment === number);
    const file = segmentFile(folder, number);
    try {
      const archive = archiveFile(folder, number);
      if (await isThere(files, file)) {
        // One that was just made of it has the words, and does not count yet.
        await files.rm(archive, { force: true });
        await inPlace(files, file, own);
      } else await inArchive(files, folder, archive, own);
    } catch (cause) {
      throw unavailable(file, cause);
    }
  }
  return numbers;
}

/** A whole record again, as long as the one that it takes the place of: spaces behind a JSON text change nothing. */
function framed({ text, bytes, isAfterSync }: Overwrite): Buffer {
  const record = frame(text + ' '.repeat(Math.max(0, bytes - Buffer.byteLength(text))));
  if (isAfterSync) markAfterSync(record);
  return record;
}

async function isThere(files: Files, file: string): Promise<boolean> {
  return files.stat(file).then(
    () => true,
    (cause: unknown) => {
      if (codeOf(cause) === 'ENOENT') return false;
      throw cause;
    },
  );
}

async function inPlace(files: Files, file: string, overwrites: readonly Overwrite[]) {
  const handle = await files.open(file, 'r+');
  try {
    for (const one of overwrites) {
      const record = framed(one);
      await handle.write(record, 0, record.length, one.offset);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What is compressed is written anew, whole; then the bytes of the old file, which has no name any more, are zeros. */
async function inArchive(
  files: Files,
  folder: string,
  file: string,
  overwrites: readonly Overwrite[],
) {
  const { bytes, damage } = await unpackSegment(files, file);
  if (damage !== undefined) throw new CorruptFileError(file, `byte ${damage.offset}`, damage.why);
  for (const one of overwrites) framed(one).copy(bytes, one.offset);
  let read = 0;
  await writeArchive(files, `${file}.new`, async (count) => {
    const piece = bytes.subarray(read, read + count);
    read += piece.length;
    return piece;
  });
  const old = await files.open(file, 'r+');
  try {
    const { size } = await old.stat();
    await files.rename(`${file}.new`, file);
    await syncFolder(files, folder);
    await old.write(Buffer.alloc(size), 0, size, 0);
    await old.sync();
  } finally {
    await old.close();
  }
}
