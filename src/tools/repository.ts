import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ToolContext } from '../team/define-tool.ts';
import { projectFolder } from './folder.ts';
import { pieces, runGit, type GitRun, type Settings } from './git.ts';
import { redact } from './secrets.ts';
import { cut } from './text.ts';

const MAX_NOTE_CHARS = 300;
const MAX_REF_CHARS = 1024;

/** Why git cannot tell anything about a project; a fact about it, not a failure. */
export const NoRepository = z.strictObject({
  repository: z.literal(false),
  why: z.enum([
    'no-folder',
    'none',
    'no-git',
    // Git does not trust the folder's owner.
    'refused',
    'corrupt',
    // History without files.
    'bare',
    // Its files lie elsewhere.
    'outside',
  ]),
  /** In git's words, without this machine's paths. */
  note: z.string().max(MAX_NOTE_CHARS),
});
export type NoRepository = z.infer<typeof NoRepository>;

/** A branch, tag or commit by name; never readable as an option, a range or an expression. */
export const Ref = z
  .string()
  .min(1)
  .max(MAX_REF_CHARS)
  .regex(/^(?!-)(?!.*\.\.)(?!.*@\{)[^\s~^:?*[\\\p{Cc}]+$/u);

/** A git hash, of either length. */
export const Hash = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/** A repository that can be asked. */
export interface Repository {
  readonly folder: string;
  /** Null before the first commit. */
  readonly head: string | null;
  /** Null where HEAD is no branch. */
  readonly branch: string | null;
  /** Part of the history is not here. */
  readonly shallow: boolean;
  /** Runs a command whatever its end. */
  run(args: readonly string[], maxBytes?: number): Promise<GitRun>;
  /** Runs a command that must end well; otherwise the repository is said to be corrupt. */
  ask(args: readonly string[], maxBytes?: number): Promise<GitRun>;
  /** The commit that a ref means, or null. */
  commitOf(ref: string): Promise<string | null>;
}

function refusal(why: NoRepository['why'], note: string, folder = ''): NoRepository {
  const [line = ''] = note.split('\n').filter((text) => text.trim() !== '');
  const told = folder === '' ? line : line.replaceAll(folder, '.');
  return { repository: false, why, note: cut(redact(told), MAX_NOTE_CHARS).text };
}

async function whyNot(folder: string, { missing, error }: GitRun): Promise<NoRepository> {
  if (missing) return refusal('no-git', 'git is not installed');
  if (error.includes('dubious ownership')) return refusal('refused', error, folder);
  if (!error.includes('not a git repository')) return refusal('corrupt', error, folder);
  const marked = await lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  return marked
    ? refusal('corrupt', error, folder)
    : refusal('none', 'no repository begins in this folder');
}

/** Looks whether the repository of a folder can be asked, and for its HEAD. */
async function open(
  folder: string,
  run: Repository['run'],
  filesNeeded: boolean,
): Promise<Pick<Repository, 'head' | 'branch' | 'shallow'> | NoRepository> {
  const about = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository'];
  const facts = await run(['rev-parse', ...about, '--show-toplevel']);
  const [bare, hasFiles, shallow, ...top] = facts.text.trimEnd().split('\n');
  if (facts.missing || shallow === undefined) return whyNot(folder, facts);
  const root = hasFiles === 'true' ? await realpath(top.join('\n')).catch(() => '') : '';
  if (bare !== 'true' && root !== folder)
    return refusal('outside', 'the files of this repository lie elsewhere');
  if (bare === 'true' && filesNeeded) return refusal('bare', 'a repository without files');
  const symbolic = (await run(['symbolic-ref', '-q', 'HEAD'])).text.trim();
  const branch = symbolic === '' ? null : symbolic.replace(/^refs\/heads\//, '');
  const named = await run(['rev-parse', '--verify', '-q', 'HEAD']);
  if (named.code !== 0 && branch === null) return refusal('corrupt', 'HEAD names nothing');
  if (named.code !== 0) return { head: null, branch, shallow: shallow === 'true' };
  const commit = await run(['rev-parse', '--verify', '-q', 'HEAD^{commit}']);
  if (commit.code !== 0) return refusal('corrupt', commit.error || 'HEAD is no commit', folder);
  return { head: commit.text.trim(), branch, shallow: shallow === 'true' };
}

const FILTERS = '^filter\\..*\\.(clean|smudge|process|required)$';

/** Switches off the programs that a project itself would run over its files; the user's own stay. */
async function withoutFilters(run: Repository['run']): Promise<Settings> {
  const told = await run(['config', '-z', '--show-scope', '--name-only', '--get-regexp', FILTERS]);
  const names = pieces(told.text);
  const own = names.filter((_, at) => ['local', 'worktree'].includes(names[at - 1] ?? ''));
  return Object.fromEntries(
    own
      .filter((name) => name.startsWith('filter.'))
      .map((name) => [name, name.endsWith('.required') ? 'false' : '']),
  );
}

/**
 * Gives the project's repository to `use`, or says why there is none.
 * Whatever git itself refuses becomes an answer too; only an abort throws.
 */
export async function inRepository<T>(
  context: ToolContext,
  needs: 'files' | 'history',
  use: (repository: Repository) => Promise<T>,
): Promise<T | NoRepository> {
  const folder = await projectFolder(context.project);
  if (typeof folder !== 'string') return refusal('no-folder', `the folder is ${folder.why}`);
  let settings: Settings = {};
  let unanswered: GitRun | undefined;
  const run: Repository['run'] = (args, maxBytes) =>
    runGit(folder, context.signal, args, maxBytes, settings);
  const ask: Repository['ask'] = async (args, maxBytes) => {
    const ending = await run(args, maxBytes);
    if (ending.code === 0 || ending.truncated) return ending;
    unanswered = ending;
    throw new Error('git did not answer');
  };
  const commitOf: Repository['commitOf'] = async (ref) => {
    const wanted = ['--end-of-options', `${ref}^{commit}`];
    const found = await run(['rev-parse', '--verify', '--quiet', ...wanted]);
    return found.code === 0 ? found.text.trim() : null;
  };
  const opened = await open(folder, run, needs === 'files');
  if ('repository' in opened) return opened;
  if (needs === 'files') settings = await withoutFilters(run);
  try {
    return await use({ folder, run, ask, commitOf, ...opened });
  } catch (error) {
    if (unanswered === undefined) throw error;
    return refusal('corrupt', unanswered.error, folder);
  }
}
