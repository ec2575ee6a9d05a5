// Goal: what a request is about is read out of it whole and in its order, and nothing that it does not name.
// Method: requests with files, pages, texts and addresses, each with what it names.
import { expect, test } from 'vitest';
import { mattersOf } from 'nova-agents/tools';

test.each([
  ['Summarise the README and docs/a.md', ['README.md', 'docs/a.md']],
  ['Summarise docs/a.md, `my notes.md` and the changelog', ['docs/a.md', 'my notes.md']],
  ['Summarise CHANGELOG, docs/a.md, then docs/a.md', ['CHANGELOG.md', 'docs/a.md']],
  ['Summarise docs/README-de.md', ['docs/README-de.md']],
  ['Proofread docs/CONTRIBUTING/setup.md', ['docs/CONTRIBUTING/setup.md']],
  ['Shorten `docs/README-de.md`', ['docs/README-de.md']],
  ['Summarise /srv/shop/docs/a.md', ['/srv/shop/docs/a.md']],
  ['Summarise README.md of https://x.test/README and https://x.test/b.md', ['README.md']],
  ['Summarise https://x.test/README', []],
  ['Summarise it', []],
  ['Summarise "docs/my notes/plan one.md" and \'a b.md\'', ['docs/my notes/plan one.md', 'a b.md']],
  ["Summarise docs/it's.md and b.md", ["docs/it's.md", 'b.md']],
  ['Summarise `docs/proofread the README.md`', ['docs/proofread the README.md']],
  ['Proofread docs/a.md, but not docs/b.md', ['docs/a.md']],
  ['Proofread README.md, not docs/b.md or `c.md`; and d.md', ['README.md', 'd.md']],
  ['Proofread everything except the README', []],
  ['Summarise docs/a.md but do not proofread README.md', ['docs/a.md']],
  ['Do not summarise a.md, summarise b.md', ['b.md']],
])('of "%s" the files are %j', (request, files) => {
  expect(mattersOf(request, ['.md'])).toEqual(files.map((file) => ({ file })));
});

test.each([
  ['Shorten "The README is long"', 'The README is long'],
  ['Shorten this: see what is there', 'see what is there'],
  ["Extract the data from 'Order 4711 of May'", 'Order 4711 of May'],
  ['Shorten "We ship lamps. See a.md"', 'We ship lamps. See a.md'],
  ['Shorten this for the README.md:\n```\nHello\n```', 'Hello'],
])('of %j the text is %j', (request, text) => {
  expect(mattersOf(request, ['.md'])).toEqual([{ text }]);
});

test('what a part leaves out is the only file of the whole, or nothing', () => {
  expect(mattersOf('Proofread it', ['.md'], 'Summarise a.md. Proofread it')).toEqual([
    { file: 'a.md' },
  ]);
  expect(mattersOf('Proofread it', ['.md'], 'Summarise a.md and b.md')).toEqual([]);
});
