import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { ProjectPath } from './folder.ts';
import { Hash, inRepository, NoRepository, type Repository } from './repository.ts';

const MAX_LINES = 200;
const MAX_FILES = 40;

const Line = z.strictObject({ path: ProjectPath, line: z.int().min(1) });

const Authors = z.strictObject({
  repository: z.literal(true),
  /** In the order asked; null where the line is not committed, or not known to git. */
  authors: z
    .array(Line.extend({ author: z.string().nullable(), commit: Hash.nullable() }))
    .max(MAX_LINES),
  /** Lines of more files were asked than are looked up; their authors are null. */
  truncated: z.boolean(),
});
export type Authors = z.infer<typeof Authors>;

interface Author {
  readonly author: string;
  readonly commit: string;
}

/** Reads `git blame --porcelain`, which tells about a commit only the first time it names it. */
function readBlame(text: string): Map<number, Author> {
  const authors = new Map<string, string>();
  const lines = new Map<number, Author>();
  let commit = '';
  let line = 0;
  for (const row of text.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(row);
    if (header) [commit, line] = [header[1] ?? '', Number(header[2])];
    else if (row.startsWith('author ')) authors.set(commit, row.slice(7));
    else if (row.startsWith('\t') && !/^0+$/.test(commit))
      lines.set(line, { author: authors.get(commit) ?? '', commit });
  }
  return lines;
}

async function blame(repository: Repository, path: string, lines: readonly number[]) {
  const ranges = [...new Set(lines)].map((line) => `-L${line},${line}`);
  const told = await repository.run([
    'blame',
    '--porcelain',
    '--no-textconv',
    ...ranges,
    '--',
    path,
  ]);
  return told.code === 0 ? readBlame(told.text) : new Map<number, Author>();
}

/** Who wrote given lines, as git blames them. */
export const gitAuthors = defineTool({
  name: 'git-authors',
  does: 'Reads who last changed given lines, and in which commit.',
  input: z.strictObject({ lines: z.array(Line).max(MAX_LINES) }),
  output: z.discriminatedUnion('repository', [NoRepository, Authors]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: ({ lines }, context) =>
    inRepository(context, 'files', async (repository) => {
      const paths = [...new Set(lines.map(({ path }) => path))];
      const known = new Map<string, Map<number, Author>>();
      for (const path of paths.slice(0, MAX_FILES)) {
        const wanted = lines.filter((line) => line.path === path).map(({ line }) => line);
        known.set(path, await blame(repository, path, wanted));
      }
      const authors = lines.map(({ path, line }) => {
        const found = known.get(path)?.get(line);
        return { path, line, author: found?.author ?? null, commit: found?.commit ?? null };
      });
      return { repository: true as const, authors, truncated: paths.length > MAX_FILES };
    }),
});
