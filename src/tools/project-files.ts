import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolContext } from '../team/define-tool.ts';
import { pieces, runGit } from './git.ts';
import { inRepository } from './repository.ts';
import { byText } from './text.ts';

const MAX_LISTED = 50_000;
const MAX_LISTED_BYTES = 16_000_000;
const MAX_DEPTH = 40;
const NOT_ENTERED: readonly string[] = ['node_modules', '.git'];

/** A file of the project, a link included. */
export interface ProjectFile {
  readonly path: string;
  readonly bytes: number;
  readonly link: boolean;
}

/** The project's files, sorted by path. */
export interface ProjectFiles {
  /** Who named them: git, which knows what is ignored, or our own walk. */
  readonly by: 'git' | 'walk';
  readonly paths: readonly string[];
  readonly truncated: boolean;
}

async function walk(folder: string, signal: AbortSignal): Promise<ProjectFiles> {
  const paths: string[] = [];
  const open = [{ at: '', depth: 0 }];
  let truncated = false;
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    signal.throwIfAborted();
    const { at, depth } = next;
    const entries = await opendir(join(folder, at)).catch(() => undefined);
    if (entries === undefined) {
      truncated = true;
      continue;
    }
    for await (const entry of entries) {
      seen += 1;
      if (seen > MAX_LISTED) return { by: 'walk', paths: paths.toSorted(byText), truncated: true };
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (depth >= MAX_DEPTH) truncated = true;
      else if (!NOT_ENTERED.includes(entry.name)) open.push({ at: path, depth: depth + 1 });
    }
  }
  return { by: 'walk', paths: paths.toSorted(byText), truncated };
}

/** Installed packages are nobody's work here, even where no .gitignore says so. */
const LIST = [
  'ls-files',
  '-z',
  '--cached',
  '--others',
  '--exclude-standard',
  '--exclude=node_modules',
];

/** Names the files of a project folder, as git knows them where it does. */
export async function projectFiles(folder: string, context: ToolContext): Promise<ProjectFiles> {
  const known = await inRepository({ ...context, project: folder }, 'files', async () => {
    const { text, truncated, code } = await runGit(folder, context.signal, LIST, MAX_LISTED_BYTES);
    return code === 0 || truncated ? { text, truncated } : undefined;
  });
  if (known === undefined || 'repository' in known) return walk(folder, context.signal);
  // A conflict is listed once a side; what ends in a slash is another repository.
  const all = [...new Set(pieces(known.text))]
    .filter((path) => !path.endsWith('/'))
    .toSorted(byText);
  const truncated = known.truncated || all.length > MAX_LISTED;
  return { by: 'git', paths: all.slice(0, MAX_LISTED), truncated };
}

const NO_TEXT = '\ufffd';

/**
 * Size and kind of a file; undefined where it is gone or no file, as a submodule is none.
 * One whose name is no text is listed with a size of 0, as it cannot be opened by that name.
 */
export async function lookAt(folder: string, path: string): Promise<ProjectFile | undefined> {
  const found = await lstat(join(folder, path)).catch(() => undefined);
  if (found === undefined && path.includes(NO_TEXT)) return { path, bytes: 0, link: false };
  if (found === undefined || !(found.isFile() || found.isSymbolicLink())) return undefined;
  return { path, bytes: found.size, link: found.isSymbolicLink() };
}
