import { defineAgent } from 'nova-agents';
import { gitBranches, gitDiff, inCode, listFiles, searchText } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { coverageTools, describeCoverage, lookAtCoverage, untestedChange } from './kit/coverage.ts';
import { foreign, positionFault, positionOn } from '../positions.ts';
import { isTest } from './kit/syntax.ts';

const MAX_PIECES = 300;
const WRITING = /\b(?:write|draft|add|create|generate)\b/i;
const NO_MODEL = 'A test is written by a model alone; these are the pieces that it would be for.';

const Piece = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  /** Null for code of a file that it gives to nobody. */
  name: z.string().nullable(),
});
const Untested = z.strictObject({
  summary: z.string().min(1),
  scope: z.enum(['paths', 'changes', 'project']),
  untested: z.array(Piece).min(1).max(MAX_PIECES),
  tested: z.int().min(0),
  /** Files of tests. */
  tests: z.int().min(0),
  truncated: z.boolean(),
});
const Written = z.strictObject({
  summary: z.string().min(1),
  /** Where the test would lie. */
  path: z.string().min(1),
  text: z.string().min(1),
  covers: z.array(Piece).min(1).max(MAX_PIECES),
});

const round = { path: 'src/cart.ts', line: 12, name: 'round' };
const untested = {
  summary:
    '**Tests**: of 3 pieces of the changed code no test names 1 (2 test files).\n' +
    '**Without a test** (1)\n- `src/cart.ts:12` `round`\n' +
    'Named is not covered: what the tests run is told by a coverage run alone.',
  scope: 'changes' as const,
  untested: [round],
  tested: 2,
  tests: 2,
  truncated: false,
};
const written = {
  summary: 'A test of `round` in `src/cart.ts`, for vitest as the tests beside it are.',
  path: 'test/cart.test.ts',
  text:
    "import { expect, test } from 'vitest';\nimport { round } from '../src/cart.ts';\n\n" +
    "test('rounds half a cent up', () => {\n  expect(round(0.005)).toBe(0.01);\n});\n",
  covers: [round],
};
const writing = { text: 'Write a test for round in src/cart.ts' };
const accept = { text: 'Is the change tested?', decision: 'change-acceptance' as const };

