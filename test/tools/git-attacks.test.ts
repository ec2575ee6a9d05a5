// Goal: no input, project, setting or environment turns a git tool into anything but a bounded reader.
// Method: option-shaped refs, hostile repository settings, hostile variables, huge outputs, aborts, no git.
import { chmodSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  gitAuthors,
  gitBranches,
  gitCommits,
  gitDiff,
  gitStatus,
  gitTags,
} from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { Folder, Repository } from '../fixtures/repository.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a ref', () => {
  test.each([
    '--output=x',
    '-x',
    '--upload-pack=touch x',
    'a..b',
    'a...b',
    'HEAD~1',
    'HEAD^',
    'a:b',
    ':/text',
    'x@{1}',
    'a b',
    'a\nb',
    'a\0b',
    '*',
    '[a]',
    '',
    'x'.repeat(1025),
  ])('that is no plain name is refused: %j', (ref) => {
    for (const [tool, input] of [
      [gitCommits, { after: ref, maxCommits: 1 }],
      [gitDiff, { of: 'branch', base: ref, branch: 'main' }],
      [gitDiff, { of: 'branch', base: 'main', branch: ref }],
    ] as const)
      expect(tool.input.safeParse(input).success).toBe(false);
  });

  test('that slips by the contract is still no option', async () => {
    const project = new Repository().commit('Start');
    const context = {
      scope: 's',
      project: project.path,
      key: 'k',
      signal: new AbortController().signal,
    };
    const told = await gitCommits.run(
      { after: `--output=${project.path}/pwned`, maxCommits: 1 },
      context,
    );
    expect(told).toMatchObject({
      unknownRef: expect.stringContaining('--output') as string,
      commits: [],
    });
    expect(existsSync(`${project.path}/pwned`)).toBe(false);
  });

  test('that names a file, a blob or a strange branch is taken as what it is', async () => {
    const project = new Repository().write('main.txt', 'x').commit('Start');
    project.git('update-ref', 'refs/heads/-f', 'HEAD');
    const told = await call(gitBranches, {}, project.path);
    expect(told.repository && told.branches.map(({ name }) => name)).toEqual(['-f', 'main']);
    const diff = await call(
      gitDiff,
      { of: 'branch', base: 'main.txt', branch: 'main' },
      project.path,
    );
    expect(diff).toMatchObject({ unknownRef: 'main.txt', files: [] });
    const blob = project.git('rev-parse', 'HEAD:main.txt').trim();
    project.git('tag', 'blob', blob);
    expect(await call(gitTags, {}, project.path)).toMatchObject({ tags: [] });
  });
});

