import { defineAgent } from 'nova-agents';
import {
  bullets,
  commandsOf,
  inCode,
  inLine,
  readFile,
  runScript,
  SCRIPTS,
} from 'nova-agents/tools';
import * as z from 'zod';
import { failedTests, lastLines, scriptIn } from './kit/scripts.ts';

const MAX_MANIFEST_BYTES = 1_000_000;
const MS = 1000;
const MAX_POINTS = 20;

const told = {
  summary: z.string().min(1),
  script: z.enum(SCRIPTS),
  /** What was run, in order. */
  commands: z.array(z.string()).min(1),
  durationMs: z.int().min(0),
  lastLines: z.array(z.string()),
};
const Passed = z.strictObject({ ...told, exitCode: z.literal(0) });
const NotPassed = z.strictObject({
  ...told,
  /** Null where it was ended. */
  exitCode: z.int().nullable(),
  ended: z.enum(['exited', 'time', 'output']),
  /** As far as its output tells them. */
  failedTests: z.array(z.string()),
});

const passed = {
  summary: '`npm run test` passed in 1.2 s.',
  script: 'test' as const,
  commands: ['node --test'],
  durationMs: 1200,
  lastLines: ['# fail 0'],
  exitCode: 0 as const,
};
const NONE = {
  reason: 'The request names no script.',
  needs: `one of ${SCRIPTS.join(', ')}`,
};
const WHY = {
  'no-manifest': 'The project has no package.json that can be read.',
  changed: 'The scripts of package.json are not those that were approved.',
  'not-started': 'npm cannot be started on this machine.',
} as const;

/** Runs what a project says is its build, its tests and its checks. */
export const commandRunner = defineAgent({
  id: 'command-runner',
  version: 1,
  does:
    'Runs an allowed command of the project once a person has approved it: npm test, build, lint, check, format or typecheck; tells exit ' +
    'code, duration, last lines and which tests failed.',
  doesNot: {
    'finding packages that are unused or missing': 'code-reviewer',
    'judging whether a change is dangerous': 'code-reviewer',
    'writing release notes': 'release-notes',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a command that failed is said to have passed',
      caughtBy: 'outcome',
      example: { passed: { ...passed, exitCode: 1 } },
    },
    {
      when: 'another script is run than was asked for',
      caughtBy: 'check',
      example: {
        ask: 'A build instead of the tests',
        input: { text: 'Run the tests' },
        says: { passed: { ...passed, script: 'build' } },
      },
    },
  ],
  input: z.strictObject({ text: z.string().min(1) }),
  outcomes: { passed: Passed, 'not-passed': NotPassed },
  tools: [readFile, runScript],
  limits: { maxTurns: 4, maxRepairs: 0, deadlineMs: 700_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const asked = scriptIn(text);
    if (asked === undefined) return say.refused(NONE);
    if ('other' in asked)
      return say.refused({
        reason: `${inCode(asked.other)} is not on the list.`,
        needs: NONE.needs,
      });
    const { script } = asked;
    const manifest = await io.tool(readFile, {
      path: 'package.json',
      maxBytes: MAX_MANIFEST_BYTES,
    });
    if (!manifest.read) return say.refused({ reason: WHY['no-manifest'], needs: 'a package.json' });
    const commands = commandsOf(manifest.text, script);
    if (commands.length === 0)
      return say.refused({
        reason: `package.json has no script ${inCode(script)}.`,
        needs: 'a script of that name',
      });
    const run = await io.tool(runScript, { script, commands });
    if (!run.ran) return say.refused({ reason: WHY[run.why], needs: 'a project that npm can run' });
    const { exitCode, ended, durationMs, printed } = run;
    const shared = { script, commands, durationMs, lastLines: lastLines(printed) };
    const command = inCode(`npm run ${script}`);
    const seconds = `${(durationMs / MS).toFixed(1)} s`;
    if (exitCode === 0 && ended === 'exited')
      return say.passed({ ...shared, exitCode, summary: `${command} passed in ${seconds}.` });
    const failed = failedTests(printed);
    const how = {
      exited: exitCode === null ? 'was ended by a signal' : `failed with exit code ${exitCode}`,
      time: 'was ended, as it took too long,',
      output: 'was ended, as it printed too much,',
    }[ended];
    const last = shared.lastLines.map((line) => inLine(line)).filter((line) => line !== '');
    const summary = [
      `${command} ${how} after ${seconds}.`,
      ...bullets(
        'Failed tests',
        failed.map((name) => inCode(name)),
        MAX_POINTS,
      ),
      ...bullets('Last lines', last, MAX_POINTS),
    ].join('\n');
    return say['not-passed']({ ...shared, exitCode, ended, failedTests: failed, summary });
  },
  check: ({ text }, { outcome, value }) => {
    if (outcome !== 'passed' && outcome !== 'not-passed') return undefined;
    const asked = scriptIn(text);
    const { script } = value as z.output<typeof Passed>;
    return asked !== undefined && 'script' in asked && asked.script === script
      ? undefined
      : `${script} was not asked for`;
  },
  examples: [
    { ask: 'Run the tests', input: { text: 'Run the tests' }, says: { passed } },
    {
      ask: 'Run npm run lint',
      input: { text: 'Run npm run lint' },
      says: {
        'not-passed': {
          ...passed,
          summary: '`npm run lint` failed with exit code 1 after 1.2 s.',
          script: 'lint',
          commands: ['oxlint'],
          exitCode: 1,
          ended: 'exited',
          failedTests: [],
        },
      },
    },
    {
      ask: 'Run npm publish',
      input: { text: 'Run npm publish' },
      says: { refused: { reason: '`publish` is not on the list.', needs: NONE.needs } },
    },
  ],
  asks: [
    'Does the build pass?',
    'Execute the test suite and tell me which tests failed',
    'Run npm test',
    'Run the type check',
    'Does the linter complain?',
    'Build the project',
    'Do all tests pass?',
    'Run the unit tests',
  ],
});