/** What a test must have: a name that test runners know, what it covers, and something that can fail. */
function faultOfTest({ path, text, covers }: z.output<typeof Written>): string | undefined {
  if (!isTest(path)) return `${inCode(path)} is no name that a test has`;
  const missing = covers.find(({ name }) => name !== null && !text.includes(name));
  if (missing) return `it is said to cover ${missing.name}, and does not name it`;
  if (!/\b(?:expect|assert\w*|should|t\.(?:is|deepEqual|throws))\b/.test(text))
    return 'it asserts nothing';
  return /\.(?:only|skip|todo)\b|\b(?:xit|xdescribe)\(/.test(text) ? 'it skips tests' : undefined;
}

/** Finds what no test names, and with a model writes the test. */
export const testWriter = defineAgent({
  id: 'test-writer',
  version: 1,
  does:
    'Finds exported functions, classes and changed code of a JavaScript or TypeScript project that no test names or imports (untested, ' +
    'without a test), and with a model writes a unit test for them.',
  doesNot: {
    'running unit tests': 'command-runner',
    'reviewing changes for secrets and danger': 'code-reviewer',
    'finding open branches and TODO comments': 'workspace-keeper',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'something untested is told without its place',
      caughtBy: 'outcome',
      example: { untested: { ...untested, untested: [{ ...round, line: 0 }] } },
    },
    {
      when: 'a test asserts nothing',
      caughtBy: 'check',
      example: {
        ask: 'A test that cannot fail',
        input: writing,
        says: { written: { ...written, text: "test('rounds', () => void round(1));\n" } },
      },
    },
    {
      when: 'a test does not touch what it is said to cover',
      caughtBy: 'check',
      example: {
        ask: 'A test of something else',
        input: writing,
        says: { written: { ...written, text: "test('adds', () => expect(add(1, 2)).toBe(3));\n" } },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: {
    untested: Untested,
    'all-tested': z.strictObject({ summary: z.string().min(1), tested: z.int().min(0) }),
    written: Written,
    ...goAhead.positions,
  },
  tools: [...coverageTools, gitDiff, gitBranches, listFiles, searchText],
  limits: { maxTurns: 20, maxRepairs: 2, deadlineMs: 300_000, maxTokens: 80_000 },
  instructions: ({ decision }) =>
    decision === undefined
      ? [
          'You find what of a JavaScript or TypeScript project no test names, and write the test for it.',
          'Look first: `git-diff` tells what is changed, `search-text` and `list-files` where the tests are and what they name; read the ' +
            'code that is to be tested, and one test beside it for its runner, its imports and its manner.',
          'Where a test is asked for, say `written`: one whole file in that manner, under a path where the runner finds it, with the ' +
            'pieces that it `covers`, each by path, line and name. It names each of them, asserts what the code promises at its borders ' +
            'and in its errors, can fail, skips nothing, needs no network, no clock and no file of this machine.',
          'Where only a list is asked for, say `untested` with each piece by place, or `all-tested`. Do not claim what you did not read.',
        ].join('\n')
      : [
          'You hold a position on whether a change may go on, by its tests alone.',
          'Look with `git-diff` what code is changed, and with `search-text` whether a test names or imports it.',
          'Say `proceed` where some of the changed code is named by a test, or no code is changed, with `looked` pieces as evidence and no ' +
            'other; `hold` where none of it is, with a `fault` for each changed piece (`rule`: untested), or a `gap` for what you could not read.',
        ].join('\n'),
  act: async (asked, say, io) => {
    const other = foreign(asked, 'change-acceptance');
    if (other !== undefined) return say.refused(other);
    const isPosition = asked.decision !== undefined;
    const told = await lookAtCoverage(io, asked, isPosition);
    if (isPosition) {
      const { choice, said } = positionOn(
        asked,
        'reason' in told
          ? {
              faults: [],
              gaps: [{ path: null, line: null, why: told.reason }],
              looked: [{ what: 'test files', count: 0 }],
            }
          : untestedChange(told),
      );
      return say[choice](said);
    }
    if ('reason' in told) return say.refused(told);
    const { scope, tested, tests } = told;
    if (tested + told.untested.length === 0)
      return say.refused({
        reason: `No code of JavaScript or TypeScript that could be tested was found in ${scope === 'changes' ? 'what is changed' : 'the project'}.`,
        needs: 'exported functions or classes, or the path of a file that has some',
      });
    const summary = describeCoverage(told);
    if (told.untested.length === 0) return say['all-tested']({ summary, tested });
    return say.untested({
      summary: WRITING.test(asked.text) ? `${summary}\n${NO_MODEL}` : summary,
      scope,
      untested: told.untested
        .slice(0, MAX_PIECES)
        .map(({ path, line, name }) => ({ path, line, name })),
      tested,
      tests,
      truncated: told.gaps.length > 0 || told.untested.length > MAX_PIECES,
    });
  },
  check: (asked, said) =>
    positionFault(asked, said) ??
    (said.outcome === 'written' ? faultOfTest(said.value as z.output<typeof Written>) : undefined),
  examples: [
    {
      ask: 'Which of my changes have no test?',
      input: { text: 'Which of my changes have no test?' },
      says: { untested },
    },
    { ask: 'Write a unit test for this function', input: writing, says: { written } },
    {
      ask: 'Is everything in src/cart.ts tested?',
      input: { text: 'Is everything in src/cart.ts tested?' },
      says: {
        'all-tested': {
          summary:
            '**Tests**: each of 3 pieces of the named files is named by a test (2 test files).',
          tested: 3,
        },
      },
    },
    {
      ask: 'May a change without any test be accepted?',
      input: accept,
      says: {
        hold: {
          why: '1 fault, 0 gaps: `src/cart.ts:12` is changed, and no test names it.',
          evidence: [
            {
              kind: 'fault',
              path: 'src/cart.ts',
              line: 12,
              rule: 'untested',
              about: 'round',
              why: 'is changed, and no test names it',
            },
            { kind: 'looked', what: 'test files', count: 2 },
          ],
        },
      },
    },
  ],
  asks: [
    'Which exported functions are untested?',
    'What is missing a test in this project?',
    'Write tests for src/cart.ts',
    'Which classes does no test import?',
    'Is the new code covered by a unit test?',
    'Draft a test case for the parser module',
    'Which functions of src/pricing.ts have no unit test?',
    'Find untested exports',
  ],
});
