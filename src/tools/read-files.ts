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
import { withoutSecrets } from './secrets.ts';

const MAX_FILES = 1000;
const MAX_FILE_BYTES = 1_000_000;
const MAX_ALL_BYTES = 8_000_000;

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
});
export type Texts = z.infer<typeof Texts>;

/** The whole texts of several files of the project, by their paths or by how their names end; none larger than 1 MB. */
export const readFiles = defineTool({
  name: 'read-files',
  does: 'Reads the texts of several files of the project at once, secrets left out.',
  input: z.strictObject({
    paths: z.array(ProjectPath).max(MAX_FILES).optional(),
    /** Where no paths are given: files whose names end so, such as `.ts`. */
    endings: z.array(z.string().min(1)).min(1).max(50).optional(),
    /** Of all texts together. */
    maxBytes: z.int().min(1).max(MAX_ALL_BYTES),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Texts]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: async ({ paths, endings, maxBytes }, context) => {
    const folder = await projectFolder(context.project);
    if (typeof folder !== 'string') return folder;
    const listed = paths ? { paths, truncated: false } : await projectFiles(folder, context);
    const wanted = paths
      ? paths
      : listed.paths.filter((path) => endings?.some((end) => path.endsWith(end)) ?? true);
    const files: z.input<typeof Texts>['files'] = [];
    const unread: z.input<typeof Texts>['unread'] = [];
    let [left, truncated] = [maxBytes, listed.truncated || wanted.length > MAX_FILES];
    for (const path of wanted.slice(0, MAX_FILES)) {
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
        left -= start.bytes;
        files.push({ path, text: withoutSecrets(textOf(start).split('\n')).lines.join('\n') });
      }
    }
    return { folder: true as const, files, unread, truncated };
  },
});
