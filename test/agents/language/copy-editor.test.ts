// Goal: copy-editor finds what an editor would mark, with its line, and leaves code and what only looks wrong alone.
// Method: the kit is tested on pairs of a fault and a look-alike, the agent on files of a project through the real tools.
import { describe, expect, test } from 'vitest';
import { edit } from '../../../agents/language/kit/edit.ts';
import { copyEditor } from '../../../agents/language/copy-editor.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';

interface Text {
  readonly path: string | null;
  readonly findings: readonly {
    line: number;
    kind: string;
    what: string;
    suggestion: string | null;
  }[];
  readonly words: number;
  readonly truncated: boolean;
}
interface Checked {
  readonly summary: string;
  readonly texts: readonly Text[];
  readonly unread: readonly string[];
}
/** What is told, of one text. */
async function told(request: string, project: string): Promise<Text & { summary: string }> {
  const { summary, texts } = (await perform<Checked>(copyEditor, request, project)).value;
  expect(texts).toHaveLength(1);
  return { ...(texts[0] as Text), summary };
}
const found = (text: string) =>
  edit(text).findings.map(({ line, kind, suggestion }) => [line, kind, suggestion]);
const long = (words: number) => `The ${'word and '.repeat((words - 2) / 2)}end.`;
const ENGLISH = 'It is the way of the house, and you are in it.\n\n';

describe('finds', () => {
  test.each([
    ['a long sentence', long(42), [[1, 'long-sentence', null]]],
    ['a doubled word', 'Open the\nthe door of the house.', [[1, 'doubled-word', 'the']]],
    [
      'a doubled name, without being sure',
      'We saw Paris Paris in the news.',
      [[1, 'doubled-word', null]],
    ],
    ['three openings', 'We came to it. We saw the end. We left.', [[1, 'repeated-opening', null]]],
    ['a weasel word', 'The engine of this is\nobviously fast.', [[2, 'weasel-word', null]]],
    [
      'passive forms',
      'The door was opened. The cake was eaten by the dog. It is forgotten. It was not paid.',
      [[1, 'passive', null]],
    ],
    ['an open bracket', 'The door (of the house is open.', [[1, 'unmatched', null]]],
    ['an open quotation', 'He said "come in to the house.', [[1, 'unmatched', null]]],
    ['a German one', '„Komm herein, sagte er.', [[1, 'unmatched', null]]],
    [
      'a name in two spellings',
      'We use GitHub. It is on Github and GitHub.',
      [[1, 'name', 'GitHub']],
    ],
    ['a skipped heading', '# One\n\n### Two\n', [[3, 'heading', '## Two']]],
  ])('%s', (_, text, expected) => {
    const english = ENGLISH.trim();
    expect(found(`${text}\n\n${english}`)).toEqual(expected);
  });
});

describe('lets stand', () => {
  test.each([
    ['code', '```ts\nthe the (very "\n```\n\n    the the ((\n\n`the the (`'],
    ['a fence inside a longer one', '````\n```\nthe the\n```\nthe the\n````'],
    ['front matter and comments', '---\ntitle: the the (\n---\n<!-- the the\n\n( very -->\n'],
    ['a word on both sides of code', 'Call the `the` the way it is.'],
    ['what is doubled on purpose', 'He had had enough, and so that that is the end.'],
    ['openings in a list', '- We came.\n- We saw.\n- We won.\n- We left.'],
    ['one passive form', 'The door was opened. We went in to the house. It is used.'],
    [
      'a number or a letter in brackets',
      'It is the last (3 of 0.10.1) or the first (see part b) of it.',
    ],
    ['smileys, points and inches', 'It is fine :) and a 5" one: 1) the first, b) the last.'],
    ['an aside in brackets', 'The door ([of](http://a.test/b_(c)) the "house") is open.'],
    ['a quotation over paragraphs', '“The first of it.\n\n“The last of it.”'],
    ['a month and a verb', 'In the month of May you may come. Will is here, will you?'],
    ['headings that go back', '# A\n\n## B\n\n### C\n\n## D\n\n# E'],
    ['words in an address', 'See https://a.test/very/really and [the page](very/really.md).'],
  ])('%s', (_, text) => {
    expect(found(`${text}\n\n${ENGLISH}`)).toEqual([]);
  });
});

