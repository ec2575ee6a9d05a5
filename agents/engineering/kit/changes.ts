import type { Io } from 'nova-agents';
import { explain, gitBranches, gitDiff, type Branches, type Diff } from 'nova-agents/tools';
import * as z from 'zod';
import { Place } from '../contracts.ts';
import type { Gap } from '../../positions.ts';
import { describeRisks } from './risk-report.ts';
import { byRisk, isLockFile, judgeFile, RISKS, type Finding } from './risks.ts';

const MAX_BRANCHES = 8;
const MAX_FINDINGS = 300;

export const changeTools = [gitDiff, gitBranches] as const;

/** What was found in what is not committed or not merged. */
export const Changes = z.strictObject({
  /** The gravest first. */
  findings: z
    .array(
      Place.extend({
        risk: z.enum(RISKS),
        /** Null for the files of the folder. */
        branch: z.string().nullable(),
        why: z.string().min(1),
        /** Of a secret: tells two apart, and says nothing of them. */
        seal: z.string().nullable(),
      }),
    )
    .max(MAX_FINDINGS),
  files: z.int().min(0),
  branches: z.array(z.string()).max(MAX_BRANCHES),
  truncated: z.boolean(),
});
export type Changes = z.output<typeof Changes>;

interface Look {
  readonly findings: Finding[];
  readonly branches: string[];
  /** What of it was not read, as far as that can be said. */
  readonly gaps: Gap[];
  files: number;
  truncated: boolean;
}

const unread = (path: string | null, why: string): Gap => ({ path, line: null, why });

/** What of a diff cannot be judged. A lock file is judged by its name, however long it is. */
export function gapsOf({ files, truncated }: Diff): Gap[] {
  const cut = files.filter((file) => file.truncated);
  const gaps = cut
    .filter(({ path, change }) => !isLockFile(path) && change !== 'deleted')
    .map(({ path }) => unread(path, 'the change is larger than was read'));
  return truncated && cut.length === 0
    ? [...gaps, unread(null, 'there are more changes than were read')]
    : gaps;
}

function take(look: Look, diff: Diff, branch: string | null): void {
  look.files += diff.files.length;
  look.truncated ||= diff.truncated;
  look.gaps.push(...gapsOf(diff));
  look.findings.push(...diff.files.flatMap((file) => judgeFile(file, branch)));
}

/** Looks at the branches that are not merged, the newest first. */
async function takeBranches(io: Io<typeof changeTools>, told: Branches, look: Look): Promise<void> {
  const open = told.branches.filter(({ ahead }) => (ahead ?? 0) > 0);
  look.truncated ||= told.truncated || open.length > MAX_BRANCHES;
  if (told.truncated) look.gaps.push(unread(null, 'there are more branches than are listed'));
  for (const { name } of open.slice(MAX_BRANCHES))
    look.gaps.push(unread(null, `the branch ${name} was not read`));
  for (const { name, head } of open.slice(0, MAX_BRANCHES)) {
    const base = told.default?.head ?? head;
    const diff = await io.tool(gitDiff, { of: 'branch', base, branch: head });
    if (!diff.repository || diff.unknownRef !== null) {
      look.truncated = true;
      look.gaps.push(unread(null, `the branch ${name} cannot be read`));
      continue;
    }
    look.branches.push(name);
    take(look, diff, name);
  }
}

/** Judges what is not committed and what is not merged; a refusal where there is no repository to ask. */
export async function lookAtChanges(io: Io<typeof changeTools>): Promise<
  | {
      readonly summary: string;
      readonly changes: Changes;
      readonly gaps: readonly Gap[];
      /** Nothing is changed, and nothing was left out. */
      readonly isNothing: boolean;
    }
  | ReturnType<typeof explain>
> {
  const look: Look = { findings: [], branches: [], gaps: [], files: 0, truncated: false };
  const work = await io.tool(gitDiff, { of: 'files' });
  if (!work.repository && work.why !== 'bare') return explain(work);
  if (work.repository) take(look, work, null);
  const told = await io.tool(gitBranches, {});
  if (!told.repository) return explain(told);
  await takeBranches(io, told, look);
  const findings = look.findings.toSorted(byRisk);
  const truncated = look.truncated || findings.length > MAX_FINDINGS;
  const notes = [
    ...(truncated
      ? ['The changes are larger than was read: what is not told here may be risky too.']
      : []),
    ...(told.shallow ? ['Part of the history is not here, so that branches may look larger.'] : []),
  ];
  const { files, branches, gaps } = look;
  return {
    summary: describeRisks(findings, { files, branches, notes }),
    changes: { findings: findings.slice(0, MAX_FINDINGS), files, branches, truncated },
    gaps,
    isNothing: files === 0 && !truncated,
  };
}
