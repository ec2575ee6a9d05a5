import { defineAgent } from 'nova-agents';
import { readFiles } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { changeTools } from './kit/changes.ts';
import { foreign, positionFault, positionOn } from '../positions.ts';
import { describeShape, KINDS, lookAtShape, whyOf } from './kit/refactoring.ts';

const MAX_SMELLS = 300;

const Place = z.strictObject({ path: z.string().min(1), line: z.int().min(1) });
const Found = z.strictObject({
  summary: z.string().min(1),
  scope: z.enum(['paths', 'changes', 'project']),
  smells: z
    .array(
      Place.extend({
        kind: z.enum(KINDS),
        to: z.int().min(1),
        /** Of lines; of a nesting its levels. */
        size: z.int().min(1),
        /** The function, or empty. */
        name: z.string(),
        /** Where the same code stands already. */
        same: Place.nullable(),
      }),
    )
    .min(1)
    .max(MAX_SMELLS),
  files: z.int().min(0),
  truncated: z.boolean(),
});

const twice = {
  kind: 'duplicate' as const,
  path: 'src/order.ts',
  line: 40,
  to: 61,
  size: 22,
  name: '',
  same: { path: 'src/cart.ts', line: 12 },
};
const found = {
  summary:
    '**Refactoring**: 1 finding in the project (12 files of JavaScript or TypeScript)\n' +
    '**The same code twice** (1)\n- `src/order.ts:40` 22 lines stand at `src/cart.ts:12` as well',
  scope: 'project' as const,
  smells: [twice],
  files: 12,
  truncated: false,
};

/** Finds code that deserves refactoring, and says whether a change brought some. */
export const refactorer = defineAgent({
  id: 'refactorer',
  version: 1,
  does:
    'Finds what deserves refactoring in JavaScript or TypeScript code: duplicated blocks (copy and paste), functions and files that are ' +
    'too long, deep nesting; in changes, in named paths or in all code.',
  doesNot: {
    'judging whether a change is dangerous': 'code-reviewer',
    'finding duplicate versions of packages': 'code-reviewer',
    'finding code that no test names': 'test-writer',
    'collecting technical debt that somebody noted in comments': 'workspace-keeper',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a block is told without its place',
      caughtBy: 'outcome',
      example: { found: { ...found, smells: [{ ...twice, line: 0 }] } },
    },
    {
      when: 'a block is called a duplicate of itself',
      caughtBy: 'check',
      example: {
        ask: 'A block that stands once',
        input: { text: 'Where is code duplicated?' },
        says: { found: { ...found, smells: [{ ...twice, same: { path: twice.path, line: 40 } }] } },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: {
    found: Found,
    'nothing-found': z.strictObject({ summary: z.string().min(1), files: z.int().min(0) }),
    ...goAhead.positions,
  },
  tools: [readFiles, ...changeTools],
  limits: { maxTurns: 10, maxRepairs: 0, deadlineMs: 200_000, maxTokens: 0 },
  act: async (asked, say, io) => {
    const other = foreign(asked, 'change-acceptance');
    if (other !== undefined) return say.refused(other);
    const isPosition = asked.decision !== undefined;
    const told = await lookAtShape(io, asked, isPosition);
    if (isPosition) {
      const blind = 'reason' in told;
      const { choice, said } = positionOn(asked, {
        faults: blind
          ? []
          : told.smells.map((smell) => {
              const { path, line, kind, name } = smell;
              return { path, line, rule: kind, about: name, why: whyOf(smell) };
            }),
        gaps: blind ? [{ path: null, line: null, why: told.reason }] : told.gaps,
        looked: [{ what: 'changed files of code', count: blind ? 0 : told.files }],
      });
      return say[choice](said);
    }
    if ('reason' in told) return say.refused(told);
    const { scope, smells, files, gaps } = told;
    if (files === 0)
      return say.refused({
        reason: `No code of JavaScript or TypeScript was found in ${scope === 'changes' ? 'what is changed' : 'the project'}.`,
        needs: 'files of JavaScript or TypeScript',
      });
    const summary = describeShape(told);
    if (smells.length === 0) return say['nothing-found']({ summary, files });
    const shown = smells.slice(0, MAX_SMELLS);
    const truncated = shown.length < smells.length || gaps.length > 0;
    return say.found({ summary, scope, smells: shown, files, truncated });
  },
  check: (asked, said) => {
    const fault = positionFault(asked, said);
    if (fault !== undefined || said.outcome !== 'found') return fault;
    const { smells } = said.value as z.output<typeof Found>;
    const itself = smells.find(({ path, line, same }) => same?.path === path && same.line === line);
    return itself && `${itself.path}:${itself.line} is called a duplicate of itself`;
  },
  examples: [
    {
      ask: 'What should be refactored in this project?',
      input: { text: 'What should be refactored in this project?' },
      says: { found },
    },
    {
      ask: 'Did my change duplicate code?',
      input: { text: 'Did my change duplicate code?' },
      says: {
        'nothing-found': {
          summary:
            '**Refactoring**: nothing that deserves refactoring in what the change brought (2 files of JavaScript or TypeScript)',
          files: 2,
        },
      },
    },
    {
      ask: 'May a change that copies code be accepted?',
      input: { text: 'May it be accepted?', decision: 'change-acceptance' },
      says: {
        hold: {
          why: '1 fault, 0 gaps: `src/order.ts:40` 22 lines stand at `src/cart.ts:12` as well.',
          evidence: [
            {
              kind: 'fault',
              path: 'src/order.ts',
              line: 40,
              rule: 'duplicate',
              about: '',
              why: '22 lines stand at `src/cart.ts:12` as well',
            },
            { kind: 'looked', what: 'changed files of code', count: 1 },
          ],
        },
      },
    },
  ],
  asks: [
    'Which functions are too long?',
    'Where is code copied and pasted?',
    'Find duplicated blocks in src/orders/',
    'Which functions are nested too deep?',
    'Refactor src/cart.ts: what is wrong with its shape?',
    'Is any source file too long?',
    'Where could we simplify this code?',
    'Show me the longest functions',
    'Which classes or methods should be split up?',
  ],
});
