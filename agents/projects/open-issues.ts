import { Ask, defineAgent } from 'nova-agents';
import { counted, explain, gitAuthors, listFiles, readFile, searchText } from 'nova-agents/tools';
import * as z from 'zod';
import { describeIssues } from './kit/issue-report.ts';
import {
  byPlace,
  isIssueFile,
  markersIn,
  MARKERS,
  readIssueFile,
  type Issue,
} from './kit/issues.ts';

const MAX_MATCHES = 1000;
const MAX_ISSUES = 500;
const MAX_ISSUE_FILES = 10;
const MAX_FILES = 5000;
const MAX_FILE_BYTES = 200_000;
/** As many as the tool looks up. */
const MAX_OWNED = 200;

const Found = z.strictObject({
  summary: z.string(),
  /** Sorted by place. */
  issues: z
    .array(
      z.strictObject({
        kind: z.enum([...MARKERS, 'issue']),
        path: z.string().min(1),
        line: z.int().min(1),
        text: z.string(),
        owner: z.string().nullable(),
      }),
    )
    .min(1)
    .max(MAX_ISSUES),
  counts: z.strictObject({ marked: z.int(), written: z.int(), done: z.int() }),
  truncated: z.boolean(),
});

const marked = {
  kind: 'TODO' as const,
  path: 'src/cart.ts',
  line: 12,
  text: 'round once',
  owner: 'Bo Li',
};
const found = {
  summary: '**TODO and HACK** (1)\n- `src/cart.ts:12` TODO: round once — Bo Li\nOwners: Bo Li 1',
  issues: [marked],
  counts: { marked: 1, written: 0, done: 0 },
  truncated: false,
};

/** Finds what is marked or written down as open in a project. */
export const openIssues = defineAgent({
  id: 'open-issues',
  version: 1,
  does: 'Finds open issues in the project: TODO, FIXME, HACK and XXX comments, TODO.md and issue files, and who wrote them.',
  doesNot: {
    'telling uncommitted files and branches that are not merged': 'work-in-progress',
    'finding packages that are unused or missing': 'dependencies',
    'finding secrets or dangerous changes': 'risky-changes',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'an issue is told without its place',
      caughtBy: 'outcome',
      example: { found: { ...found, issues: [{ ...marked, line: 0 }] } },
    },
    {
      when: 'the counts do not follow from the list',
      caughtBy: 'check',
      example: {
        ask: 'What is open?',
        input: { text: 'What is open?' },
        says: { found: { ...found, counts: { marked: 3, written: 0, done: 0 } } },
      },
    },
  ],
  input: Ask,
  outcomes: {
    found: Found,
    'none-found': z.strictObject({ summary: z.string(), searched: z.int().min(0) }),
  },
  tools: [listFiles, searchText, readFile, gitAuthors],
  limits: { maxTurns: 20, maxRepairs: 0, deadlineMs: 200_000, maxTokens: 0 },
  act: async (_, say, io) => {
    const endings = ['.md', '.markdown', '.txt'];
    const listed = await io.tool(listFiles, { endings, maxFiles: MAX_FILES });
    if (!listed.folder) return say.refused(explain(listed));
    const search = await io.tool(searchText, { words: [...MARKERS], maxMatches: MAX_MATCHES });
    if (!search.folder) return say.refused(explain(search));
    const files = listed.files.filter(({ path, link }) => !link && isIssueFile(path));
    let truncated = listed.truncated || search.truncated || files.length > MAX_ISSUE_FILES;
    const written: Issue[] = [];
    let done = 0;
    for (const { path } of files.slice(0, MAX_ISSUE_FILES)) {
      const file = await io.tool(readFile, { path, maxBytes: MAX_FILE_BYTES });
      if (!file.read) continue;
      const issues = readIssueFile(path, file.text);
      written.push(...issues.open);
      done += issues.done;
      truncated ||= file.truncated;
    }
    const all = [...markersIn(search.matches, isIssueFile), ...written].toSorted(byPlace);
    const issues = all.slice(0, MAX_ISSUES);
    truncated ||= issues.length < all.length;
    if (issues.length === 0) {
      const searched = counted(search.searched, 'text file');
      const rest = truncated ? ' Not the whole project was read.' : '';
      const summary = `No marker and no written issue is open in ${searched}.${rest}`;
      return say['none-found']({ summary, searched: search.searched });
    }
    const unowned = issues.filter(({ owner }) => owner === null).slice(0, MAX_OWNED);
    const lines = unowned.map(({ path, line }) => ({ path, line }));
    const told = lines.length === 0 ? null : await io.tool(gitAuthors, { lines });
    const authors = told?.repository ? told.authors : [];
    const owned = issues.map((issue) => {
      const at = unowned.indexOf(issue);
      return { ...issue, owner: issue.owner ?? authors[at]?.author ?? null };
    });
    const ownersKnown = told === null || told.repository;
    const marks = owned.filter(({ kind }) => kind !== 'issue').length;
    return say.found({
      summary: describeIssues(owned, done, { truncated, ownersKnown }),
      issues: owned,
      counts: { marked: marks, written: owned.length - marks, done },
      truncated,
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'found') return undefined;
    const { issues, counts } = value as z.output<typeof Found>;
    const listed = counts.marked + counts.written;
    return listed === issues.length ? undefined : `${listed} are counted, ${issues.length} listed`;
  },
  examples: [
    {
      ask: 'Which TODOs are left in the code?',
      input: { text: 'Which TODOs are left in the code?' },
      says: { found },
    },
    {
      ask: 'Are there any FIXME comments?',
      input: { text: 'Are there any FIXME comments?' },
      says: {
        'none-found': {
          summary: 'No marker and no written issue is open in 42 text files.',
          searched: 42,
        },
      },
    },
    {
      ask: 'List the open issues and who owns them',
      input: { text: 'List the open issues and who owns them' },
      says: {
        refused: { reason: 'The project folder does not exist.', needs: 'a folder that exists' },
      },
    },
  ],
  asks: [
    'What still has to be done according to the code comments?',
    'Find all HACK and XXX markers',
    'What is on the todo list of this project?',
    'Who wrote the most TODOs?',
    'Show the unchecked boxes in the issue files',
    'Which known bugs are written down?',
    'Collect the technical debt that people left notes about',
  ],
});
