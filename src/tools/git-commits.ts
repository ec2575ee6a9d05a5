import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { pieces } from './git.ts';
import { Hash, inRepository, NoRepository, Ref } from './repository.ts';
import { redact } from './secrets.ts';
import { cut } from './text.ts';

const MAX_COMMITS = 1000;
const MAX_SUBJECT_CHARS = 300;
const MAX_BODY_CHARS = 2000;

const Commit = z.strictObject({
  hash: Hash,
  parents: z.array(Hash),
  author: z.string(),
  /** When it was written, as git gives it. */
  date: z.string(),
  subject: z.string(),
  body: z.string(),
  /** Subject or body were cut. */
  truncated: z.boolean(),
});

const Commits = z.strictObject({
  repository: z.literal(true),
  head: Hash.nullable(),
  /** Part of the history is not here. */
  shallow: z.boolean(),
  /** The asked ref that names no commit; then there are no commits. */
  unknownRef: z.string().nullable(),
  /** Newest first. */
  commits: z.array(Commit).max(MAX_COMMITS),
  /** There are more in the range. */
  truncated: z.boolean(),
});
export type Commits = z.infer<typeof Commits>;

const FIELDS = ['%H', '%P', '%aN', '%aI', '%s', '%b'];

function readCommits(fields: readonly string[]): z.input<typeof Commit>[] {
  const commits: z.input<typeof Commit>[] = [];
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    const [hash = '', parents = '', author = '', date = '', subject = '', body = ''] = fields.slice(
      at,
      at + FIELDS.length,
    );
    const short = cut(redact(subject), MAX_SUBJECT_CHARS);
    const rest = cut(redact(body.trim()), MAX_BODY_CHARS);
    commits.push({
      hash,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      author,
      date,
      subject: short.text,
      body: rest.text,
      truncated: short.truncated || rest.truncated,
    });
  }
  return commits;
}

/** The commits of a range, secrets in their words left out. */
export const gitCommits = defineTool({
  name: 'git-commits',
  does: 'Reads the commits after a ref, or the last ones: hash, author, date, subject and body.',
  input: z.strictObject({
    /** Leaves out what this ref has already. */
    after: Ref.optional(),
    maxCommits: z.int().min(1).max(MAX_COMMITS),
  }),
  output: z.discriminatedUnion('repository', [NoRepository, Commits]),
  effect: 'reads',
  timeoutMs: 30_000,
  run: ({ after, maxCommits }, context) =>
    inRepository(context, 'history', async (repository) => {
      const { head, shallow } = repository;
      const none = { repository: true as const, head, shallow, commits: [], truncated: false };
      const start = after === undefined ? null : await repository.commitOf(after);
      if (after !== undefined && start === null) return { ...none, unknownRef: after };
      if (head === null) return { ...none, unknownRef: null };
      const { text, truncated } = await repository.ask([
        'log',
        '-z',
        `--format=${FIELDS.join('%x00')}`,
        `--max-count=${maxCommits + 1}`,
        head,
        ...(start === null ? [] : [`^${start}`]),
        '--',
      ]);
      const commits = readCommits(pieces(text));
      return {
        ...none,
        unknownRef: null,
        commits: commits.slice(0, maxCommits),
        truncated: truncated || commits.length > maxCommits,
      };
    }),
});
