import { Ask, defineAgent, type Io } from 'nova-agents';
import { explain, gitBranches, gitDiff, redact, type Branches, type Diff } from 'nova-agents/tools';
import * as z from 'zod';
import { Place } from './contracts.ts';
import { describeRisks } from './kit/risk-report.ts';
import { byRisk, judgeFile, RISKS, type Finding } from './kit/risks.ts';

const MAX_BRANCHES = 8;
const MAX_FINDINGS = 300;
const NOT_READ = 'What is committed and merged already was not read.';

const tools = [gitDiff, gitBranches] as const;

const Judged = z.strictObject({
  summary: z.string(),
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

interface Look {
  readonly findings: Finding[];
  readonly branches: string[];
  files: number;
  truncated: boolean;
}

function take(look: Look, diff: Diff, branch: string | null): void {
  look.files += diff.files.length;
  look.truncated ||= diff.truncated;
  look.findings.push(...diff.files.flatMap((file) => judgeFile(file, branch)));
}

/** Looks at the branches that are not merged, the newest first. */
async function takeBranches(io: Io<typeof tools>, told: Branches, look: Look): Promise<void> {
  const open = told.branches.filter(({ ahead }) => (ahead ?? 0) > 0);
  look.truncated ||= told.truncated || open.length > MAX_BRANCHES;
  for (const { name, head } of open.slice(0, MAX_BRANCHES)) {
    const diff = await io.tool(gitDiff, {
      of: 'branch',
      base: told.default?.head ?? head,
      branch: head,
    });
    if (!diff.repository) continue;
    look.branches.push(name);
    take(look, diff, name);
  }
}

const lockChange = {
  risk: 'lock-file' as const,
  branch: null,
  path: 'package-lock.json',
  line: 40,
  why: 'decides what is installed, and is rarely read',
  seal: null,
};
const secret = {
  risk: 'secret' as const,
  branch: 'feature/upload',
  path: 'src/upload.ts',
  line: 3,
  why: 'holds what looks like a secret (aws-access-key)',
  seal: '9f2c51d0ab34',
};
const judged = {
  summary:
    '**Risky changes**: 2 findings, 4 changed files in the folder and on 1 branch\n' +
    '**Secrets** (1)\n- `src/upload.ts:3` holds what looks like a secret (aws-access-key), ' +
    'seal 9f2c51d0ab34 (on `feature/upload`)\n' +
    '**Lock files** (1)\n- `package-lock.json:40` decides what is installed, and is rarely read',
  findings: [secret, lockChange],
  files: 4,
  branches: ['feature/upload'],
  truncated: false,
};

/** Points at changes that a person should look at before they are merged. */
export const riskyChanges = defineAgent({
  id: 'risky-changes',
  version: 1,
  does: 'Points at dangerous changes that are not committed or not merged: secrets, large deletions, database drops, pipeline, access, lock and binary files.',
  doesNot: {
    'telling which branches are open, without judging them': 'work-in-progress',
    'checking whether packages are used and pinned': 'dependencies',
    'telling what was released': 'release-notes',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a risk is told without a reason',
      caughtBy: 'outcome',
      example: { judged: { ...judged, findings: [{ ...lockChange, why: '' }] } },
    },
    {
      when: 'the answer itself holds a secret',
      caughtBy: 'check',
      example: {
        ask: 'Did I leak a key?',
        input: { text: 'Did I leak a key?' },
        // Put together here, so that no scanner takes this file for a leak.
        says: { judged: { ...judged, summary: ['- AKIA', 'QY7ZBM2XK4RTWE3P'].join('') } },
      },
    },
  ],
  input: Ask,
  outcomes: { judged: Judged, unchanged: z.strictObject({ summary: z.string() }) },
  tools,
  limits: { maxTurns: 16, maxRepairs: 0, deadlineMs: 300_000, maxTokens: 0 },
  act: async (_, say, io) => {
    const look: Look = { findings: [], branches: [], files: 0, truncated: false };
    const work = await io.tool(gitDiff, { of: 'files' });
    if (!work.repository && work.why !== 'bare') return say.refused(explain(work));
    if (work.repository) take(look, work, null);
    const told = await io.tool(gitBranches, {});
    if (!told.repository) return say.refused(explain(told));
    await takeBranches(io, told, look);
    if (look.files === 0 && !look.truncated)
      return say.unchanged({ summary: `Nothing is changed or waits to be merged. ${NOT_READ}` });
    const findings = look.findings.toSorted(byRisk);
    const truncated = look.truncated || findings.length > MAX_FINDINGS;
    const notes = [
      ...(truncated
        ? ['The changes are larger than was read: what is not told here may be risky too.']
        : []),
      ...(told.shallow
        ? ['Part of the history is not here, so that branches may look larger.']
        : []),
    ];
    const { files, branches } = look;
    return say.judged({
      summary: describeRisks(findings, { files, branches, notes }),
      findings: findings.slice(0, MAX_FINDINGS),
      files,
      branches,
      truncated,
    });
  },
  check: (_, { value }) => {
    const text = JSON.stringify(value, null, 1);
    return redact(text) === text ? undefined : 'the answer holds what looks like a secret';
  },
  examples: [
    {
      ask: 'Are there risky changes waiting to be merged?',
      input: { text: 'Are there risky changes waiting to be merged?' },
      says: { judged },
    },
    {
      ask: 'Did I leave a secret in my changes?',
      input: { text: 'Did I leave a secret in my changes?' },
      says: { unchanged: { summary: `Nothing is changed or waits to be merged. ${NOT_READ}` } },
    },
    {
      ask: 'Is it safe to merge the open branches?',
      input: { text: 'Is it safe to merge the open branches?' },
      says: {
        refused: {
          reason: 'This folder is not the root of a git repository.',
          needs: 'a folder that holds a repository of its own',
        },
      },
    },
  ],
  asks: [
    'Check my diff for passwords and API keys',
    'Does any branch drop a database table?',
    'Which changes touch the CI pipeline or authentication?',
    'Did somebody delete a lot of code?',
    'What should a reviewer look at first?',
    'Review my uncommitted changes for danger',
    'Are binaries or lock files changed?',
  ],
});
