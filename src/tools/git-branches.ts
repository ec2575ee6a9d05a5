import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { Hash, inRepository, NoRepository, type Repository } from './repository.ts';
import { redact } from './secrets.ts';
import { byText } from './text.ts';

const MAX_BRANCHES = 100;

const Branch = z.strictObject({
  name: z.string(),
  head: Hash,
  /** When its last commit was made, as git gives it. */
  date: z.string(),
  author: z.string(),
  subject: z.string(),
  upstream: z.string().nullable(),
  /** The upstream is set and no longer there. */
  upstreamGone: z.boolean(),
  /** Commits that the default branch lacks, and that it has more; null where there is none. */
  ahead: z.int().min(0).nullable(),
  behind: z.int().min(0).nullable(),
  /** Nothing in it is missing from the default branch; a squashed merge cannot be told. */
  merged: z.boolean(),
});

const Branches = z.strictObject({
  repository: z.literal(true),
  /** The branch that the others are measured against. */
  default: z.strictObject({ name: z.string(), head: Hash }).nullable(),
  current: z.string().nullable(),
  head: Hash.nullable(),
  /** Part of the history is not here, so that the distances may be wrong. */
  shallow: z.boolean(),
  /** Newest first. */
  branches: z.array(Branch).max(MAX_BRANCHES),
  truncated: z.boolean(),
});
export type Branches = z.infer<typeof Branches>;

const FIELDS = ['refname', 'objectname', 'committerdate:iso-strict', 'authorname', 'subject'];
const FORMAT = [...FIELDS, 'upstream:short', 'upstream:track'].map((field) => `%(${field})`);

/** Origin's own choice, else main, else master, else where HEAD stands. */
async function defaultOf(repository: Repository) {
  const origin = await repository.run(['symbolic-ref', '-q', 'refs/remotes/origin/HEAD']);
  const chosen = origin.text.trim().replace(/^refs\/remotes\/origin\//, '');
  const refs = [
    ...(chosen === '' ? [] : [`refs/heads/${chosen}`, `refs/remotes/origin/${chosen}`]),
    'refs/heads/main',
    'refs/heads/master',
    ...(repository.branch === null ? [] : [`refs/heads/${repository.branch}`]),
  ];
  for (const ref of refs) {
    const head = await repository.commitOf(ref);
    if (head !== null) return { name: ref.replace(/^refs\/(?:heads|remotes)\//, ''), head };
  }
  return null;
}

async function distance(repository: Repository, from: string | undefined, to: string) {
  if (from === undefined) return { ahead: null, behind: null, merged: false };
  const range = `${from}...${to}`;
  const { text } = await repository.ask(['rev-list', '--left-right', '--count', range]);
  const [behind = 0, ahead = 0] = text.trim().split('\t').map(Number);
  return { ahead, behind, merged: ahead === 0 };
}

/** The local branches of the project, measured against its default branch. */
export const gitBranches = defineTool({
  name: 'git-branches',
  does: 'Reads the local branches: last commit, upstream, and what each lacks of the default branch.',
  input: z.strictObject({}),
  output: z.discriminatedUnion('repository', [NoRepository, Branches]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: (_, context) =>
    inRepository(context, 'history', async (repository) => {
      const listed = await repository.ask([
        'for-each-ref',
        '--sort=refname',
        '--sort=-committerdate',
        `--count=${MAX_BRANCHES + 1}`,
        `--format=${FORMAT.join('%00')}`,
        'refs/heads/',
      ]);
      const rows = listed.text.split('\n').slice(0, -1);
      const base = await defaultOf(repository);
      const branches: z.input<typeof Branch>[] = [];
      for (const row of rows.slice(0, MAX_BRANCHES)) {
        const [ref = '', head = '', date = '', author = '', subject = '', upstream, track] =
          row.split('\0');
        const about = { author, subject: redact(subject), upstream: upstream || null };
        const name = ref.replace(/^refs\/heads\//, '');
        const measured = await distance(repository, base?.head, head);
        branches.push({
          name,
          head,
          date,
          ...about,
          upstreamGone: track === '[gone]',
          ...measured,
        });
      }
      branches.sort((a, b) => Date.parse(b.date) - Date.parse(a.date) || byText(a.name, b.name));
      return {
        repository: true as const,
        default: base,
        current: repository.branch,
        head: repository.head,
        shallow: repository.shallow,
        branches,
        truncated: listed.truncated || rows.length > MAX_BRANCHES,
      };
    }),
});
