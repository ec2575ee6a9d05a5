import { defineAgent } from 'nova-agents';
import { redact } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { changeTools, Changes, lookAtChanges } from './kit/changes.ts';
import { contradiction, lookAtPackages, Packages, packageTools } from './kit/packages.ts';
import { foreign, positionFault, positionOn } from '../positions.ts';
import { graveOf, topicsOf } from './kit/review.ts';

const NOT_READ = 'What is committed and merged already was not read.';
const UNCHANGED = `Nothing is changed or waits to be merged. ${NOT_READ}`;

const Reviewed = z.strictObject({
  summary: z.string().min(1),
  /** Null where they were not asked about, or could not be looked at. */
  changes: Changes.nullable(),
  packages: Packages.nullable(),
});

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
const changes = {
  findings: [secret, lockChange],
  files: 4,
  branches: ['feature/upload'],
  truncated: false,
};
const unused = {
  kind: 'unused' as const,
  name: 'left-pad',
  path: 'package.json',
  line: 9,
  why: 'is declared, and neither imported nor named anywhere else',
};
const packages = {
  findings: [unused],
  uncertain: [],
  manifests: 1,
  declared: 4,
  truncated: false,
};
const risky = {
  summary:
    '**Risky changes**: 2 findings, 4 changed files in the folder and on 1 branch\n' +
    '**Secrets** (1)\n- `src/upload.ts:3` holds what looks like a secret (aws-access-key), ' +
    'seal 9f2c51d0ab34 (on `feature/upload`)\n' +
    '**Lock files** (1)\n- `package-lock.json:40` decides what is installed, and is rarely read',
  changes,
  packages: null,
};
const idle = {
  summary:
    '**Dependencies**: 1 finding, 4 packages declared in 1 manifest\n' +
    '**Declared and not used** (1)\n- `left-pad` is declared, and neither imported nor named anywhere else (`package.json:9`)',
  changes: null,
  packages,
};
const looked = [
  { kind: 'looked' as const, what: 'changed files', count: 4 },
  { kind: 'looked' as const, what: 'branches', count: 1 },
  { kind: 'looked' as const, what: 'manifests', count: 1 },
];
const accept = { text: 'May the upload be merged?', decision: 'change-acceptance' as const };

