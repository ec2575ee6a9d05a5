import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { projectFolder, readStart } from './folder.ts';

const FOLDER = 'posts';
const MAX_NAME_CHARS = 60;
const MAX_PAGE_CHARS = 250_000;
const BYTES_PER_CHAR = 3;
const MAX_REMARKS = 50;
const DIGEST_CHARS = 16;

const Path = z
  .string()
  .regex(
    new RegExp(`^${FOLDER}/[a-z0-9](?:[a-z0-9-]{0,${MAX_NAME_CHARS - 2}}[a-z0-9])?\\.md$`),
    `a page is called such as ${FOLDER}/a-new-lamp.md`,
  );

/** Where a page of this title lies: its Latin letters and figures, the rest as hyphens. */
export function pagePath(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g)?.join('-') ?? '';
  const name = words.slice(0, MAX_NAME_CHARS).replace(/-$/, '');
  return `${FOLDER}/${name || 'post'}.md`;
}

/** `linked`: the folder is a link, or something else was put in its place meanwhile. */
const NotWritten = z.strictObject({
  written: z.literal(false),
  why: z.enum(['exists', 'linked', 'no-folder', 'unwritable']),
});
type Why = z.infer<typeof NotWritten>['why'];
const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/** Makes the folder of pages where there is none. */
async function requireFolder(folder: string): Promise<Why | undefined> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return 'unwritable';
  }
  const found = await lstat(folder);
  if (found.isSymbolicLink()) return 'linked';
  return found.isDirectory() ? undefined : 'no-folder';
}

/** Writes a text under a name that nobody else has; nothing is written where that turns out to lie elsewhere. */
async function draft(path: string, content: string): Promise<Why | undefined> {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o644,
  );
  try {
    // Asked after it was opened: the folder may be put in the place of another at any time.
    if ((await realpath(path)) !== path) return 'linked';
    await file.writeFile(content, 'utf8');
    await file.sync();
    return undefined;
  } finally {
    await file.close();
  }
}

async function synced(folder: string): Promise<void> {
  const opened = await open(folder, constants.O_RDONLY);
  // Where a folder cannot be synced, such as on Windows, its entries are safe by themselves.
  await opened.sync().catch(() => {});
  await opened.close();
}

/** What is left of attempts of this call that a crash cut off. */
async function clear(folder: string, mark: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(mark));
  await Promise.all(left.map((name) => unlink(join(folder, name)).catch(() => {})));
}

let drafts = 0;

/** Puts a page there whole or not at all, and never in the place of another one. */
async function publish(
  project: string,
  { path, content }: { readonly path: string; readonly content: string },
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<Why | undefined> {
  const folder = join(project, FOLDER);
  const barred = await requireFolder(folder);
  if (barred !== undefined) return barred;
  const mark = `.${createHash('sha256').update(key).digest('hex').slice(0, DIGEST_CHARS)}-`;
  await clear(folder, mark);
  const hidden = join(folder, `${mark}${process.pid}-${drafts++}`);
  try {
    const why = await draft(hidden, content);
    if (why !== undefined) return why;
    signal.throwIfAborted();
    await link(hidden, join(project, path));
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const there = await readStart(project, path, MAX_PAGE_CHARS * BYTES_PER_CHAR);
    // An attempt that nobody heard the end of has put it there.
    const isIt = typeof there !== 'string' && there.data.equals(Buffer.from(content, 'utf8'));
    return isIt ? undefined : 'exists';
  } finally {
    await unlink(hidden).catch(() => {});
    await synced(folder);
  }
}

/**
 * Writes one new page below `posts/` of the project, byte for byte as it was approved. It replaces nothing: where another file has
 * the name, nothing is written, and where that has the very content, it counts as written, so that a call in doubt may be made again.
 */
export const writePage = defineTool({
  name: 'write-page',
  does: 'Writes one new page in Markdown below the folder posts of the project; replaces none.',
  input: z.strictObject({
    path: Path,
    content: z
      .string()
      .min(1)
      .max(MAX_PAGE_CHARS)
      .refine((text) => text.isWellFormed(), 'half a sign'),
    /** For whoever approves; not written. */
    remarks: z.array(z.string()).max(MAX_REMARKS),
  }),
  output: z.discriminatedUnion('written', [
    NotWritten,
    z.strictObject({ written: z.literal(true), path: Path, bytes: z.int().min(1) }),
  ]),
  effect: 'writes',
  inDoubt: 'reissue',
  run: async ({ path, content }, { project, key, signal }) => {
    const folder = await projectFolder(project);
    if (typeof folder !== 'string') return { written: false as const, why: 'no-folder' as const };
    try {
      const why = await publish(folder, { path, content }, { key, signal });
      if (why !== undefined) return { written: false as const, why };
    } catch (error) {
      signal.throwIfAborted();
      const barred = ['EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'ENOENT', 'ELOOP'];
      // A full disk and the like are the tool's own trouble, and counted as that.
      if (!barred.includes(codeOf(error))) throw error;
      return { written: false as const, why: 'unwritable' as const };
    }
    return { written: true as const, path, bytes: Buffer.byteLength(content) };
  },
});
