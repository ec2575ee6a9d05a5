import { Ask, defineAgent } from 'nova-agents';
import * as z from 'zod';
import { askedFor } from './kit/asked-for.ts';
import { keptTools, lookAtOpen, Open } from './kit/kept.ts';
import { Issues, issueTools, lookAtIssues, miscounted } from './kit/marked.ts';
import { lookAtWork, Work, workTools } from './kit/work.ts';

/** Each null where it was not asked for, where there is none, or where it could not be looked at. */
const Reported = z.strictObject({
  summary: z.string().min(1),
  work: Work.nullable(),
  issues: Issues.nullable(),
  open: Open.nullable(),
});

const search = {
  name: 'feature/search',
  ahead: 2,
  behind: 0,
  author: 'Bo Li',
  date: '2026-03-02T09:00:00+01:00',
  subject: 'Index titles',
  stale: false,
};
const work = {
  branch: 'main',
  uncommitted: { staged: 0, unstaged: 1, untracked: 0, conflicts: 0 },
  conflicts: [],
  stashes: 0,
  branches: [search],
  truncated: false,
};
const marked = {
  kind: 'TODO' as const,
  path: 'src/cart.ts',
  line: 12,
  text: 'round once',
  owner: 'Bo Li',
};
const issues = {
  issues: [marked],
  counts: { marked: 1, written: 0, done: 0 },
  truncated: false,
};
const open = {
  decisions: [
    { text: 'Which tax rate for gift cards?', author: 'ada', since: '2026-03-02T09:00:00.000Z' },
  ],
  promises: [],
  truncated: false,
};
const summaries = {
  work:
    '**In this folder** (1)\n- Uncommitted files: 1 changed and not staged\n' +
    '**Branches not merged into `main`** (1)\n- `feature/search`: 2 commits ahead; ' +
    'last 2026-03-02 by Bo Li: Index titles',
  issues: '**TODO and HACK** (1)\n- `src/cart.ts:12` TODO: round once — Bo Li\nOwners: Bo Li 1',
  open: '**Open decisions** (1)\n- Which tax rate for gift cards? (ada, 2026-03-02)',
};
const nothing = { work: null, issues: null, open: null };

/** Tells where a project stands: what is begun, what is marked as open, what is decided or promised and not settled. */
export const workspaceKeeper = defineAgent({
  id: 'workspace-keeper',
  version: 1,
  does:
    'Tells where the project stands: unfinished work in progress (branches not merged, uncommitted files, conflicts, stashes), open issues ' +
    '(TODO, FIXME, HACK and XXX comments, TODO.md and issue files, and who wrote them), open decisions and promises.',
  doesNot: {
    'saying what changed since the last release': 'release-notes',
    'judging whether uncommitted or branch changes are dangerous': 'code-reviewer',
    'finding packages that are unused or missing': 'code-reviewer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a merged branch is told as open',
      caughtBy: 'outcome',
      example: {
        reported: {
          ...nothing,
          summary: '- `done`: 0 commits ahead',
          work: { ...work, branches: [{ ...search, ahead: 0 }] },
        },
      },
    },
    {
      when: 'an issue is told without its place',
      caughtBy: 'outcome',
      example: {
        reported: {
          ...nothing,
          summary: summaries.issues,
          issues: { ...issues, issues: [{ ...marked, line: 0 }] },
        },
      },
    },
    {
      when: 'the counts do not follow from the list',
      caughtBy: 'check',
      example: {
        ask: 'Which TODOs are open?',
        input: { text: 'Which TODOs are open?' },
        says: {
          reported: {
            ...nothing,
            summary: summaries.issues,
            issues: { ...issues, counts: { marked: 3, written: 0, done: 0 } },
          },
        },
      },
    },
    {
      when: 'it tells what nobody asked for',
      caughtBy: 'check',
      example: {
        ask: 'Which branches are open?',
        input: { text: 'Which branches are open?' },
        says: { reported: { ...nothing, summary: summaries.open, open } },
      },
    },
  ],
  releases: 'tenant',
  input: Ask,
  outcomes: { reported: Reported, 'all-done': z.strictObject({ summary: z.string().min(1) }) },
  tools: [...workTools, ...issueTools, ...keptTools],
  limits: { maxTurns: 28, maxRepairs: 0, deadlineMs: 300_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const wanted = askedFor(text);
    const told = {
      work: wanted.work ? await lookAtWork(io) : undefined,
      issues: wanted.issues ? await lookAtIssues(io) : undefined,
      open: wanted.open ? await lookAtOpen(io) : undefined,
    };
    const parts = Object.values(told).filter((part) => part !== undefined);
    const refusals = parts.filter((part) => 'reason' in part);
    const [refusal] = refusals;
    // What the memory knows is no state of a project whose files cannot be looked at.
    const isBlind = refusals.length === Number(wanted.work) + Number(wanted.issues);
    if (refusal !== undefined && isBlind) return say.refused(refusal);
    const summary = parts
      .map((part) => ('reason' in part ? part.reason : part.summary))
      .join('\n\n');
    const found = {
      work: told.work && 'found' in told.work ? told.work.found : null,
      issues: told.issues && 'found' in told.issues ? told.issues.found : null,
      open: told.open?.found ?? null,
    };
    if (refusals.length === 0 && Object.values(found).every((one) => one === null))
      return say['all-done']({ summary });
    return say.reported({ summary, ...found });
  },
  check: ({ text }, { outcome, value }) => {
    if (outcome !== 'reported') return undefined;
    const { issues: listed, work: begun, open: kept } = value as z.output<typeof Reported>;
    const wanted = askedFor(text);
    if ((begun && !wanted.work) || (listed && !wanted.issues) || (kept && !wanted.open))
      return 'it tells what was not asked for';
    return listed === null ? undefined : miscounted(listed);
  },
  examples: [
    {
      ask: 'What is still in progress in this project?',
      input: { text: 'What is still in progress in this project?' },
      says: { reported: { ...nothing, summary: summaries.work, work } },
    },
    {
      ask: 'Which TODOs are left in the code?',
      input: { text: 'Which TODOs are left in the code?' },
      says: { reported: { ...nothing, summary: summaries.issues, issues } },
    },
    {
      ask: 'Tell me the state of the project',
      input: { text: 'Tell me the state of the project' },
      says: {
        reported: { summary: Object.values(summaries).join('\n\n'), work, issues, open },
      },
    },
    {
      ask: 'Is anything left unmerged or uncommitted?',
      input: { text: 'Is anything left unmerged or uncommitted?' },
      says: { 'all-done': { summary: 'Nothing is in progress: all is committed and merged.' } },
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
    'Are there any FIXME comments?',
    'List the open issues and who owns them',
    'What still has to be done according to the code comments?',
    'Find all HACK and XXX markers',
    'What is on the todo list of this project?',
    'Who wrote the most TODOs?',
    'Show the unchecked boxes in the issue files',
    'Which known bugs are written down?',
    'Collect the technical debt that people left notes about',
    'Which decisions are still open?',
    'What did we promise and not keep yet?',
    'Where does the project stand?',
    'What is half finished here?',
  ],
});
