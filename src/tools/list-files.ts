import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { NoFolder, projectFolder, ProjectPath } from './folder.ts';
import { lookAt, projectFiles } from './project-files.ts';

const MAX_FILES = 5000;

const Listed = z.strictObject({
  folder: z.literal(true),
  /** Who named them: git, which leaves out what is ignored, or a walk without `node_modules`. */
  by: z.enum(['git', 'walk']),
  /** Sorted by path. */
  files: z
    .array(z.strictObject({ path: ProjectPath, bytes: z.int().min(0), link: z.boolean() }))
    .max(MAX_FILES),
  truncated: z.boolean(),
});
export type Listed = z.infer<typeof Listed>;

/** The files of the project by path, with their sizes. */
export const listFiles = defineTool({
  name: 'list-files',
  does: 'Lists the files of the project with their sizes, without ignored ones.',
  input: z.strictObject({
    /** Only files that are called so, such as `package.json`; folders do not count. */
    called: z.array(z.string().min(1)).min(1).max(20).optional(),
    /** Only files whose names end so, such as `.md`. */
    endings: z.array(z.string().min(1)).min(1).max(50).optional(),
    maxFiles: z.int().min(1).max(MAX_FILES),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Listed]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: async ({ called, endings, maxFiles }, context) => {
    const folder = await projectFolder(context.project);
    if (typeof folder !== 'string') return folder;
    const { by, paths, truncated } = await projectFiles(folder, context);
    const wanted = paths.filter((path) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const rightName = called === undefined || called.includes(name);
      return rightName && (endings === undefined || endings.some((end) => name.endsWith(end)));
    });
    const files: z.input<typeof Listed>['files'] = [];
    for (const path of wanted) {
      if (files.length >= maxFiles) return { folder: true as const, by, files, truncated: true };
      context.signal.throwIfAborted();
      const file = await lookAt(folder, path);
      if (file !== undefined) files.push({ ...file });
    }
    return { folder: true as const, by, files, truncated };
  },
});
