import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { ProjectPath } from './folder.ts';
import { pieces } from './git.ts';
import { Hash, inRepository, NoRepository } from './repository.ts';

const MAX_ENTRIES = 2000;

const Entry = z.strictObject({
  /** Git's two letters: staged and unstaged; `??` where it is not known to git. */
  code: z.string().length(2),
  path: ProjectPath,
  renamedFrom: ProjectPath.nullable(),
  conflict: z.boolean(),
});
type Entry = z.infer<typeof Entry>;

const Status = z.strictObject({
  repository: z.literal(true),
  /** Null where HEAD is no branch. */
  branch: z.string().nullable(),
  head: Hash.nullable(),
  upstream: z.string().nullable(),
  /** Commits that the upstream lacks, and that it has more; null without one. */
  ahead: z.int().min(0).nullable(),
  behind: z.int().min(0).nullable(),
  entries: z.array(Entry).max(MAX_ENTRIES),
  counts: z.strictObject({
    staged: z.int(),
    unstaged: z.int(),
    untracked: z.int(),
    conflicts: z.int(),
  }),
  stashes: z.int().min(0),
  /** There is more than `entries` shows. */
  truncated: z.boolean(),
});
export type Status = z.infer<typeof Status>;

/** The text after the first `count` words. */
const afterWords = (line: string, count: number) => line.split(' ').slice(count).join(' ');

function readEntries(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const code = line.slice(2, 4).replaceAll('.', ' ');
    const plain = { code, renamedFrom: null, conflict: false };
    if (line.startsWith('1 ')) entries.push({ ...plain, path: afterWords(line, 8) });
    else if (line.startsWith('u '))
      entries.push({ ...plain, path: afterWords(line, 10), conflict: true });
    else if (line.startsWith('? ')) entries.push({ ...plain, code: '??', path: line.slice(2) });
    else if (line.startsWith('2 ')) {
      at += 1;
      entries.push({ ...plain, path: afterWords(line, 9), renamedFrom: lines[at] ?? null });
    }
  }
  return entries;
}

function countsOf(entries: readonly Entry[]) {
  const known = entries.filter(({ code, conflict }) => !conflict && code !== '??');
  return {
    staged: known.filter(({ code }) => code[0] !== ' ').length,
    unstaged: known.filter(({ code }) => code[1] !== ' ').length,
    untracked: entries.filter(({ code }) => code === '??').length,
    conflicts: entries.filter(({ conflict }) => conflict).length,
  };
}

function readStatus(lines: readonly string[], cutOff: boolean): z.input<typeof Status> {
  const headers = lines.filter((line) => line.startsWith('# '));
  const header = (name: string) =>
    headers.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3) ?? null;
  const branch = header('branch.head');
  const head = header('branch.oid');
  const distance = /^\+(\d+) -(\d+)$/.exec(header('branch.ab') ?? '');
  const entries = readEntries(lines);
  return {
    repository: true,
    branch: branch === '(detached)' ? null : branch,
    head: head === '(initial)' ? null : head,
    upstream: header('branch.upstream'),
    ahead: distance ? Number(distance[1]) : null,
    behind: distance ? Number(distance[2]) : null,
    entries: entries.slice(0, MAX_ENTRIES),
    counts: countsOf(entries),
    stashes: Number(header('stash') ?? 0),
    truncated: cutOff || entries.length > MAX_ENTRIES,
  };
}

const ASK = [
  'status',
  '--porcelain=v2',
  '-z',
  '--branch',
  '--show-stash',
  '--find-renames',
  '--untracked-files=all',
  '--ignore-submodules=dirty',
];

/** What is uncommitted in the project, and where its branch stands. */
export const gitStatus = defineTool({
  name: 'git-status',
  does: 'Reads the branch, its upstream, uncommitted files, conflicts and the number of stashes.',
  input: z.strictObject({}),
  output: z.discriminatedUnion('repository', [NoRepository, Status]),
  effect: 'reads',
  timeoutMs: 30_000,
  run: (_, context) =>
    inRepository(context, 'files', async (repository) => {
      const { text, truncated } = await repository.ask(ASK);
      return readStatus(pieces(text), truncated);
    }),
});
