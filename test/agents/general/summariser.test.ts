// Goal: summariser says what a text says in its own sentences, in order and with their places, and a model's summary brings nothing new.
// Method: texts of which one sentence is the gist, this project's own pages through the real tools, and what a model might say held to the check.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { essence, strangerIn } from '../../../agents/general/kit/extract.ts';
import { folded, sentencesOf } from '../../../agents/general/kit/sentences.ts';
import { summariser } from '../../../agents/general/summariser.ts';
import { perform } from '../../fixtures/perform.ts';

interface Text {
  readonly path: string | null;
  readonly sentences: readonly { readonly line: number; readonly text: string }[];
}
interface Summarised {
  readonly summary: string;
  readonly texts: readonly Text[];
  readonly unread: readonly string[];
}
const act = (request: string) => perform<Summarised>(summariser, request, '.');

test('what most sentences speak of is the gist, and it is not said twice', () => {
  const text =
    'The harbour of Lagos grew. Ships pay a fee in the harbour. The fee of the harbour pays its ships. Bread was cheap. ' +
    'The harbour and its fee and its ships are old.';
  const told = (count: number) => essence(sentencesOf('', text), count).map((one) => one.text);
  expect(told(1)[0]).toContain('harbour');
  expect(told(2)).not.toContain('Bread was cheap.');
  expect(told(9)).toHaveLength(5);
  expect(essence([], 3)).toEqual([]);
});

test.each([
  ['Give me the gist of ARCHITECTURE.md in 7 sentences', 'ARCHITECTURE.md', 7],
  ['TL;DR of docs/protocol.md', 'docs/protocol.md', 5],
  ['Abridge the README to three sentences', 'README.md', 3],
])(
  '"%s": word for word, in order, with the lines, the same twice',
  async (request, path, count) => {
    const { outcome, value } = await act(request);
    const [{ path: of, sentences } = { path: null, sentences: [] }] = value.texts;
    expect([outcome, of, sentences.length]).toEqual(['summarised', path, count]);
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const { line, text } of sentences) {
      const from = folded(lines.slice(line - 1).join('\n'));
      expect(lines[line - 1]).toContain(text.split(' ')[0]);
      expect(from).toContain(text);
    }
    const at = sentences.map(({ line }) => line);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(await act(request)).toMatchObject({ value });
  },
);

test('without a text or a sentence it says what it needs', async () => {
  for (const request of ['Shorten it', 'Shorten nowhere.md', 'Shorten this:\n```\n# Only\n```'])
    expect((await act(request)).outcome).toBe('refused');
});

test.each([
  ['Ada pays 10 euros in Lagos', undefined],
  ['On 2026-11-20 Ada pays', undefined],
  ['Ada pays 1 euro', '1'],
  ['Ada pays Bob', 'Bob'],
  ['See http://a.test/x, Ada', 'http://a.test/x,'],
])('of "%s" the stranger is %s', (said, stranger) => {
  expect(strangerIn(said, 'In Lagos, on 2026-11-20,\nAda pays 10 euros.')).toBe(stranger);
});

test('of several files each is shortened, and which cannot be read is said', async () => {
  const request = 'Shorten docs/teams.md, gone.md and the README to two sentences';
  const { outcome, value } = await act(request);
  expect(outcome).toBe('summarised');
  expect(value.texts.map(({ path, sentences }) => [path, sentences.length])).toEqual([
    ['docs/teams.md', 2],
    ['README.md', 2],
  ]);
  expect(value.unread).toEqual(['There is no file `gone.md`.']);
  for (const one of ['`docs/teams.md:', '`README.md:', '`gone.md`'])
    expect(value.summary).toContain(one);
  const { unread: _, ...rest } = value;
  const found = summariser.check?.({ text: request }, { outcome, value: { ...rest, unread: [] } });
  expect(found).toBe('`gone.md` is passed over');
  expect(summariser.check?.({ text: request }, { outcome, value })).toBeUndefined();
});

test.each<[string, Partial<Summarised & Text>, RegExp]>([
  ['in fresh words', { summary: 'Lamps go out at ten, those to Lagos on Mondays.' }, /^$/],
  ['a figure is new', { summary: 'Lamps go out at 10.' }, /10 stands nowhere/],
  ['a name is new', { summary: 'They leave for Paris.' }, /Paris stands nowhere/],
  ['a sentence is new', { sentences: [{ line: 1, text: 'Lamps.' }] }, /no sentence/],
  ['a file is named for it', { path: 'a.md' }, /names a file/],
])('a summary of a model: %s', (_, change, objection) => {
  const passage = 'Lamps leave at ten. Lamps to Lagos leave\non Mondays.';
  const sentences = [{ line: 1, text: 'Lamps to Lagos leave on Mondays.' }];
  const { summary = '', ...of } = change;
  const value = {
    summary,
    texts: [{ path: null, sentences, truncated: false, ...of }],
    unread: [],
  };
  const said = { outcome: 'summarised', value };
  const found = summariser.check?.({ text: 'Shorten it', passage }, said);
  expect(found ?? '').toMatch(objection);
});
