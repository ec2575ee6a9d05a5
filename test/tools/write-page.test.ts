// Goal: write-page puts one new file below posts, whole and exactly as given; nothing else of the machine changes, whatever lies in its way.
// Method: titles and paths that would lead elsewhere, links and files in the place of folder and page, two calls at once, calls made again.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pagePath, writePage } from 'nova-agents/tools';
import { Folder } from '../fixtures/repository.ts';
import { call } from '../fixtures/perform.ts';

const page = {
  path: 'posts/a.md',
  content: 'A page.\r\n\n\t“ü” 🙂 no newline at its end',
  remarks: [],
};
const write = ({ path }: Folder, given: object = {}) =>
  call(writePage, { ...page, ...given }, path);
const inPosts = ({ path }: Folder) => readdirSync(join(path, 'posts'));

test.each([
  ['A new lamp!', 'posts/a-new-lamp.md'],
  ['../../etc/passwd', 'posts/etc-passwd.md'],
  ['..\\..\\boot.ini', 'posts/boot-ini.md'],
  ['Straße & Café\u202e\0', 'posts/stra-e-cafe.md'],
  ['新しいランプ', 'posts/post.md'],
  ['.', 'posts/post.md'],
  [`${'long '.repeat(40)}title`, `posts/${'long-'.repeat(12).slice(0, -1)}.md`],
])('a title such as %j is the page %s', (title, path) => {
  expect(pagePath(title)).toBe(path);
  expect(writePage.input.safeParse({ ...page, path }).success).toBe(true);
});

test.each([
  '../a.md',
  'posts/../a.md',
  'posts/b/a.md',
  '/posts/a.md',
  'posts\\a.md',
  'posts/.a.md',
  'posts/a.md\n',
  'posts/A.md',
  'posts/a.html',
  'docs/a.md',
])('no page is called %j', async (path) => {
  const folder = new Folder();
  await expect(write(folder, { path })).rejects.toThrow('a page is called');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('it is written byte for byte, once, and nothing is left beside it', async () => {
  const folder = new Folder();
  const bytes = Buffer.byteLength(page.content);
  expect(await write(folder)).toEqual({ written: true, path: page.path, bytes });
  expect(readFileSync(join(folder.path, page.path), 'utf8')).toBe(page.content);
  expect(await write(folder)).toMatchObject({ written: true });
  expect(await write(folder, { content: `${page.content} ` })).toEqual({
    written: false,
    why: 'exists',
  });
  expect(readFileSync(join(folder.path, page.path), 'utf8')).toBe(page.content);
  expect(inPosts(folder)).toEqual(['a.md']);
});

test('what an attempt left behind is cleared by the next one of that call', async () => {
  const folder = new Folder();
  await write(folder);
  const { createHash } = await import('node:crypto');
  const key = createHash('sha256').update('run#task:tool:0.0').digest('hex').slice(0, 16);
  folder.write(`posts/.${key}-1-0`, 'half').write('posts/.other-1-0', 'of somebody else');
  await write(folder, { path: 'posts/b.md' });
  expect(inPosts(folder).toSorted()).toEqual(['.other-1-0', 'a.md', 'b.md']);
});

test('of two that write the same page at once one is there, whole', async () => {
  const folder = new Folder();
  const texts = ['first '.repeat(20_000), 'second '.repeat(20_000)];
  const told = await Promise.all(texts.map((content) => write(folder, { content })));
  expect(told.filter(({ written }) => written)).toHaveLength(1);
  const at = told.findIndex(({ written }) => written);
  expect(readFileSync(join(folder.path, page.path), 'utf8')).toBe(texts[at]);
  expect(inPosts(folder)).toEqual(['a.md']);
});

test('a link in the place of the folder or of the page is followed nowhere', async () => {
  const outside = new Folder().write('mine.md', 'mine');
  const linked = new Folder().link('posts', outside.path);
  expect(await write(linked)).toEqual({ written: false, why: 'linked' });
  const within = new Folder();
  mkdirSync(join(within.path, 'posts'));
  within
    .link('posts/a.md', join(outside.path, 'mine.md'))
    .link('posts/b.md', join(outside.path, 'new.md'));
  expect(await write(within, { content: 'mine' })).toEqual({ written: false, why: 'exists' });
  expect(await write(within, { path: 'posts/b.md' })).toEqual({ written: false, why: 'exists' });
  expect(await write(new Folder().write('posts', 'a file'))).toMatchObject({ why: 'no-folder' });
  expect(readdirSync(outside.path)).toEqual(['mine.md']);
  expect(readFileSync(join(outside.path, 'mine.md'), 'utf8')).toBe('mine');
});

test('a folder that is put in the place of another while it is written: no word gets out', async () => {
  const words: string[] = [];
  for (let ticks = 0; ticks < 120; ticks++) {
    const outside = new Folder();
    const folder = new Folder().write('posts/old.md', 'old');
    const told = write(folder);
    for (let tick = 0; tick < ticks % 40; tick++) await new Promise((go) => setImmediate(go));
    renameSync(join(folder.path, 'posts'), join(folder.path, 'away'));
    try {
      folder.link('posts', outside.path);
    } catch {
      // The tool has made the folder anew in between.
    }
    await told;
    const files = readdirSync(outside.path);
    words.push(...files.map((name) => readFileSync(join(outside.path, name), 'utf8')));
  }
  expect(words.filter((text) => text !== '')).toEqual([]);
});

test('too much text, half a sign and no project are told, and write nothing', async () => {
  const folder = new Folder();
  await expect(write(folder, { content: 'x'.repeat(1_000_000) })).rejects.toThrow('Too big');
  await expect(write(folder, { content: 'a\ud83d' })).rejects.toThrow('half a sign');
  expect(existsSync(join(folder.path, 'posts'))).toBe(false);
  expect(await call(writePage, page, '/nowhere')).toEqual({ written: false, why: 'no-folder' });
});

test.skipIf(process.getuid?.() === 0)('where nothing may be written, that is said', async () => {
  const closed = new Folder();
  chmodSync(closed.path, 0o500);
  expect(await write(closed)).toMatchObject({ why: 'unwritable' });
});
