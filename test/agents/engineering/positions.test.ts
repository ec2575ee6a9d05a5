// Goal: whether a change may go on is said by what was found in it: held where a grave fault is in it or it could not be read.
// Method: each reviewer is asked for its position on changes with and without faults, and on what it cannot look at.
import { expect, test } from 'vitest';
import { goAhead } from '../../../agents/contracts.ts';
import { codeReviewer } from '../../../agents/engineering/code-reviewer.ts';
import { refactorer } from '../../../agents/engineering/refactorer.ts';
import { testWriter } from '../../../agents/engineering/test-writer.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository, SECRETS } from '../../fixtures/repository.ts';

interface Position {
  readonly why: string;
  readonly evidence: readonly {
    readonly kind: string;
    readonly path?: string | null;
    readonly rule?: string;
    readonly count?: number;
  }[];
}
const CHANGE = { text: 'May this be accepted?', decision: 'change-acceptance' } as const;
const told = ({ evidence }: Position) =>
  evidence
    .filter(({ kind }) => kind !== 'looked')
    .map((one) => `${one.rule ?? one.kind} ${one.path}`);
const counts = ({ evidence }: Position) => evidence.flatMap(({ count }) => count ?? []);
const reviewers = [codeReviewer, refactorer, testWriter] as const;

test.each(reviewers)(
  '$id says nothing on the books, and holds what it cannot look at',
  async (agent) => {
    const close = { text: 'May May be closed?', decision: 'month-close' };
    expect((await perform(agent, close, new Folder().path)).outcome).toBe('refused');
    const blind = await perform<Position>(agent, CHANGE, new Folder().path);
    expect(blind.outcome).toBe('hold');
    expect(goAhead.positions.hold.safeParse(blind.value).success).toBe(true);
    expect(told(blind.value)).toEqual(['gap null']);
  },
);

const start = () =>
  new Repository()
    .write('package.json', '{ "dependencies": { "used": "1.0.0" } }\n')
    .write(
      'package-lock.json',
      JSON.stringify({
        packages: {
          '': { dependencies: { used: '1.0.0' } },
          'node_modules/used': { version: '1.0.0' },
        },
      }),
    )
    .write('a.ts', "import 'used';\n")
    .commit('Start');

test.each(reviewers)('$id holds what is known to be unread before', async (agent) => {
  const known = [{ path: 'a.bin', line: null, why: 'it is no text' }];
  const project = new Repository().commit('Start').write('a.txt', 'a\n').path;
  expect((await perform(agent, CHANGE, project)).outcome).toBe('proceed');
  const held = await perform<Position>(agent, { ...CHANGE, known }, project);
  expect([held.outcome, ...told(held.value)]).toEqual(['hold', 'gap a.bin']);
});

test('the code reviewer lets small changes go on and counts what it looked at', async () => {
  const project = start().write('a.ts', "import 'used';\nexport const a = 1;\n");
  project.write('.github/workflows/ci.yml', 'on: push\n');
  const { outcome, value } = await perform<Position>(codeReviewer, CHANGE, project.path);
  expect(outcome).toBe('proceed');
  expect(counts(value)).toEqual([2, 0, 1]);
});

test('the code reviewer holds secrets, deleted data, broken packages and what is too large, and names each', async () => {
  const project = start().write('db.sql', 'DROP TABLE users;\n');
  project.write('key.ts', `export const key = '${SECRETS.aws}';\n`);
  project.write('b.ts', "import 'undeclared';\n").write('large.txt', 'x\n'.repeat(5000));
  project.write('yarn.lock', 'x\n'.repeat(5000));
  const { outcome, value } = await perform<Position>(codeReviewer, CHANGE, project.path);
  expect(outcome).toBe('hold');
  expect(told(value)).toEqual([
    'secret key.ts',
    'database db.sql',
    'package-missing b.ts',
    'gap large.txt',
  ]);
  expect(value.why).toContain('3 faults, 1 gap: `key.ts:1` holds what looks like a secret');
  expect(JSON.stringify(value)).not.toContain(SECRETS.aws);
});