test('of another language only what needs no English is looked for, and that is said', async () => {
  const said = await told('Prüfe: "Das ist sehr sehr gut und really (wichtig."', '/');
  expect(said.findings.map(({ kind }) => kind)).toEqual(['doubled-word', 'unmatched']);
  expect(said.summary).toContain('does not read as English');
});

test('links of a file are followed: to nowhere, out of the project, to no heading', async () => {
  const project = new Folder()
    .write(
      'docs/a.md',
      '# Top of it\n\n[b](b.md) [c](c.md) [d](../../d.md) [t](#top-of-it) [u](#none) [x](https://x.test)\n\n[e]: /docs/%62.md\n',
    )
    .write('docs/b.md', 'b');
  const value = await told('Proofread docs/a.md', project.path);
  expect(value).toMatchObject({ path: 'docs/a.md', truncated: false });
  expect(value.findings.map(({ line, what }) => [line, what])).toEqual([
    [3, '`../../d.md` leads out of the project'],
    [3, '`c.md` leads to no file'],
    [3, '`#none` leads to no heading of this text'],
  ]);
});

describe('which text is meant', () => {
  const project = () =>
    new Folder()
      .write('README.md', 'Open the the door.\n')
      .write('a/one.md', 'a\n')
      .write('a/x.md', 'a')
      .write('b/x.md', 'b')
      .write('c.md', Buffer.from([0, 1]));
  test.each([
    ['Proofread the README', 'README.md'],
    ['Proofread the file one.md', 'a/one.md'],
    ['Proofread `a/one.md`, please', 'a/one.md'],
    ['Proofread "see README.md for it"', null],
    ['Proofread this for the README.md:\n```\nHello\n```', null],
    ['Proofread this: see what is there', null],
  ])('%s', async (text, path) => {
    expect((await told(text, project().path)).path).toBe(path);
  });

  test.each([
    ['Proofread something', 'names no file'],
    ['Proofread x.md', '`a/x.md`, `b/x.md`'],
    ['Proofread gone.md', 'There is no file `gone.md`'],
    ['Proofread ../out.md', 'leads out'],
    ['Proofread c.md', 'is no text'],
  ])('%s is refused', async (text, reason) => {
    const said = await perform<{ reason: string }>(copyEditor, text, project().path);
    expect(said.outcome).toBe('refused');
    expect(said.value.reason).toContain(reason);
  });
});

test('every file that is named is read, by whatever way it is named, and which is not is said', async () => {
  const project = new Folder().write('README.md', 'The the.\n').write('a/b.md', 'A a.\n');
  const text = `Proofread ${project.path}/a/b.md, the README and gone.md`;
  const { value } = await perform<Checked>(copyEditor, text, project.path);
  expect(value.texts.map(({ path }) => path)).toEqual(['a/b.md', 'README.md']);
  expect(value.unread).toEqual(['There is no file `gone.md`.']);
  expect(value.summary).toMatch(/b\.md[\s\S]*README\.md[\s\S]*gone\.md/);
  expect(JSON.stringify(value)).not.toContain(project.path);
});

test('a file of megabytes is read in part, which is said, twice the same', async () => {
  const project = new Folder().write(
    'big.md',
    'It is the the end of it, and you are in it ((.\n\n'.repeat(40_000),
  );
  const said = await told('Proofread big.md', project.path);
  expect(said).toMatchObject({ truncated: true });
  expect(said.findings).toHaveLength(300);
  expect(said.summary.length).toBeLessThan(4000);
  expect(await told('Proofread big.md', project.path)).toEqual(said);
});