/** Points at changes and packages that a person should look at, and says whether a change may go on. */
export const codeReviewer = defineAgent({
  id: 'code-reviewer',
  version: 1,
  does:
    'Reviews the risky changes that are not committed or not merged (secrets, large deletions, database drops, pipeline, access, lock and ' +
    'binary files), and dependencies in package.json and package-lock.json: unused, missing, not pinned, duplicated, out of step.',
  doesNot: {
    'telling which branches are open, without judging them': 'workspace-keeper',
    'telling what was released': 'release-notes',
    'finding TODO comments': 'workspace-keeper',
    'finding duplicated code and functions that are too long': 'refactorer',
    'finding what no test covers': 'test-writer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a risk is told without a reason',
      caughtBy: 'outcome',
      example: {
        reviewed: { ...risky, changes: { ...changes, findings: [{ ...lockChange, why: '' }] } },
      },
    },
    {
      when: 'the answer itself holds a secret',
      caughtBy: 'check',
      example: {
        ask: 'Did I leak a key?',
        input: { text: 'Did I leak a key?' },
        // Put together here, so that no scanner takes this file for a leak.
        says: { reviewed: { ...risky, summary: ['- AKIA', 'QY7ZBM2XK4RTWE3P'].join('') } },
      },
    },
    {
      when: 'a package that is imported and undeclared is called unused too',
      caughtBy: 'check',
      example: {
        ask: 'Are all packages used?',
        input: { text: 'Are all packages used?' },
        says: {
          reviewed: {
            ...idle,
            packages: { ...packages, findings: [unused, { ...unused, kind: 'missing' }] },
          },
        },
      },
    },
    {
      when: 'it goes on in spite of what it found',
      caughtBy: 'check',
      example: {
        ask: 'A secret that is waved through',
        input: accept,
        says: {
          proceed: {
            why: 'it is small',
            evidence: [
              { kind: 'fault', path: 'a.ts', line: 1, rule: 'secret', about: '', why: 'a key' },
            ],
          },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: {
    reviewed: Reviewed,
    unchanged: z.strictObject({ summary: z.string() }),
    ...goAhead.positions,
  },
  tools: [...changeTools, ...packageTools],
  limits: { maxTurns: 46, maxRepairs: 0, deadlineMs: 400_000, maxTokens: 0 },
  act: async (asked, say, io) => {
    const other = foreign(asked, 'change-acceptance');
    if (other !== undefined) return say.refused(other);
    const isPosition = asked.decision !== undefined;
    const topics = isPosition ? { changes: true, packages: true } : topicsOf(asked.text);
    const seen = topics.changes ? await lookAtChanges(io) : undefined;
    const held = topics.packages ? await lookAtPackages(io) : undefined;
    const diff = seen !== undefined && 'changes' in seen ? seen : undefined;
    const manifests = held !== undefined && 'packages' in held ? held : undefined;
    if (isPosition) {
      // A project without a package.json has no packages to be wrong about; changes that cannot be read are another matter.
      const gaps = [
        ...(seen !== undefined && 'reason' in seen ? [seen.reason] : []),
        ...(diff?.isNothing === true ? ['nothing is changed'] : []),
      ];
      const { choice, said } = positionOn(asked, {
        faults: graveOf(diff?.changes ?? null, manifests?.packages ?? null),
        gaps: [...(diff?.gaps ?? []), ...gaps.map((why) => ({ path: null, line: null, why }))],
        looked: [
          { what: 'changed files', count: diff?.changes.files ?? 0 },
          { what: 'branches', count: diff?.changes.branches.length ?? 0 },
          { what: 'manifests', count: manifests?.packages.manifests ?? 0 },
        ],
      });
      return say[choice](said);
    }
    const why = [seen, held].find((one) => one !== undefined && 'reason' in one);
    if (diff === undefined && manifests === undefined)
      return say.refused(why !== undefined && 'reason' in why ? why : { reason: NOT_READ });
    if (diff?.isNothing === true && manifests === undefined)
      return say.unchanged({ summary: UNCHANGED });
    const parts = [seen, held].flatMap((one) =>
      one === undefined
        ? []
        : [one === diff && diff.isNothing ? UNCHANGED : 'reason' in one ? one.reason : one.summary],
    );
    return say.reviewed({
      summary: parts.join('\n\n'),
      changes: diff?.changes ?? null,
      packages: manifests?.packages ?? null,
    });
  },
  check: (asked, said) => {
    const text = JSON.stringify(said.value, null, 1);
    if (redact(text) !== text) return 'the answer holds what looks like a secret';
    const { packages: told } = said.value as Partial<z.output<typeof Reviewed>>;
    return positionFault(asked, said) ?? (told ? contradiction(told) : undefined);
  },
  examples: [
    {
      ask: 'Are there risky changes waiting to be merged?',
      input: { text: 'Are there risky changes waiting to be merged?' },
      says: { reviewed: risky },
    },
    {
      ask: 'Did I leave a secret in my changes?',
      input: { text: 'Did I leave a secret in my changes?' },
      says: { unchanged: { summary: UNCHANGED } },
    },
    {
      ask: 'Are there unused dependencies in this project?',
      input: { text: 'Are there unused dependencies in this project?' },
      says: { reviewed: idle },
    },
    {
      ask: 'May this change be accepted as far as a code review can say?',
      input: accept,
      says: {
        hold: {
          why: '1 fault, 0 gaps: `src/upload.ts:3` holds what looks like a secret (aws-access-key).',
          evidence: [
            {
              kind: 'fault',
              path: 'src/upload.ts',
              line: 3,
              rule: 'secret',
              about: 'feature/upload',
              why: 'holds what looks like a secret (aws-access-key)',
            },
            ...looked,
          ],
        },
      },
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
    'Are credentials or tokens leaked in my commits?',
    'Does any branch drop a database table?',
    'Which changes touch the CI pipeline or authentication?',
    'Did somebody delete a lot of code?',
    'What should a reviewer look at first?',
    'Review my uncommitted changes for danger',
    'Are binaries or lock files changed?',
    'Does the lock file fit package.json?',
    'Check our npm packages',
    'Which packages do we import without declaring them?',
    'Which dependencies are not pinned?',
    'Do we have duplicate versions of a library installed?',
    'Is package-lock.json up to date?',
    'Is our package.json broken?',
    'Which libraries can I remove?',
    'Review the dependencies of all workspaces',
    'Do a code review of what I have done',
  ],
});
