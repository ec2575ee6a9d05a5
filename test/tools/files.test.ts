// Goal: the file tools tell what is in a project, bounded, and nothing that lies outside of it.
// Method: folders with and without git, odd names, links, pipes and large files; attacks beside ordinary use.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listFiles, readFile, readFiles, searchText } from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { Folder, ODD_NAMES, PRIVATE_KEY, Repository, SECRETS } from '../fixtures/repository.ts';

const list = (project: string, rest: object = {}) =>
  call(listFiles, { maxFiles: 5000, ...rest }, project);
const read = (project: string, path: string, maxBytes = 1000) =>
  call(readFile, { path, maxBytes }, project);
const search = (project: string, words: string[], rest: object = {}) =>
  call(searchText, { words, maxMatches: 100, ...rest }, project);
const pathsOf = async (project: string, rest: object = {}) => {
  const told = await list(project, rest);
  return told.folder ? told.files.map(({ path }) => path) : told.why;
};

describe.each([
  ['with git', () => new Repository().write('.gitignore', '').write('a.txt', 'a').commit('Start')],
  ['without git', () => new Folder().write('.gitignore', '').write('a.txt', 'a')],
] as const)('list-files %s', (how, make) => {
  test('names every odd name, with sizes, and enters no installed package', async () => {
    const project = make().write('node_modules/x/i.js', '').write('sub/deep/b.txt', 'bb');
    for (const name of ODD_NAMES) project.write(name, 'xyz');
    expect(await pathsOf(project.path)).toEqual(
      [...ODD_NAMES, '.gitignore', 'a.txt', 'sub/deep/b.txt'].toSorted(),
    );
    expect(await list(project.path, { called: ['b.txt'] })).toEqual({
      folder: true,
      by: how === 'with git' ? 'git' : 'walk',
      files: [{ path: 'sub/deep/b.txt', bytes: 2, link: false }],
      truncated: false,
    });
    expect(await pathsOf(project.path, { endings: ['.md', 'a.txt'] })).toEqual(['a.txt']);
  });

  test('names a link, follows none, and cuts with a flag', async () => {
    const outside = new Folder().write('hidden.txt', 'hidden');
    const project = make().link('out', outside.path).link('loop', '.');
    expect(await pathsOf(project.path)).toEqual(['.gitignore', 'a.txt', 'loop', 'out']);
    const cut = await list(project.path, { maxFiles: 2 });
    expect(cut.folder && [cut.files.length, cut.truncated]).toEqual([2, true]);
  });

  test('names what is no text with replacement signs', async () => {
    const project = make();
    writeFileSync(
      Buffer.concat([Buffer.from(`${project.path}/x`), Buffer.from([0xff, 0x2e])]),
      'x',
    );
    expect(await pathsOf(project.path)).toEqual(['.gitignore', 'a.txt', 'x\ufffd.']);
    expect(await search(project.path, ['x'])).toMatchObject({ skipped: { unreadable: 1 } });
  });
});

test('what is no folder is a fact with its reason', async () => {
  const folder = new Folder().write('file', 'x');
  for (const tool of [(path: string) => list(path), (path: string) => search(path, ['x'])]) {
    expect(await tool(`${folder.path}/none`)).toEqual({ folder: false, why: 'missing' });
    expect(await tool(`${folder.path}/file`)).toEqual({ folder: false, why: 'not-a-folder' });
  }
  expect(await read(`${folder.path}/none`, 'a')).toEqual({ read: false, why: 'missing' });
});

describe('read-file', () => {
  test('reads a text whole, or to its last whole line, and says so', async () => {
    const project = new Folder()
      .write('a.txt', 'one\ntwo\nthree\n')
      .write('b.bin', Buffer.from([1, 0]));
    expect(await read(project.path, 'a.txt')).toMatchObject({
      text: 'one\ntwo\nthree\n',
      truncated: false,
    });
    expect(await read(project.path, 'a.txt', 10)).toMatchObject({
      text: 'one\ntwo\n',
      bytes: 14,
      truncated: true,
    });
    expect(await read(project.path, 'b.bin')).toMatchObject({ text: '', binary: true });
  });

  test('never shows a secret, nor half of one', async () => {
    const lines = `first\nkey=${SECRETS.aws}\npassword: "${SECRETS.password}"\n${PRIVATE_KEY}last\n`;
    const project = new Folder().write('a.env', lines);
    const told = await read(project.path, 'a.env');
    expect(told).toMatchObject({ redacted: 3 });
    expect(told.read && told.text.split('\n').slice(-2)).toEqual(['last', '']);
    for (let maxBytes = 1; maxBytes < lines.length; maxBytes += 1) {
      const text = JSON.stringify(await read(project.path, 'a.env', maxBytes));
      for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret.slice(0, 8));
    }
  });

  test('stays inside: no parents, no paths from the root to elsewhere, no links out, nothing of git', async () => {
    const outside = new Folder().write('hidden.txt', 'hidden');
    const project = new Repository().write('in.txt', 'in').write('sub/a', 'a');
    project.link('out.txt', `${outside.path}/hidden.txt`).link('dir', outside.path);
    project.link('ok.txt', 'in.txt').link('git', '.git').link('gone', 'nowhere');
    const attacks = [
      `../${outside.path.split('/').at(-1)}/hidden.txt`,
      'sub/../../x',
      `${outside.path}/hidden.txt`,
      `${project.path}/.git/config`,
      `${project.path}/../x`,
      'out.txt',
      'dir/hidden.txt',
      '.git/config',
      '.GIT/config',
      'sub/../.git/config',
      'git/config',
      '.',
    ];
    const told = await Promise.all(attacks.map((path) => read(project.path, path)));
    expect(told).toEqual(attacks.map(() => ({ read: false, why: 'outside' })));
    expect(await read(project.path, `${project.path}/sub/a`)).toMatchObject({ text: 'a' });
    expect(await read(project.path, 'ok.txt')).toMatchObject({ text: 'in' });
    expect(await read(project.path, 'gone')).toEqual({ read: false, why: 'missing' });
    expect(await read(project.path, 'a\0b')).toEqual({ read: false, why: 'missing' });
    expect(await read(project.path, 'x'.repeat(4000))).toEqual({ read: false, why: 'missing' });
    expect(await read(project.path, 'sub')).toMatchObject({ read: false });
  });

  test('is not hung by a pipe', async () => {
    const project = new Folder();
    execFileSync('sh', ['-c', 'mkfifo "$0"', `${project.path}/pipe`]);
    expect(await read(project.path, 'pipe')).toEqual({ read: false, why: 'not-a-file' });
  });
});

