// Goal: explainer tells what is written where a thing is defined, with its place, and says so where nothing is; it guesses nothing.
// Method: the kit over names and files, the agent over a generated project through the real tools, and over this one.
import { expect, test } from 'vitest';
import { defineOrganisation, Nova } from 'nova-agents';
import { declares, openingOf, thingsIn } from '../../../agents/general/kit/definitions.ts';
import { explainer } from '../../../agents/general/explainer.ts';
import { organisation } from '../../../agents/index.ts';
import { perform } from '../../fixtures/perform.ts';
import { Repository } from '../../fixtures/repository.ts';

test.each([
  ['Explain the function `pay`', 'pay'],
  ['What is the type ValueRef?', 'ValueRef'],
  ['explain compute_total to me', 'compute_total'],
  ['What does "lease expired" mean?', 'lease expired'],
  ['Explain src/pay.ts', 'src/pay.ts'],
  ['What is a fencing token?', 'fencing token'],
  ['What does the term chargeback mean?', 'chargeback'],
  ['Define quiescence', 'quiescence'],
  ['Explain OrderBook and compute_total', 'OrderBook', 'compute_total'],
  ['Explain `pay` and `fold()`, and `pay` again', 'pay', 'fold'],
  ['Explain'],
  ['Why?'],
])('of "%s" the things are %s %s', (request, ...things) => {
  expect(thingsIn(request)).toEqual(things.filter((one) => one !== undefined));
});

test('a declaration is told from a use', () => {
  for (const line of ['export const pay =', '  async function pay(', 'class pay {', 'def pay(a):'])
    expect([line, declares(line, 'pay')]).toEqual([line, true]);
  for (const line of ['pay();', 'const payer = 1', '// function pay', 'return function_pay'])
    expect([line, declares(line, 'pay')]).toEqual([line, false]);
  expect(declares('const a.b =', 'a.b')).toBe(true);
  expect(declares('const axb =', 'a.b')).toBe(false);
});

test('a file is explained by what it begins with', () => {
  expect(openingOf('a.ts', "import 'x';\n\n// Pays once.\n// Never twice.\nconst a = 1;")).toEqual({
    path: 'a.ts',
    line: 3,
    text: 'Pays once.\nNever twice.\nconst a = 1;',
  });
  expect(openingOf('a.md', '# A\n\nOne. Two.\n')).toMatchObject({ line: 3, text: 'One. Two.' });
  expect(openingOf('a.ts', 'const a = 1;')).toBeUndefined();
  expect(openingOf('a.md', '')).toBeUndefined();
});

const project = () =>
  new Repository()
    .write(
      'src/pay.ts',
      '/**\n * Pays once.\n */\nexport function pay() {\n  throw new Error("lease expired");\n}\npay();\n',
    )
    .write('docs/words.md', '# Words\n\nA **fencing token** is a number that grows. We like it.\n')
    .commit('One').path;

test.each([
  ['Explain the function `pay`', 'src/pay.ts:1', 'Pays once.'],
  ['What is a fencing token?', 'docs/words.md:3', 'a number that grows'],
  ['What does "lease expired" mean?', 'src/pay.ts:5', 'throw new Error'],
  ['Explain pay.ts', 'src/pay.ts:1', 'Pays once.'],
])('"%s" is explained by %s, the same twice', async (request, place, words) => {
  const folder = project();
  const told = await perform<{ summary: string }>(explainer, request, folder);
  expect(told.outcome).toBe('explained');
  expect(told.value.summary).toContain(place);
  expect(told.value.summary).toContain(words);
  expect(await perform(explainer, request, folder)).toEqual(told);
});

test.each([
  'Explain `pay`, `gizmo` and src/pay.ts',
  'Explain `pay`, `fencing token` and `gizmo`',
  'Explain pay and gizmo',
])('%s: each thing is looked up, and which is defined nowhere is said', async (request) => {
  const told = await perform<{ summary: string }>(explainer, request, project());
  expect(told.outcome).toBe('explained');
  expect(told.value.summary).toContain('Pays once.');
  expect(told.value.summary).toContain('Nothing here says what `gizmo` is.');
});

test('what is defined nowhere is said to be, and what names nothing is refused', async () => {
  const outcome = async (request: string) => (await perform(explainer, request, project())).outcome;
  expect(await outcome('What is a gizmo?')).toBe('not-defined');
  expect(await outcome('Explain')).toBe('refused');
  expect(await outcome('Explain src/nothing.ts')).toBe('refused');
});

test('6.6 a term that is known here comes first, in its scope alone', async () => {
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: defineOrganisation(here) });
  await nova.memory('a', { is: 'note', kind: 'term', text: 'A gizmo is our smallest lamp.' });
  const explained = async (scope: string) => {
    const text = 'What is a gizmo?';
    return (await nova.run('explainer', { text }, { scope, project: project() })).value;
  };
  expect(await explained('a')).toMatchObject({
    places: [{ path: null, text: expect.stringContaining('smallest') }],
  });
  expect(await explained('b')).toEqual({ summary: 'Nothing here says what `gizmo` is.' });
  await nova.close();
});
