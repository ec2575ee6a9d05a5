import { join } from 'node:path';
import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { isBinary, linesOf, NoFolder, projectFolder, ProjectPath, readStart } from './folder.ts';
import { lookAt, projectFiles } from './project-files.ts';
import { withoutSecrets } from './secrets.ts';

/** The folder of a project whose documents anybody may read. */
const PUBLIC_FOLDER = 'public';
const ENDINGS = ['.md', '.markdown', '.txt', '.rst', '.adoc'];
const MAX_WORDS = 100;
const MAX_WORD_CHARS = 100;
const MAX_DOCUMENTS = 10;
const MAX_LOOKED_AT = 500;
const MAX_BYTES = 200_000;
const MAX_ALL_BYTES = 20_000_000;

const Document = z.strictObject({ path: ProjectPath, text: z.string(), truncated: z.boolean() });
const Documents = z.strictObject({
  folder: z.literal(true),
  /** Those that have the most of the words first; without secrets. */
  documents: z.array(Document).max(MAX_DOCUMENTS),
  searched: z.int().min(0),
  /** Not all were searched, or there are more that have some of the words. */
  truncated: z.boolean(),
});

/** Nobody publishes what is hidden. */
const isDocument = (path: string): boolean =>
  ENDINGS.some((end) => path.endsWith(end)) &&
  !path.split('/').some((part) => part.startsWith('.'));

/**
 * The documents below `public/` that speak of some words, whatever scope the run has: nothing else of the project can be read by it, a
 * link that leads out of that folder included.
 */
export const readPublic = defineTool({
  name: 'read-public',
  does: 'Reads the public documents of the project, below its folder public, that speak of some words.',
  input: z.strictObject({
    words: z.array(z.string().min(1).max(MAX_WORD_CHARS)).min(1).max(MAX_WORDS),
    maxDocuments: z.int().min(1).max(MAX_DOCUMENTS),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Documents]),
  effect: 'reads',
  timeoutMs: 30_000,
  run: async ({ words, maxDocuments }, context) => {
    const project = await projectFolder(context.project);
    if (typeof project !== 'string') return project;
    const folder = await projectFolder(join(project, PUBLIC_FOLDER));
    if (typeof folder !== 'string') return folder;
    // A link may make another folder of it.
    if (folder !== join(project, PUBLIC_FOLDER))
      return { folder: false as const, why: 'missing' as const };
    const listed = await projectFiles(folder, { ...context, project: folder });
    const paths = listed.paths.filter(isDocument);
    const found: (z.input<typeof Document> & { readonly met: number })[] = [];
    let [searched, bytes] = [0, 0];
    for (const path of paths.slice(0, MAX_LOOKED_AT)) {
      context.signal.throwIfAborted();
      if (bytes > MAX_ALL_BYTES) break;
      const file = await lookAt(folder, path);
      if (file === undefined || file.link) continue;
      const start = await readStart(folder, path, MAX_BYTES);
      if (typeof start === 'string' || isBinary(start.data)) continue;
      searched += 1;
      bytes += start.data.length;
      const text = withoutSecrets(linesOf(start)).lines.join('\n');
      const small = text.toLowerCase();
      const met = words.filter((word) => small.includes(word.toLowerCase())).length;
      const truncated = start.bytes > start.data.length;
      if (met > 0) found.push({ path: `${PUBLIC_FOLDER}/${path}`, text, truncated, met });
    }
    const best = found.toSorted((a, b) => b.met - a.met || (a.path < b.path ? -1 : 1));
    return {
      folder: true as const,
      documents: best.slice(0, maxDocuments).map(({ met: _, ...document }) => document),
      searched,
      truncated: listed.truncated || searched < paths.length || best.length > maxDocuments,
    };
  },
});
