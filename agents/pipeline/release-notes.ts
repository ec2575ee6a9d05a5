import { Ask, defineAgent } from 'nova-agents';
import { byText, explain, gitCommits, gitTags } from 'nova-agents/tools';
import * as z from 'zod';
import { fold, KINDS, MAX_COMMITS, rangeOf, write } from './kit/release.ts';

const Entry = z.strictObject({
  kind: z.enum(KINDS),
  area: z.string().nullable(),
  text: z.string().min(1),
  authors: z.array(z.string()).min(1),
  commits: z.array(z.string()).min(1),
});

const search = {
  kind: 'features' as const,
  area: 'search',
  text: 'find by title',
  authors: ['Bo Li'],
  commits: ['1a2b3c4'],
};
const written = {
  summary:
    '**Since `v1.2.0`**: 1 change by Bo Li\n**Features** (1)\n- search: find by title (1a2b3c4)',
  since: 'v1.2.0',
  entries: [search],
  authors: ['Bo Li'],
  merges: 0,
  reverted: 0,
  truncated: false,
};

/** Writes release notes out of the git history. */
export const releaseNotes = defineAgent({
  id: 'release-notes',
  version: 1,
  does: 'Writes release notes from the git history since the last tag: breaking changes, features, fixes, others, and who made them.',
  doesNot: {
    'telling what is not merged or not committed yet': 'workspace-keeper',
    'judging whether a change is dangerous': 'code-reviewer',
    'comparing versions of packages': 'code-reviewer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a change is told without its commit',
      caughtBy: 'outcome',
      example: { written: { ...written, entries: [{ ...search, commits: [] }] } },
    },
    {
      when: 'one commit stands under two headings',
      caughtBy: 'check',
      example: {
        ask: 'Release notes please',
        input: { text: 'Release notes please' },
        says: { written: { ...written, entries: [search, { ...search, kind: 'fixes' }] } },
      },
    },
  ],
  input: Ask,
  outcomes: {
    written: z.strictObject({
      summary: z.string(),
      /** The tag that the notes begin after; null where they are the last commits. */
      since: z.string().nullable(),
      /** The newest first. */
      entries: z.array(Entry).min(1).max(MAX_COMMITS),
      authors: z.array(z.string()),
      /** Merges that were folded, and changes that were taken back again. */
      merges: z.int().min(0),
      reverted: z.int().min(0),
      truncated: z.boolean(),
    }),
    'nothing-new': z.strictObject({ summary: z.string(), since: z.string().nullable() }),
  },
  tools: [gitTags, gitCommits],
  limits: { maxTurns: 6, maxRepairs: 0, deadlineMs: 90_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const tags = await io.tool(gitTags, {});
    if (!tags.repository) return say.refused(explain(tags));
    const range = rangeOf(text, tags.tags);
    if (range.from === 'unknown')
      return say.refused({
        reason: `There is no tag ${range.tag} among those that the present commit can reach.`,
        needs: `one of the tags${tags.tags[0] ? `, such as ${tags.tags[0].name}` : '; there are none'}`,
      });
    const since = range.from === 'tag' ? range.tag : null;
    const told = await io.tool(
      gitCommits,
      range.from === 'tag'
        ? { after: range.commit, maxCommits: MAX_COMMITS }
        : { maxCommits: range.maxCommits },
    );
    if (!told.repository) return say.refused(explain(told));
    const { entries, merges, reverted } = fold(told.commits);
    const empty = since === null ? 'There is no commit yet.' : `Nothing is new since \`${since}\`.`;
    if (entries.length === 0) return say['nothing-new']({ summary: empty, since });
    const authors = [...new Set(entries.flatMap((entry) => entry.authors))].toSorted(byText);
    return say.written({
      summary: write(range, entries, authors, told),
      since,
      entries: entries.map((entry) => ({
        ...entry,
        authors: [...entry.authors],
        commits: [...entry.commits],
      })),
      authors,
      merges,
      reverted,
      truncated: told.truncated,
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'written') return undefined;
    const commits = (value as typeof written).entries.flatMap((entry) => entry.commits);
    const twice = commits.find((commit, index) => commits.indexOf(commit) < index);
    return twice === undefined ? undefined : `the commit ${twice} is told twice`;
  },
  examples: [
    {
      ask: 'Write the release notes for the next version',
      input: { text: 'Write the release notes for the next version' },
      says: { written },
    },
    {
      ask: 'What is new since the last release?',
      input: { text: 'What is new since the last release?' },
      says: { 'nothing-new': { summary: 'Nothing is new since `v1.2.0`.', since: 'v1.2.0' } },
    },
    {
      ask: 'What changed since v9.9.9?',
      input: { text: 'What changed since v9.9.9?' },
      says: {
        refused: {
          reason: 'There is no tag v9.9.9 among those that the present commit can reach.',
          needs: 'one of the tags, such as v1.2.0',
        },
      },
    },
  ],
  asks: [
    'Draft a changelog from the commits',
    'Which features and fixes go into this release?',
    'Summarise the last 20 commits',
    'Are there breaking changes since the last tag?',
    'Who contributed to this release?',
    'Prepare the notes for the users about what we shipped',
    'What have we fixed since v1.2.0?',
  ],
});
