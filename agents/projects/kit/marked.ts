import type { Io } from 'nova-agents';
import { counted, explain, gitAuthors, listFiles, readFile, searchText } from 'nova-agents/tools';
import * as z from 'zod';
import { describeIssues } from './issue-report.ts';
import { byPlace, isIssueFile, markersIn, MARKERS, readIssueFile, type Issue } from './issues.ts';

const MAX_MATCHES = 1000;
const MAX_ISSUES = 500;
const MAX_ISSUE_FILES = 10;
const MAX_FILES = 5000;
const MAX_FILE_BYTES = 200_000;
/** As many as the tool looks up. */
const MAX_OWNED = 200;

export const issueTools = [listFiles, searchText, readFile, gitAuthors] as const;

/** What is marked or written down as open. */
export const Issues = z.strictObject({
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
type Issues = z.output<typeof Issues>;

/** What no schema can say: all that is counted is listed. */
export function miscounted({ issues, counts }: Issues): string | undefined {
  const listed = counts.marked + counts.written;
  return listed === issues.length ? undefined : `${listed} are counted, ${issues.length} listed`;
}

/** The issues with who wrote them, where nobody is named. */
async function withOwners(io: Io<typeof issueTools>, issues: readonly Issue[]) {
  const unowned = issues.filter(({ owner }) => owner === null).slice(0, MAX_OWNED);
  const lines = unowned.map(({ path, line }) => ({ path, line }));
  const told = lines.length === 0 ? null : await io.tool(gitAuthors, { lines });
  const authors = told?.repository ? told.authors : [];
  const owned = issues.map((issue) => {
    const at = unowned.indexOf(issue);
    return { ...issue, owner: issue.owner ?? authors[at]?.author ?? null };
  });
  return { owned, ownersKnown: told === null || told.repository };
}

/** Looks for markers and written issues; null where there are none. */
export async function lookAtIssues(io: Io<typeof issueTools>) {
  const endings = ['.md', '.markdown', '.txt'];
  const listed = await io.tool(listFiles, { endings, maxFiles: MAX_FILES });
  if (!listed.folder) return explain(listed);
  const search = await io.tool(searchText, { words: [...MARKERS], maxMatches: MAX_MATCHES });
  if (!search.folder) return explain(search);
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
    const rest = truncated ? ' Not the whole project was read.' : '';
    const searched = counted(search.searched, 'text file');
    return {
      found: null,
      summary: `No marker and no written issue is open in ${searched}.${rest}`,
    };
  }
  const { owned, ownersKnown } = await withOwners(io, issues);
  const marked = owned.filter(({ kind }) => kind !== 'issue').length;
  const counts = { marked, written: owned.length - marked, done };
  const found: Issues = { issues: owned, counts, truncated };
  return { found, summary: describeIssues(owned, done, { truncated, ownersKnown }) };
}
