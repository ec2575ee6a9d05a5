import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';

/** The part of the file system that the stores use; a test puts one in that fails. */
export type Files = Pick<
  typeof fs,
  'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat'
>;

/** The machine's own file system. */
export const systemFiles: Files = fs;

/** What we write is its owner's alone: it holds what people said. */
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Makes a folder and those above it, and makes sure that they outlive a power cut. */
export async function makeFolder(files: Files, folder: string): Promise<void> {
  const first = await makeBelow(files, folder);
  if (first === undefined) return;
  // Each new folder is an entry of the one above it; the walk ends above the first that was missing.
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    await syncFolder(files, dirname(at));
  }
}

/**
 * Makes a folder and those above it; the first that was missing, undefined where none was.
 * Not mkdir's own `recursive`: where a system refuses with ENOENT, as below /proc, that tries for ever.
 */
async function makeBelow(files: Files, folder: string): Promise<string | undefined> {
  try {
    if (await makeOne(files, folder)) return folder;
    return undefined;
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT' || dirname(folder) === folder) throw cause;
  }
  const first = await makeBelow(files, dirname(folder));
  return (await makeOne(files, folder)) ? (first ?? folder) : first;
}

/** False where the folder is there already. */
async function makeOne(files: Files, folder: string): Promise<boolean> {
  try {
    await files.mkdir(folder, { mode: FOLDER_MODE });
    return true;
  } catch (cause) {
    // What lies there may be a folder even where the system names another reason first, as for a root.
    const found = await files.stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) throw cause;
    return false;
  }
}

/** Makes sure that a folder's entries, new or renamed, outlive a power cut. */
export async function syncFolder(files: Files, folder: string): Promise<void> {
  // Windows opens no folders; its renames are journaled by the file system.
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a whole file in place so that after a crash either the old or the new one lies there. */
export async function replaceFile(files: Files, file: string, draft: string, bytes: Uint8Array) {
  try {
    const handle = await files.open(draft, 'w', FILE_MODE);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(draft, file);
  } catch (cause) {
    // The failure to tell is the first one; a draft that stays behind harms nobody.
    await files.rm(draft, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncFolder(files, dirname(file));
}

/** Reads a file that is never larger. @throws CorruptFileError for one that is, before it is read; what the file system says. */
export async function readAtMost(
  files: Files,
  file: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const { size } = await files.stat(file);
  if (size > maxBytes)
    throw new CorruptFileError(file, 'its end', `${size} bytes are no file of ours`);
  return files.readFile(file);
}

/** The code that the operating system gave: `ENOENT`. */
export function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EROFS: 'it lies on a read-only file system',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a file lies where a folder is needed',
  EISDIR: 'a folder lies where a file is needed',
  ENOENT: 'it is missing, or cannot be made there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports a fault',
};

/** What to throw for a failure of the file system: one of ours as it is, else a StoreUnavailableError. */
export function unavailable(
  where: string,
  cause: unknown,
): StoreUnavailableError | CorruptFileError {
  if (cause instanceof StoreUnavailableError || cause instanceof CorruptFileError) return cause;
  const code = codeOf(cause);
  const sentence = SENTENCES[code ?? ''] ?? 'it cannot be read or written';
  return new StoreUnavailableError(where, `${sentence}${code ? ` (${code})` : ''}`, { cause });
}
