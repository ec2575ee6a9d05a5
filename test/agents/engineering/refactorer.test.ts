// Goal: the refactorer finds every planted block that stands twice, and what is too long or too deep, and no look-alike.
// Method: generated projects by seed with planted findings beside code that only looks like them; findings compared whole.
import { describe, expect, test } from 'vitest';
import { refactorer } from '../../../agents/engineering/refactorer.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Found {
  readonly summary: string;
  readonly scope: string;
  readonly smells: readonly {
    readonly kind: string;
    readonly path: string;
    readonly line: number;
    readonly to: number;
    readonly same: { readonly path: string; readonly line: number } | null;
  }[];
  readonly truncated: boolean;
}
const act = (text: string, project: string) => perform<Found>(refactorer, text, project);
const told = ({ smells }: Found) =>
  smells.map(({ kind, path, line, same }) =>
    same === null
      ? `${kind} ${path}:${line}`
      : `${kind} ${path}:${line} as ${same.path}:${same.line}`,
  );

const IMPORTS = Array.from(
  { length: 12 },
  (_, at) => `import { a${at}, b${at}, c${at} } from './x${at}.ts';`,
);
/** Statements with names of their own, so that nothing is alike by chance. */
const body = (name: string, lines: number) =>
  Array.from(
    { length: lines },
    (_, at) => `  total += ${name}${at}(rows, ${at}) * factor${name}${at};`,
  );
const deep = (name: string, levels: number) => [
  `export function ${name}(rows) {`,
  ...Array.from({ length: levels }, (_, at) => `if (rows.${name}${at}) {`),
  'work();',
  ...Array.from({ length: levels + 1 }, () => '}'),
];

/** One project, what is planted in it, and what only looks so. */
function planted(seed: number) {
  const { upTo, pick } = chance(seed);
  const folder = new Folder();
  const wanted: string[] = [];
  const files = Array.from({ length: 8 }, (_, at) => ({
    path: `src/f${at}.ts`,
    lines: [...IMPORTS],
  }));
  const add = (at: number, lines: readonly string[]): number => {
    const file = files[at] as (typeof files)[number];
    file.lines.push(
      ...body(`pad${at}x${file.lines.length}`, upTo(1, 4)).map((line) => line.trim()),
    );
    file.lines.push(...lines);
    return file.lines.length - lines.length + 1;
  };
  const path = (at: number) => `src/f${at}.ts`;
  const block = body('shared', upTo(8, 20));
  const [one, two] = [upTo(0, 3), upTo(4, 7)];
  const first = add(one, block);
  const again = add(
    two,
    block.flatMap((line) => (upTo(0, 3) === 0 ? [`${line} // why`, ''] : [`   ${line}`])),
  );
  wanted.push(`duplicate ${path(two)}:${again} as ${path(one)}:${first}`);
  const long = upTo(0, 7);
  wanted.push(
    `long-function ${path(long)}:${add(long, ['export const far = (rows) => {', ...body('far', 70), '};'])}`,
  );
  const nested = upTo(0, 7);
  wanted.push(`deep-nesting ${path(nested)}:${add(nested, deep('down', 5)) + 5}`);
  // Look-alikes: as long and as deep as is allowed, a chain, a block with other names, one that is short.
  add(upTo(0, 7), ['function near(rows) {', ...body('near', 68), '}']);
  add(upTo(0, 7), deep('flat', 4));
  add(upTo(0, 7), [
    'function chain(n) {',
    'if (n === 0) {}',
    ...Array.from({ length: 8 }, (_, at) => `else if (n === ${at + 1}) {}`),
    '}',
  ]);
  add(one, body('alike', 12));
  add(two, body('alikf', 12));
  const short = pick([2, 3]);
  add(one, body('short', short));
  add(two, body('short', short));
  for (const file of files) folder.write(file.path, `${file.lines.join('\n')}\n`);
  folder.write('test/f.test.ts', `test('all', () => {\n${body('step', 90).join('\n')}\n});\n`);
  folder.write('test/g.test.ts', `${block.join('\n')}\n`);
  return { folder, wanted };
}

test.each([1, 2, 3, 4])('finds all that is planted and no look-alike, seed %i', async (seed) => {
  const { folder, wanted } = planted(seed);
  const said = await act('What should be refactored?', folder.path);
  expect(told(said.value).toSorted()).toEqual(wanted.toSorted());
  expect(said.value).toMatchObject({ scope: 'project', truncated: false });
});

test('a long file is told, and what is named is looked at alone', async () => {
  const folder = new Folder().write('src/long.ts', body('l', 401).join('\n'));
  folder.write('lib/deep.ts', deep('down', 6).join('\n'));
  const said = await act('What is wrong in src/long.ts?', folder.path);
  const again = await act('What is wrong in src/long.ts?', folder.path);
  expect(JSON.stringify(again)).toBe(JSON.stringify(said));
  expect(told(said.value)).toEqual(['long-file src/long.ts:1']);
  expect(told((await act('Look at lib/', folder.path)).value)).toEqual([
    'deep-nesting lib/deep.ts:7',
  ]);
  const none = await act('Refactor src/gone.ts', folder.path);
  expect(none).toMatchObject({
    outcome: 'refused',
    value: { reason: 'There is no file `src/gone.ts`.' },
  });
});

describe('of a change', () => {
  const start = () =>
    new Repository()
      .write('src/old.ts', [...deep('was', 6), ...body('kept', 12)].join('\n'))
      .write('src/broken.ts', 'export const = ;\n')
      .commit('Start');
  const position = { text: 'May it go on?', decision: 'change-acceptance' } as const;

  test('only what it brought is told, on the branch and in the folder', async () => {
    const project = start();
    project.git('checkout', '--quiet', '-b', 'next');
    project.write('src/copy.ts', body('kept', 12).join('\n')).commit('Copy', { day: 1 });
    project.write(
      'src/old.ts',
      ['// a line more', ...deep('was', 6), ...body('kept', 12)].join('\n'),
    );
    const said = await act('Did my change duplicate anything?', project.path);
    expect(said.value.scope).toBe('changes');
    expect(told(said.value)).toEqual(['duplicate src/copy.ts:1 as src/old.ts:17']);
    expect(said.value.smells[0]?.to).toBe(12);
    const held = await perform(refactorer, position, project.path);
    expect(held).toMatchObject({
      outcome: 'hold',
      value: { evidence: [{ rule: 'duplicate', path: 'src/copy.ts' }, { count: 2 }] },
    });
  });

  test('a change that brought nothing goes on; one that cannot be parsed does not', async () => {
    const project = start().write('src/new.ts', body('new', 350).join('\n'));
    expect((await perform(refactorer, position, project.path)).outcome).toBe('proceed');
    project.write('src/broken.ts', 'export const = 1;\n');
    const held = await perform(refactorer, position, project.path);
    expect(held).toMatchObject({
      outcome: 'hold',
      value: { evidence: [{ kind: 'gap', path: 'src/broken.ts' }, {}] },
    });
  });
});

test('refuses where there is no code', async () => {
  const folder = new Folder().write('a.py', 'x = 1\n');
  expect((await act('What should be refactored?', folder.path)).outcome).toBe('refused');
});
