import type { Io } from 'nova-agents';
import { explain, gitBranches, gitStatus } from 'nova-agents/tools';
import * as z from 'zod';
import { describeProgress, openBranches } from './progress.ts';

const MAX_BRANCHES = 100;
const ALL_DONE = 'Nothing is in progress: all is committed and merged.';
const NO_COMMIT = 'Nothing is in progress: there is no commit yet, and no file.';

export const workTools = [gitStatus, gitBranches] as const;

/** What is begun and not finished in a repository. */
export const Work = z.strictObject({
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
  branches: z
    .array(
      z.strictObject({
        name: z.string(),
        /** Commits that the default branch lacks, and that it has more. */
        ahead: z.int().min(1),
        behind: z.int().min(0),
        author: z.string(),
        date: z.string(),
        subject: z.string(),
        /** Its last commit is over 30 days older than the newest of the project. */
        stale: z.boolean(),
      }),
    )
    .max(MAX_BRANCHES),
  truncated: z.boolean(),
});

/** Looks what is not committed or not merged; null where all is done. */
export async function lookAtWork(io: Io<typeof workTools>) {
  const status = await io.tool(gitStatus, {});
  if (!status.repository && status.why !== 'bare') return explain(status);
  const told = await io.tool(gitBranches, {});
  if (!told.repository) return explain(told);
  const branches = openBranches(told);
  const files = status.repository ? status : null;
  const summary = describeProgress(files, branches, told);
  if (summary === '')
    return { found: null, summary: files !== null && files.head === null ? NO_COMMIT : ALL_DONE };
  const found: z.output<typeof Work> = {
    branch: told.current,
    uncommitted: files?.counts ?? { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 },
    conflicts: files?.entries.filter(({ conflict }) => conflict).map(({ path }) => path) ?? [],
    stashes: files?.stashes ?? 0,
    branches,
    truncated: told.truncated || (files?.truncated ?? false),
  };
  return { found, summary };
}
