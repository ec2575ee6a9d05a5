import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import * as z from 'zod';
import { wholeLines } from './text.ts';

const MAX_PATH_CHARS = 4096;
/** A path inside the project, parts divided by `/`. */
export const ProjectPath = z.string().min(1).max(MAX_PATH_CHARS);

/** Why a project's folder cannot be looked at. */
export const NoFolder = z.strictObject({
  folder: z.literal(false),
  /** `other-scope`: it is there, and not for a run of this scope. */
  why: z.enum(['missing', 'not-a-folder', 'unreadable', 'other-scope']),
});
export type NoFolder = z.infer<typeof NoFolder>;

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/** The project's real folder, or why there is none. */
export async function projectFolder(project: string): Promise<string | NoFolder> {
  try {
    const real = await realpath(project);
    return (await stat(real)).isDirectory() ? real : { folder: false, why: 'not-a-folder' };
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error));
    return { folder: false, why: missing ? 'missing' : 'unreadable' };
  }
}

/** Why a file is not read; `outside` includes git's own folder, which holds credentials. */
export const WhyUnread = z.enum(['missing', 'outside', 'not-a-file', 'unreadable']);
export type WhyUnread = z.infer<typeof WhyUnread>;

/** Whether a real path lies in a folder, and not in its `.git`. */
function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  if (inside === '' || isAbsolute(inside)) return false;
  const [first = ''] = inside.split(sep);
  return first !== '..' && first.toLowerCase() !== '.git';
}

/** The first bytes of a file; `bytes` is the size of the whole. */
export interface FileStart {
  readonly data: Buffer;
  readonly bytes: number;
}

// A pipe must not hang the reader, and a link put there meanwhile must not be followed.
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

async function startOf(file: FileHandle, maxBytes: number): Promise<FileStart | WhyUnread> {
  const found = await file.stat();
  if (!found.isFile()) return 'not-a-file';
  const data = Buffer.alloc(Math.min(found.size, maxBytes));
  let filled = 0;
  while (filled < data.length) {
    const { bytesRead } = await file.read(data, filled, data.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return { data: data.subarray(0, filled), bytes: found.size };
}

/** Reads at most `maxBytes` of a file of the project; never through a link that leads out of it. */
export async function readStart(
  folder: string,
  path: string,
  maxBytes: number,
): Promise<FileStart | WhyUnread> {
  if (path.includes('\0')) return 'missing';
  const wanted = isAbsolute(path) ? path : join(folder, path);
  if (!isInside(folder, wanted)) return 'outside';
  try {
    const real = await realpath(wanted);
    if (!isInside(folder, real)) return 'outside';
    const file = await open(real, READ);
    try {
      return await startOf(file, maxBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error)) ? 'missing' : 'unreadable';
  }
}

const BINARY_LOOK_BYTES = 8000;
/** Git's own rule: a zero byte near the beginning. */
export const isBinary = (data: Buffer): boolean => data.subarray(0, BINARY_LOOK_BYTES).includes(0);

/** The text that was read of a file, without a last line that is unfinished. */
export function textOf({ data, bytes }: FileStart): string {
  const text = data.toString('utf8');
  return bytes > data.length ? wholeLines(text) : text;
}

/** The lines that were read of a file. */
export function linesOf(start: FileStart): string[] {
  const text = textOf(start);
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
