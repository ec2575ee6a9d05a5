import { Ask, defineAgent } from 'nova-agents';
import { explain, gitBranches, gitStatus } from 'nova-agents/tools';
import * as z from 'zod';
import { describeProgress, openBranches } from './kit/progress.ts';

const MAX_BRANCHES = 100;
const ALL_DONE = 'Nothing is in progress: all is committed and merged.';
const NO_COMMIT = 'Nothing is in progress: there is no commit yet, and no file.';

const OpenBranch = z.strictObject({
  name: z.string(),
  /** Commits that the default branch lacks, and that it has more. */
  ahead: z.int().min(1),
  behind: z.int().min(0),
  author: z.string(),
  date: z.string(),
  subject: z.string(),
  /** Its last commit is over 30 days older than the newest of the project. */
  stale: z.boolean(),
});

/** Tells what is begun and not finished in a repository. */
export const workInProgress = defineAgent({
  id: 'work-in-progress',
  version: 1,
  does: 'Tells what is begun and not finished: branches not merged, uncommitted files, conflicts, stashes, stale branches.',
  doesNot: {
    'saying what changed since the last release': 'release-notes',
    'judging whether uncommitted or branch changes are dangerous': 'risky-changes',
    'finding TODO comments and written down issues': 'open-issues',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a merged branch is told as open',
      caughtBy: 'outcome',
      example: {
        reported: {
          summary: '- `done`: 0 commits ahead',
          branch: 'main',
          uncommitted: { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 },
          conflicts: [],
          stashes: 0,
          branches: [
            {
              name: 'done',
              ahead: 0,
              behind: 0,
              author: 'Ada',
              date: '',
              subject: '',
              stale: false,
            },
          ],
          truncated: false,
        },
      },
    },
  ],
  input: Ask,
  outcomes: {
    reported: z.strictObject({
      summary: z.string(),
      /** Null where HEAD is on no branch. */
      branch: z.string().nullable(),
      uncommitted: z.strictObject({
        staged: z.int(),
        unstaged: z.int(),
        untracked: z.int(),
        conflicts: z.int(),
      }),
      conflicts: z.array(z.string()),
      stashes: z.int().min(0),
      branches: z.array(OpenBranch).max(MAX_BRANCHES),
      truncated: z.boolean(),
    }),
    'all-done': z.strictObject({ summary: z.string() }),
  },
  tools: [gitStatus, gitBranches],
  limits: { maxTurns: 6, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (_, say, io) => {
    const status = await io.tool(gitStatus, {});
    if (!status.repository && status.why !== 'bare') return say.refused(explain(status));
    const told = await io.tool(gitBranches, {});
    if (!told.repository) return say.refused(explain(told));
    const branches = openBranches(told);
    const files = status.repository ? status : null;
    const summary = describeProgress(files, branches, told);
    if (summary === '')
      return say['all-done']({
        summary: files !== null && files.head === null ? NO_COMMIT : ALL_DONE,
      });
    return say.reported({
      summary,
      branch: told.current,
      uncommitted: files?.counts ?? { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 },
      conflicts: files?.entries.filter(({ conflict }) => conflict).map(({ path }) => path) ?? [],
      stashes: files?.stashes ?? 0,
      branches,
      truncated: told.truncated || (files?.truncated ?? false),
    });
  },
  examples: [
    {
      ask: 'What is still in progress in this project?',
      input: { text: 'What is still in progress in this project?' },
      says: {
        reported: {
          summary:
            '**In this folder** (1)\n- Uncommitted files: 1 changed and not staged\n' +
            '**Branches not merged into `main`** (1)\n- `feature/search`: 2 commits ahead; ' +
            'last 2026-03-02 by Bo Li: Index titles',
          branch: 'main',
          uncommitted: { staged: 0, unstaged: 1, untracked: 0, conflicts: 0 },
          conflicts: [],
          stashes: 0,
          branches: [
            {
              name: 'feature/search',
              ahead: 2,
              behind: 0,
              author: 'Bo Li',
              date: '2026-03-02T09:00:00+01:00',
              subject: 'Index titles',
              stale: false,
            },
          ],
          truncated: false,
        },
      },
    },
    {
      ask: 'Is anything left unmerged or uncommitted?',
      input: { text: 'Is anything left unmerged or uncommitted?' },
      says: { 'all-done': { summary: ALL_DONE } },
    },
    {
      ask: 'Which branches are open here?',
      input: { text: 'Which branches are open here?' },
      says: {
        refused: {
          reason: 'This folder is not the root of a git repository.',
          needs: 'a folder that holds a repository of its own',
        },
      },
    },
  ],
  asks: [
    'Which branches have not been merged yet?',
    'Do I have uncommitted changes?',
    'What was I working on?',
    'Are there stale branches that could be deleted?',
    'Show me merge conflicts that are not resolved',
    'Did I forget a stash?',
    'How far is each branch ahead or behind main?',
    'What unfinished work is lying around?',
  ],
});
