import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { Hash, inRepository, NoRepository } from './repository.ts';

const MAX_TAGS = 200;

const Tag = z.strictObject({
  name: z.string(),
  commit: Hash,
  /** When it was set, as git gives it. */
  date: z.string(),
});

const Tags = z.strictObject({
  repository: z.literal(true),
  /** Those that HEAD can reach, the latest first. */
  tags: z.array(Tag).max(MAX_TAGS),
  truncated: z.boolean(),
});
export type Tags = z.infer<typeof Tags>;

const FORMAT = ['refname', 'objectname', '*objectname', 'creatordate:iso-strict']
  .map((field) => `%(${field})`)
  .join('%00');

/** The tags that the present commit can reach. */
export const gitTags = defineTool({
  name: 'git-tags',
  does: 'Reads the tags that the present commit can reach, the latest first.',
  input: z.strictObject({}),
  output: z.discriminatedUnion('repository', [NoRepository, Tags]),
  effect: 'reads',
  timeoutMs: 30_000,
  run: (_, context) =>
    inRepository(context, 'history', async (repository) => {
      if (repository.head === null)
        return { repository: true as const, tags: [], truncated: false };
      const { text, truncated } = await repository.ask([
        'for-each-ref',
        '--sort=-version:refname',
        '--sort=-creatordate',
        `--count=${MAX_TAGS + 1}`,
        `--merged=${repository.head}`,
        `--format=${FORMAT}`,
        'refs/tags/',
      ]);
      const tags = text
        .split('\n')
        .slice(0, -1)
        .map((row) => {
          const [ref = '', object = '', peeled = '', date = ''] = row.split('\0');
          return { name: ref.replace(/^refs\/tags\//, ''), commit: peeled || object, date };
        });
      return {
        repository: true as const,
        tags: tags.slice(0, MAX_TAGS),
        truncated: truncated || tags.length > MAX_TAGS,
      };
    }),
});
