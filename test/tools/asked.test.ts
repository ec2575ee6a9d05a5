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
])('of "%s" the files are %j', (request, files) => {
  expect(mattersOf(request, ['.md'])).toEqual(files.map((file) => ({ file })));
});

test.each([
  ['Shorten "The README is long"', 'The README is long'],
  ['Shorten this: see what is there', 'see what is there'],
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
