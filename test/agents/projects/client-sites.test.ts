// Goal: every planted flaw of a client's web site is told with its line, and nothing that only looks like one.
// Method: sites by seed with planted flaws beside look-alikes, in HTML and Markdown, two sites at once; garbage and large files.
import { expect, test } from 'vitest';
import { clientSites } from '../../../agents/projects/client-sites.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Told {
  readonly summary: string;
  readonly sites: readonly { readonly root: string; readonly pages: number }[];
  readonly flaws: readonly {
    readonly kind: string;
    readonly path: string;
    readonly line: number;
    readonly why: string;
  }[];
  readonly unread: readonly string[];
}
const act = (project: string, text = 'Check the sites') =>
  perform<Told>(clientSites, text, project);
const told = ({ flaws }: Told) =>
  flaws.map(({ kind, path, line }) => `${kind} ${path}:${line}`).toSorted();

const HEAD = [
  '<!doctype html>',
  '<html lang="en">',
  '<head><title>A page</title>',
  '<meta name="Description" content="What it is">',
  '</head><body>',
];
/** Lines of a body: with the kind that each must be given, or none. */
const LINES: readonly (readonly [string, string])[] = [
  ['broken-link', '<a href="gone.html">x</a>'],
  ['broken-link', '<a href="/nowhere/">x</a>'],
  ['broken-link', '<a href="../../other/index.html">out</a>'],
  ['broken-link', '<img src="img/Logo.png" alt="capitals">'],
  ['broken-link', '<img srcset="img/logo.png 1x, img/logo2.png 2x" alt="x">'],
  ['broken-link', '<script src=gone.js></script>'],
  ['broken-anchor', '<a href="#nowhere">x</a>'],
  ['broken-anchor', '<a href="about.html#nowhere">x</a>'],
  ['alt', '<img src="img/logo.png">'],
  ['doubled-id', '<p id="twice">a</p><p id="twice">b</p>'],
  [
    '',
    '<a href="about">x</a> <a href="/about.html?x=1#team">x</a> <a href="./">home</a> <a href="#top">top</a>',
  ],
  [
    '',
    '<a href="sub%20folder/page.html">x</a> <a href="/">home</a> <a href="#here">x</a><p id="here"></p>',
  ],
  [
    '',
    '<a href="https://a.example/gone.html">x</a> <a href="//a.example/x">x</a> <a href="mailto:a@b.c">x</a>',
  ],
  ['', '<!-- <a href="gone.html">x</a> <img src="x.png"> -->'],
  ['', '<img src="img/logo.png" alt=""> <img src="data:image/png;base64,AA" alt="x">'],
  ['', '<pre>&lt;a href="gone.html"&gt;</pre> <a href="{{ url }}">x</a>'],
  ['', '<svg><title>A drawing</title></svg> <a name="old">x</a> <a href="#old">x</a>'],
];
const page = (lines: readonly string[]) => [...HEAD, ...lines, '</body></html>'].join('\n');
const legal = (folder: Folder, root: string) =>
  folder.write(`${root}impressum.html`, page([])).write(`${root}en/privacy-policy.html`, page([]));

function planted(seed: number) {
  const { some } = chance(seed);
  const folder = new Folder();
  const wanted: string[] = [];
  for (const root of ['sites/bakery/', 'sites/garage/']) {
    legal(folder, root);
    folder
      .write(`${root}about.html`, page(['<h1 id="team">Team</h1>']))
      .write(`${root}sub folder/page.html`, page([]));
    folder.write(`${root}img/logo.png`, Buffer.from([0x89, 0x50, 0]));
    const lines = some(LINES, 99);
    folder.write(`${root}index.html`, page(lines.map(([, line]) => line)));
    for (const [at, [kind]] of lines.entries())
      if (kind !== '') wanted.push(`${kind} ${root}index.html:${at + HEAD.length + 1}`);
  }
  return { folder, wanted };
}

test.each([1, 2, 3, 4])(
  'tells every flaw and no look-alike, in two sites, seed %i',
  async (seed) => {
    const { folder, wanted } = planted(seed);
    const { value } = await act(folder.path);
    expect(told(value)).toEqual(wanted.toSorted());
    expect(value.sites.map(({ root, pages }) => `${root} ${pages}`)).toEqual([
      'sites/bakery/ 5',
      'sites/garage/ 5',
    ]);
    const one = await act(folder.path, 'Check the garage site');
    expect(told(one.value)).toEqual(wanted.filter((flaw) => flaw.includes('garage')).toSorted());
    expect(one.value.flaws.find(({ why }) => why.includes('Logo'))?.why).toContain(
      'there is `sites/garage/img/logo.png`',
    );
  },
);

test('what a head lacks is told, of a page and not of a piece of one', async () => {
  const folder = legal(new Folder(), '').write('index.html', page([]));
  folder.write('a.html', '<html>\n<head>\n<title> </title></head></html>');
  folder.write(
    'b.html',
    '<!DOCTYPE html>\n<html lang="">\n<meta name="description" content="">\n<p>text</p>',
  );
  folder.write('_menu.html', '<ul><li><a href="/a.html">x</a></li></ul>');
  expect(told((await act(folder.path)).value)).toEqual([
    'description a.html:1',
    'description b.html:3',
    'lang a.html:1',
    'lang b.html:2',
    'title a.html:3',
    'title b.html:1',
  ]);
});

test('Markdown pages too; a site without its legal pages, and an image that is too large', async () => {
  const folder = new Folder().write(
    'www/index.md',
    '# Home\n\n[a](a.md#second-part) [b](gone.md) ![](i.png) `[c](gone.md)`\n',
  );
  folder.write(
    'www/a.md',
    '---\ntitle: A\n---\n\n## Second part\n\n```\n[x](gone.md)\n```\n[y](#first)\n',
  );
  folder
    .write('www/b.md', 'Only words.\n')
    .write('www/i.png', Buffer.alloc(500_001))
    .write('www/j.png', Buffer.alloc(500_000));
  folder.write('docs/a.md', '[x](gone.md)\n');
  expect(told((await act(folder.path)).value)).toEqual([
    'alt www/index.md:3',
    'broken-anchor www/a.md:10',
    'broken-link www/index.md:3',
    'imprint www/index.md:1',
    'large-image www/i.png:1',
    'privacy www/index.md:1',
    'title www/b.md:1',
  ]);
});

test('garbage is read as browsers do, what is no text is named, and no site is refused', async () => {
  const folder = legal(new Folder(), '').write(
    'index.html',
    page(['<p <a href="gone.html"', '<img src=x', '</</html>>>']),
  );
  folder.write('c.html', Buffer.from([0, 1])).write('d.html', '<'.repeat(5000));
  const { value } = await act(folder.path);
  expect(value.unread).toEqual(['`c.html`: binary']);
  expect(value.flaws.every(({ path }) => path === 'index.html')).toBe(true);
  expect((await act(new Folder().write('a.html', '').path)).outcome).toBe('refused');
});