describe('search-text', () => {
  test('finds lines by fixed words, with and without git, secrets left out', async () => {
    for (const project of [new Folder(), new Repository()]) {
      project
        .write('b.ts', `x\nfind (.*) me ${SECRETS.github}\n`)
        .write('a b.md', 'find me\nfind (.*) me');
      project.write('bin', Buffer.from('\0find (.*) me')).write('node_modules/x', 'find (.*) me');
      project.write('.gitignore', 'node_modules').link('again.md', 'a b.md');
      const told = await search(project.path, ['(.*)']);
      expect(told).toMatchObject({ skipped: { binary: 1 }, searched: 3, truncated: false });
      expect(told.folder && told.matches).toEqual([
        { path: 'a b.md', line: 2, word: '(.*)', text: 'find (.*) me' },
        { path: 'b.ts', line: 2, word: '(.*)', text: 'find (.*) me [redacted github-token]' },
      ]);
      const only = await search(project.path, ['find'], { endings: ['.md'] });
      expect(only.folder && only.matches.map(({ line }) => line)).toEqual([1, 2]);
    }
  });

  test('cuts long lines around the word, skips large files, bounds matches', async () => {
    const project = new Folder().write(
      'long.js',
      `${'a'.repeat(500_000)}WORD${'b'.repeat(400_000)}`,
    );
    project.write('large.txt', 'WORD\n'.repeat(300_000)).write('many.txt', 'WORD\n'.repeat(500));
    const told = await search(project.path, ['WORD']);
    expect(told).toMatchObject({ truncated: true, skipped: { large: 1 } });
    expect(told.folder && told.matches.length).toBe(100);
    expect(told.folder && told.matches[0]?.text).toMatch(/^a{80}WORDb{156}$/);
  });

  test('an abort ends it', async () => {
    const project = new Folder().write('a', 'x');
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(
      call(searchText, { words: ['x'], maxMatches: 1 }, project.path, aborted),
    ).rejects.toThrow('stopped');
  });
});

test('read-files reads whole texts in one go, says what it left out, and follows no link out', async () => {
  const outside = new Folder().write('hidden.txt', 'hidden');
  const project = new Folder().write('a.txt', `key = '${SECRETS.aws}'\n`).write('b.txt', 'b');
  project.write('c.bin', Buffer.from([0])).link('out.txt', `${outside.path}/hidden.txt`);
  const many = (rest: object) => call(readFiles, { maxBytes: 1000, ...rest }, project.path);
  const all = await many({ endings: ['.txt', '.bin'] });
  expect(all).toMatchObject({
    files: [{ path: 'a.txt' }, { path: 'b.txt', text: 'b' }],
    unread: [{ path: 'c.bin', why: 'binary' }],
    truncated: false,
  });
  expect(JSON.stringify(all)).not.toContain(SECRETS.aws);
  expect(await many({ paths: ['out.txt', 'gone', 'b.txt', '../x'] })).toMatchObject({
    files: [{ path: 'b.txt' }],
    unread: [
      { path: 'out.txt', why: 'outside' },
      { path: 'gone', why: 'missing' },
      { path: '../x', why: 'outside' },
    ],
  });
  expect(await many({ endings: ['.txt'], maxBytes: 1 })).toMatchObject({
    files: [{ path: 'b.txt' }],
    truncated: true,
  });
  const next = { files: [{ path: 'b.txt' }], next: null };
  expect(await many({ endings: ['.txt'], after: 'a.txt' })).toMatchObject(next);
  project.write('large.txt', 'x'.repeat(1_000_001));
  expect(await many({ paths: ['large.txt'] })).toMatchObject({ unread: [{ why: 'too-large' }] });
});

test('read-files answers with no more than a value may have, and goes on behind it until all is read', async () => {
  const project = new Folder();
  // As JSON each is twice as long.
  for (const name of ['a', 'b', 'c', 'd', 'e']) project.write(`${name}.txt`, '"'.repeat(900_000));
  const paths: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < 9; page += 1) {
    const told = await call(
      readFiles,
      { endings: ['.txt'], maxBytes: 8_000_000, after },
      project.path,
    );
    if (!told.folder) throw new Error(told.why);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(4 * 1024 * 1024);
    paths.push(...told.files.map(({ path }) => path));
    expect(told.truncated).toBe(told.next !== null);
    if (told.next === null) break;
    after = told.next;
  }
  expect(paths).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']);
});
