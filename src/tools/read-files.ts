import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import {
  isBinary,
  NoFolder,
  projectFolder,
  ProjectPath,
  readStart,
  textOf,
  WhyUnread,
} from './folder.ts';
import { lookAt, projectFiles } from './project-files.ts';
import { byText } from './text.ts';
import { withoutSecrets } from './secrets.ts';

const MAX_FILES = 1000;
const MAX_FILE_BYTES = 1_000_000;
const MAX_ALL_BYTES = 8_000_000;
/** Of one answer as JSON: a value has at most 4 MiB. */
const MAX_ANSWER_BYTES = 3_000_000;

const Texts = z.strictObject({
  folder: z.literal(true),
  /** Whole ones, in the order asked for, else sorted by path; secrets left out. */
  files: z.array(z.strictObject({ path: ProjectPath, text: z.string() })).max(MAX_FILES),
  /** Each with why; links that are not asked for by name are not followed. */
  unread: z
    .array(
      z.strictObject({
        path: ProjectPath,
        why: z.enum([...WhyUnread.options, 'binary', 'too-large']),
      }),
    )
    .max(MAX_FILES),
  /** There are more files, or more text, than is read at once. */
  truncated: z.boolean(),
  /** `after` which to go on; null where nothing more would fit or is there. */
  next: ProjectPath.nullable(),
});
export type Texts = z.infer<typeof Texts>;

const endsSo = (path: string, endings: readonly string[] | undefined): boolean =>
  endings?.some((end) => path.endsWith(end)) ?? true;

/** The whole texts of several files of the project, by their paths or by how their names end; none larger than 1 MB. */
export const readFiles = defineTool({
  name: 'read-files',
  does: 'Reads the texts of several files of the project at once, secrets left out.',
  input: z.strictObject({
    paths: z.array(ProjectPath).max(MAX_FILES).optional(),
    /** Where no paths are given: files whose names end so, such as `.ts`. */
    endings: z.array(z.string().min(1)).min(1).max(50).optional(),
    /** Only those that are sorted behind it. */
    after: ProjectPath.optional(),
    /** Of all texts together. */
    maxBytes: z.int().min(1).max(MAX_ALL_BYTES),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Texts]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: async ({ paths, endings, after, maxBytes }, context) => {
    const folder = await projectFolder(context.project);
    if (typeof folder !== 'string') return folder;
    const listed = paths ? { paths, truncated: false } : await projectFiles(folder, context);
    const wanted = (paths ?? listed.paths.filter((path) => endsSo(path, endings))).filter(
      (path) => after === undefined || byText(path, after) > 0,
    );
    const files: z.input<typeof Texts>['files'] = [];
    const unread: z.input<typeof Texts>['unread'] = [];
    const page = wanted.slice(0, MAX_FILES);
    let [left, room, truncated] = [maxBytes, MAX_ANSWER_BYTES, listed.truncated];
    let last: string | null = null;
    const cutOff = (next: string | null) => ({
      folder: true as const,
      files,
      unread,
      truncated: true,
      next,
    });
    for (const path of page) {
      context.signal.throwIfAborted();
      // What git lists and is gone is no part of the project.
      const found = paths ? undefined : await lookAt(folder, path);
      if (paths === undefined && (found === undefined || found.link)) continue;
      const start = await readStart(folder, path, MAX_FILE_BYTES);
      if (typeof start === 'string') unread.push({ path, why: start });
      else if (start.bytes > MAX_FILE_BYTES) unread.push({ path, why: 'too-large' });
      else if (isBinary(start.data)) unread.push({ path, why: 'binary' });
      else if (start.bytes > left) truncated = true;
      else {
        const text = withoutSecrets(textOf(start).split('\n')).lines.join('\n');
        const size = Buffer.byteLength(JSON.stringify({ path, text }));
        if (size > room && files.length > 0) return cutOff(last);
        [left, room] = [left - start.bytes, room - size];
        files.push({ path, text });
      }
      last = path;
    }
    if (page.length < wanted.length) return cutOff(last);
    return { folder: true as const, files, unread, truncated, next: null };
  },
});
