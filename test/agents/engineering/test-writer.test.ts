// Goal: what no test names is found with its place, and nothing that a test takes into its hands; no test that cannot fail is given out.
// Method: a project with planted untested pieces beside look-alikes, by seed in any order; changes with and without tests; written tests.
import { describe, expect, test } from 'vitest';
import { Nova, defineOrganisation } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
import { ScriptedModel } from 'nova-agents/testing';
import { testWriter } from '../../../agents/engineering/test-writer.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Said {
  readonly summary: string;
  readonly untested: readonly {
    readonly path: string;
    readonly line: number;
    readonly name: string | null;
  }[];
  readonly tested: number;
}
const act = (asked: string | object, project: string) => perform<Said>(testWriter, asked, project);
const told = ({ untested }: Said) =>
  untested.map(({ path, line, name }) => `${name} ${path}:${line}`);

/** Each: lines of the source, and lines of its test. */
const TESTED: readonly (readonly [string, string])[] = [
  ['export function adds() {}', "import { adds } from '../src/a.ts'; adds();"],
  ['export class Basket {}', "import * as all from '../src/a.js'; new all.Basket();"],
  [
    'const inner = 1;\nexport { inner as outer };',
    "import { outer } from '../src/door.ts'; outer;",
  ],
  ['export enum Colour { Red }', "const { Colour } = require('../src/a'); Colour.Red;"],
  ['export const [first] = [1];', ''],
  ['export interface Shape {}\nexport type Size = number;', ''],
  ["export { passed } from './other.ts';", ''],
  ['class Hidden {}\nexport type { Hidden };', ''],
];
const UNTESTED: readonly (readonly [string, string, string])[] = [
  ['subtracts', 'export function subtracts() {}', '// subtracts is tested elsewhere'],
  ['Divider', 'export class Divider {}', "test('Divider divides', () => {});"],
  ['scale', 'export const scale = 1;', 'const scaled = 2;'],
  ['twin', 'export const twin = () => 1;', ''],
];

function planted(seed: number) {
  const { some } = chance(seed);
  const folder = new Folder();
  const pieces = some([...TESTED.map(([code]) => code), ...UNTESTED.map(([, code]) => code)], 99);
  const lines = pieces.join('\n').split('\n');
  const wanted = UNTESTED.map(([name, code]) => `${name} src/a.ts:${lines.indexOf(code) + 1}`);
  const tests = some([...TESTED, ...UNTESTED.map(([, code, line]) => [code, line] as const)], 99);
  folder
    .write('src/a.ts', `${lines.join('\n')}\n`)
    .write('src/door.ts', "export * from './a.ts';\n");
  folder.write('src/other.ts', 'export const passed = 1;\nexport const twin = 2;\n');
  folder.write('test/a.test.ts', tests.map(([, line]) => line).join('\n'));
  // A test of the other file names its own twin.
  folder.write(
    'test/other.test.ts',
    "import { passed, twin } from '../src/other.ts';\nuse(passed, twin);\n",
  );
  return { folder, wanted };
}

test.each([1, 2, 3, 4])(
  'finds all that no test names, and no look-alike, seed %i',
  async (seed) => {
    const { folder, wanted } = planted(seed);
    const said = await act('Which exports are untested?', folder.path);
    expect(told(said.value).toSorted()).toEqual(
      // The test reaches other.ts through a.ts, and names no twin.
      wanted.toSorted(),
    );
  },
);

test('what is named is looked at alone, twice the same; without a model no test is written', async () => {
  const { folder } = planted(1);
  const said = await act('Which exports are untested?', folder.path);
  expect(JSON.stringify(await act('Which exports are untested?', folder.path))).toBe(
    JSON.stringify(said),
  );
  expect((await act('Is src/other.ts tested?', folder.path)).outcome).toBe('all-tested');
  expect((await act('Write a test for src/a.ts', folder.path)).value.summary).toContain(
    'by a model alone',
  );
});

describe('on a change', () => {
  const accept = { text: 'Is it tested?', decision: 'change-acceptance' } as const;
  const start = () =>
    new Repository()
      .write('src/a.ts', 'export const a = () => 1;\nexport const b = () => 2;\n')
      .write('src/c.ts', 'export const c = 3;\n')
      .write('test/a.test.ts', "import { a } from '../src/a.ts';\nexpect(a()).toBe(1);\n")
      .commit('Start');

  test('it is held where nothing of it is tested, and each piece is named', async () => {
    const project = start();
    project.write('src/a.ts', 'export const a = () => 1;\nexport const b = () => 3;\n');
    project.write('src/c.ts', 'export const c = 4;\n');
    const held = await act(accept, project.path);
    expect(held).toMatchObject({
      outcome: 'hold',
      value: {
        evidence: [
          // Of the two, no test imports this one.
          { rule: 'untested', path: 'src/c.ts', line: 1, about: 'c' },
          { rule: 'untested', path: 'src/a.ts', line: 2, about: 'b' },
          { count: 0 },
          { count: 2 },
          { count: 1 },
        ],
      },
    });
    project.write('src/a.ts', 'export const a = () => 4;\nexport const b = () => 3;\n');
    const goes = await act(accept, project.path);
    expect(goes).toMatchObject({
      outcome: 'proceed',
      value: { evidence: [{ count: 1 }, { count: 2 }, {}] },
    });
    expect(told((await act('Which changes have no test?', project.path)).value)).toEqual([
      'c src/c.ts:1',
      'b src/a.ts:2',
    ]);
  });

  test('words and configuration go on, another language and broken code are held', async () => {
    const project = start()
      .write('README.md', '# A\n')
      .write('x.config.ts', 'export default {};\n');
    expect((await act(accept, project.path)).outcome).toBe('proceed');
    project.write('b.py', 'x = 1\n');
    expect(await act(accept, project.path)).toMatchObject({
      outcome: 'hold',
      value: { evidence: [{ kind: 'gap', path: 'b.py' }, {}, {}, {}] },
    });
    project.remove('b.py').write('src/c.ts', 'export const = 1;\n');
    expect(await act(accept, project.path)).toMatchObject({
      outcome: 'hold',
      value: { evidence: [{ kind: 'gap', path: 'src/c.ts' }, {}, {}, {}] },
    });
  });
});

test('2.12 a model writes the test; one that asserts nothing is sent back, then the list is given', async () => {
  const project = new Folder().write('src/a.ts', 'export const a = 1;\n').path;
  const covers = [{ path: 'src/a.ts', line: 1, name: 'a' }];
  const writes = (text: string) => () => ({
    says: {
      outcome: 'written',
      value: { summary: 'A test.', path: 'test/a.test.ts', text, covers },
    },
  });
  const own = defineOrganisation({ ...organisation, id: 'nova' });
  const outcomes: string[] = [];
  for (const text of ['expect(a).toBe(1);', 'use(a);']) {
    const nova = new Nova({
      organisation: own,
      model: new ScriptedModel({ 'test-writer': writes(text) }),
    });
    outcomes.push(
      (
        await nova.run(
          'test-writer',
          { text: 'Write a test for src/a.ts' },
          { scope: 'a', project },
        )
      ).outcome,
    );
    await nova.close();
  }
  expect(outcomes).toEqual(['written', 'untested']);
});

test('refuses where there is no code', async () => {
  expect((await act('What is untested?', new Folder().write('a.md', '').path)).outcome).toBe(
    'refused',
  );
});