describe('a hostile project', () => {
  test('runs none of its programs', async () => {
    const project = new Repository()
      .write('a.txt', 'a\n')
      .write('b.md', 'b\n')
      .write('.gitattributes', '*.txt diff=evil filter=e=vil\n*.md filter=evil\n')
      .commit('Start');
    const trap = `${project.path}/.git/trap.sh`;
    writeFileSync(trap, `#!/bin/sh\ntouch '${project.path}/.git/sprung'\n`);
    chmodSync(trap, 0o755);
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'diff.evil.textconv',
      'diff.evil.command',
      'core.pager',
      'gpg.program',
      'core.sshCommand',
      'core.editor',
      'filter.evil.clean',
      'filter.e=vil.process',
      'filter.evil.smudge',
    ])
      project.git('config', key, trap);
    project.git('config', 'log.showSignature', 'true');
    project.git('config', 'color.ui', 'always');
    project.git('config', 'diff.noprefix', 'true');
    project.git('config', 'diff.mnemonicPrefix', 'true');
    project.write('.git/hooks/post-index-change', `#!/bin/sh\n${trap}\n`);
    chmodSync(`${project.path}/.git/hooks/post-index-change`, 0o755);
    project.git('config', 'filter.evil.required', 'true');
    project.write('a.txt', 'b\n').write('b.md', 'c\n');
    expect(await call(gitStatus, {}, project.path)).toMatchObject({ counts: { unstaged: 2 } });
    const diff = await call(gitDiff, { of: 'files' }, project.path);
    expect(diff).toMatchObject({
      files: [{ path: 'a.txt', hunks: [{ start: 1, lines: ['b'] }] }, { path: 'b.md' }],
    });
    const commits = await call(gitCommits, { maxCommits: 9 }, project.path);
    expect(commits).toMatchObject({ commits: [{ subject: 'Start' }] });
    const lines = [
      { path: 'a.txt', line: 1 },
      { path: '.gitattributes', line: 1 },
    ];
    const authors = await call(gitAuthors, { lines }, project.path);
    expect(authors).toMatchObject({ authors: [{ author: null }, { author: 'Ada Obi' }] });
    expect(existsSync(`${project.path}/.git/sprung`)).toBe(false);
  });

  test('cannot be turned to another repository by the environment', async () => {
    const [project, other] = [new Repository().commit('Ours'), new Repository().commit('Theirs')];
    vi.stubEnv('GIT_DIR', `${other.path}/.git`);
    vi.stubEnv('GIT_WORK_TREE', other.path);
    vi.stubEnv('GIT_CONFIG_COUNT', 'nonsense');
    vi.stubEnv('GIT_EXTERNAL_DIFF', 'false');
    const told = await call(gitCommits, { maxCommits: 9 }, project.path);
    expect(told).toMatchObject({ commits: [{ subject: 'Ours' }] });
  });

  test('with promised objects fetches nothing', async () => {
    const origin = new Repository().write('a.txt', 'a\n'.repeat(99)).commit('Start');
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const clones = new Folder();
    const clone = `${clones.path}/c`;
    origin.git(
      'clone',
      '--quiet',
      '--no-checkout',
      '--filter=blob:none',
      `file://${origin.path}`,
      clone,
    );
    const config = readFileSync(`${clone}/.git/config`, 'utf8');
    const url = `ext::sh -c touch% ${clones.path}/sprung`;
    const hostile = config.replace(/url = .*/, `url = ${url}`);
    writeFileSync(`${clone}/.git/config`, `${hostile}[protocol "ext"]\n\tallow = always\n`);
    expect(await call(gitDiff, { of: 'files' }, clone)).toMatchObject({ repository: false });
    expect(existsSync(`${clones.path}/sprung`)).toBe(false);
  });

  test('leaves the index as it was', async () => {
    const project = new Repository().write('a', 'a').commit('Start');
    const { mtimeMs } = statSync(`${project.path}/.git/index`);
    // Of another time, with the same words: git would note that it has looked.
    utimesSync(join(project.path, 'a'), 1, 1);
    await call(gitStatus, {}, project.path);
    expect(await call(gitDiff, { of: 'files' }, project.path)).toMatchObject({ files: [] });
    expect(statSync(`${project.path}/.git/index`).mtimeMs).toBe(mtimeMs);
  });
});

describe('limits', () => {
  test('a diff of 60 MB is cut, counted and small', async () => {
    const project = new Repository().write('big.txt', '').commit('Start');
    project.write('big.txt', 'some words\n'.repeat(6_000_000));
    const told = await call(gitDiff, { of: 'files' }, project.path);
    expect(told).toMatchObject({ truncated: true, files: [{ added: 6_000_000, truncated: true }] });
    expect(JSON.stringify(told).length).toBeLessThan(20_000);
  });

  test('endless words in a commit are cut, and said to be', async () => {
    const project = new Repository().commit(`${'s'.repeat(1000)}\n\n${'🦊'.repeat(5000)}`);
    const told = await call(gitCommits, { maxCommits: 1 }, project.path);
    const [commit] = told.repository ? told.commits : [];
    expect([commit?.subject.length, commit?.body.length, commit?.truncated]).toEqual([
      300,
      2000,
      true,
    ]);
    expect(commit?.body.isWellFormed()).toBe(true);
  });

  test('an abort ends a call', async () => {
    const project = new Repository().commit('Start');
    const stop = new AbortController();
    const running = call(gitStatus, {}, project.path, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
  });
});

test('a machine without git is a fact', async () => {
  const project = new Repository().commit('Start');
  vi.stubEnv('PATH', new Folder().path);
  expect(await call(gitStatus, {}, project.path)).toMatchObject({
    repository: false,
    why: 'no-git',
  });
});

test('a folder of somebody else is a fact', async () => {
  const project = new Repository().commit('Start');
  const fake = new Folder();
  fake.write(
    'git',
    '#!/bin/sh\necho "fatal: detected dubious ownership in repository at \'$PWD\'" >&2\nexit 128\n',
  );
  chmodSync(`${fake.path}/git`, 0o755);
  vi.stubEnv('PATH', `${fake.path}:/bin:/usr/bin`);
  const told = await call(gitStatus, {}, project.path);
  expect(told).toMatchObject({ repository: false, why: 'refused' });
  expect(JSON.stringify(told)).not.toContain(project.path);
});
