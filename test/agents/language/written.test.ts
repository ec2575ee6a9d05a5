// Goal: what translator and blog-writer say through a model is held to its source by code: nothing lost, nothing made up.
// Method: sources beside right and wrong texts, through the own checks of both agents.
import { expect, test } from 'vitest';
import { blogWriter } from '../../../agents/language/blog-writer.ts';
import { translator } from '../../../agents/language/translator.ts';

const SOURCE =
  '# Lamp\n\nIt costs 1,250.50 euros in 2026, see `lamp.md` and [the shop](https://shop.test/a?b=1).\n\n```sh\nnpm test 7\n```\n\n## More\n\nhttps://a.test/x.';
const translate = (text: string) =>
  translator.check?.(
    { text: 'Into German', passage: SOURCE },
    { outcome: 'translated', value: { text, from: 'English', to: 'German', notes: [] } },
  );
const GERMAN = SOURCE.replace('# Lamp', '# Lampe')
  .replace('It costs 1,250.50 euros in', 'Sie kostet 1.250,50 Euro in')
  .replace('the shop', 'der Laden')
  .replace('More', 'Mehr');

test.each([
  ['all is kept, with the marks of the other language', (text: string) => text, undefined],
  ['a number changes', (text: string) => text.replace('2026', '2025'), 'the number `2026` is lost'],
  [
    'a name is translated',
    (text: string) => text.replace('lamp.md', 'lampe.md'),
    'the name `lamp.md` is lost',
  ],
  [
    'a link leads elsewhere',
    (text: string) => text.replace('b=1', 'b=2'),
    'the link `https://shop.test/a?b=1` is lost',
  ],
  [
    'a bare address is lost',
    (text: string) => text.replace('https://a.test/x.', ''),
    'the link `https://a.test/x` is lost',
  ],
  [
    'code is translated',
    (text: string) => text.replace('npm test 7', 'npm prüfe 7'),
    'the code block',
  ],
  [
    'a heading is lost',
    (text: string) => text.replace('## Mehr', 'Mehr'),
    'its headings are of the levels 1, not 1 2',
  ],
])('of a translation: %s', (_, change, objection) => {
  const said = translate(change(GERMAN));
  expect(said ?? 'nothing').toContain(objection ?? 'nothing');
});

test('where no text was given there is nothing to translate', () => {
  const value = { text: 'Hallo', from: 'English', to: 'German', notes: [] };
  expect(translator.check?.({ text: 'Translate it' }, { outcome: 'translated', value })).toContain(
    'no text',
  );
});

test.each([
  [
    'what the notes say',
    'It costs 40 euros: [shop](https://shop.test/), [below](#top), three of 5.',
    undefined,
  ],
  ['a figure of its own', 'It saves 73 percent.', 'the number 73'],
  ['a year of its own', 'Since 1998.', 'the number 1998'],
  ['an address of its own', 'See https://other.test/ for it.', 'https://other.test/'],
])('a post says %s', (_, text, objection) => {
  const value = { title: 'Lamp', teaser: 'A lamp.', text, open: [] };
  const said = blogWriter.check?.(
    { text: 'Blog about the lamp', passage: 'It costs 40 euros, https://shop.test/' },
    { outcome: 'drafted', value },
  );
  expect(said ?? 'nothing').toContain(objection ?? 'nothing');
});
