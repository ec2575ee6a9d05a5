// Goal: what the git tools tell of a project is true, for ordinary and for odd repositories.
// Method: repositories made with plain git commands and fixed dates; whole answers compared.
import { describe, expect, test } from 'vitest';
import { gitAuthors, gitBranches, gitCommits, gitStatus, gitTags } from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { Folder, inConflict, longHistory, ODD_NAMES, Repository } from '../fixtures/repository.ts';

const status = (project: string) => call(gitStatus, {}, project);
const branches = (project: string) => call(gitBranches, {}, project);
const commits = (project: string, rest: object = {}) =>
  call(gitCommits, { maxCommits: 100, ...rest }, project);

describe('git-status', () => {
  test('names staged, changed, renamed and unknown files, and stashes', async () => {
    const project = new Repository()
      .write('a.txt', 'a\n'.repeat(20))
      .write('b.txt', 'b\n')
      .commit('Start');
    project.write('b.txt', 'stashed\n').git('stash', '--quiet');
    project.git('mv', 'a.txt', 'moved here.txt');
    project.write('b.txt', 'changed\n').write('new/c.txt', 'c\n');
    expect(await status(project.path)).toEqual({
      repository: true,
      branch: 'main',
      head: project.git('rev-parse', 'HEAD').trim(),
      upstream: null,
      ahead: null,
      behind: null,
      entries: [
        { code: ' M', path: 'b.txt', renamedFrom: null, conflict: false },
        { code: 'R ', path: 'moved here.txt', renamedFrom: 'a.txt', conflict: false },
        { code: '??', path: 'new/c.txt', renamedFrom: null, conflict: false },
      ],
      counts: { staged: 1, unstaged: 1, untracked: 1, conflicts: 0 },
      stashes: 1,
      truncated: false,
    });
  });

  test('keeps every odd name as it is', async () => {
    const project = new Repository();
    for (const name of ODD_NAMES) project.write(name, 'x\n');
    const told = await status(project.path);
    expect(told).toMatchObject({
      head: null,
      branch: 'main',
      counts: { untracked: ODD_NAMES.length },
    });
    if (!told.repository) return;
    expect(told.entries.map(({ path }) => path).toSorted()).toEqual([...ODD_NAMES].toSorted());
  });

  test('knows a conflict, a detached head and the distance to the upstream', async () => {
    const conflict = await status(inConflict().path);
    expect(conflict).toMatchObject({
      entries: [{ code: 'UU', path: 'shared.txt', conflict: true }],
      counts: { conflicts: 1, unstaged: 0 },
    });
    const project = new Repository().commit('One').commit('Two', { day: 1 });
    project.git('branch', 'up', 'HEAD~1');
    project.git('branch', '--quiet', '--set-upstream-to=up');
    expect(await status(project.path)).toMatchObject({ upstream: 'up', ahead: 1, behind: 0 });
    project.git('checkout', '--quiet', '--detach');
    expect(await status(project.path)).toMatchObject({ branch: null, upstream: null });
  });

  test('cuts a long list and says so', async () => {
    const project = new Repository();
    for (let index = 0; index < 2003; index += 1) project.write(`f${index}`, '');
    const told = await status(project.path);
    expect(told).toMatchObject({ truncated: true, counts: { untracked: 2003 } });
    expect(told.repository && told.entries.length).toBe(2000);
  });
});

describe('git-branches', () => {
  test('measures each branch against the default one', async () => {
    const project = new Repository().write('a', '1').commit('Start');
    project.git('checkout', '--quiet', '-b', 'feature/x');
    project.write('b', '1').commit('Work on x', { day: 3, author: 'Bo Li' });
    project.git('checkout', '--quiet', 'main');
    project.commit('More', { day: 1 }).git('branch', 'done');
    const told = await branches(project.path);
    expect(told).toMatchObject({ default: { name: 'main' }, current: 'main', truncated: false });
    expect(told.repository && told.branches).toMatchObject([
      {
        name: 'feature/x',
        ahead: 1,
        behind: 1,
        merged: false,
        author: 'Bo Li',
        subject: 'Work on x',
      },
      { name: 'done', ahead: 0, behind: 0, merged: true, date: '2026-01-02T01:00:00+01:00' },
      { name: 'main', ahead: 0, behind: 0, merged: true },
    ]);
  });

  test('takes the default branch from origin, master or the current one', async () => {
    const origin = new Repository().commit('Start');
    origin.git('branch', '-m', 'trunk');
    const clone = new Repository();
    clone.git('fetch', '--quiet', origin.path, 'trunk:refs/remotes/origin/trunk');
    clone.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    expect(await branches(clone.path)).toMatchObject({
      default: { name: 'origin/trunk' },
      branches: [],
    });
    expect(await branches(origin.path)).toMatchObject({ default: { name: 'trunk' } });
    origin.git('branch', 'master');
    expect(await branches(origin.path)).toMatchObject({ default: { name: 'master' } });
    expect(await branches(new Repository().path)).toMatchObject({ default: null, branches: [] });
  });

  test('shows the newest hundred of many', async () => {
    const project = new Repository().commit('Start');
    const head = project.git('rev-parse', 'HEAD').trim();
    const updates = Array.from(
      { length: 130 },
      (_, index) => `create refs/heads/b${index} ${head}\n`,
    );
    project.feed(updates.join(''), ['update-ref', '--stdin']);
    const told = await branches(project.path);
    expect(told.repository && [told.branches.length, told.truncated]).toEqual([100, true]);
  });
});

describe('git-commits and git-tags', () => {
  test('tell a range, newest first, and the tags that HEAD reaches', async () => {
    const project = new Repository().commit('One').tag('v1.0.0');
    project
      .commit('Two\n\nwith a body\nof two lines', { day: 1, author: 'Bo Li' })
      .git('tag', 'light');
    project.git('checkout', '--quiet', '-b', 'side');
    project
      .commit('Side', { day: 4 })
      .tag('unreached', { day: 4 })
      .git('checkout', '--quiet', 'main');
    const told = await commits(project.path, { after: 'v1.0.0' });
    expect(told.repository && told.commits).toMatchObject([
      { subject: 'Two', body: 'with a body\nof two lines', author: 'Bo Li', truncated: false },
    ]);
    const tags = await call(gitTags, {}, project.path);
    expect(tags.repository && tags.tags.map(({ name }) => name)).toEqual(['light', 'v1.0.0']);
    expect(tags.repository && tags.tags[1]?.commit).toBe(project.git('rev-parse', 'main~1').trim());
  });

  test('a merge has two parents; an unknown ref is named; an empty repository has none', async () => {
    const project = new Repository().commit('One');
    project.git('checkout', '--quiet', '-b', 'side');
    project.commit('Side', { day: 1 }).git('checkout', '--quiet', 'main');
    project.merge('side', 'Merge side', { day: 2 });
    const told = await commits(project.path);
    expect(told.repository && told.commits.map(({ parents }) => parents.length)).toEqual([2, 1, 0]);
    expect(await commits(project.path, { after: 'v9' })).toMatchObject({
      unknownRef: 'v9',
      commits: [],
    });
    expect(await commits(new Repository().path)).toMatchObject({ head: null, commits: [] });
  });

  test('read 1,000 of 10,000 commits and say that there are more', async () => {
    const told = await commits(longHistory(10_000).path, { maxCommits: 1000 });
    expect(told.repository && [told.commits.length, told.truncated]).toEqual([1000, true]);
    expect(told.repository && told.commits[0]?.subject).toBe('Change 9999');
  });
});

test('git-authors names who wrote a line, and nobody for what is not committed', async () => {
  const project = new Repository().write('a b.txt', 'one\n').commit('One');
  project.write('a b.txt', 'one\ntwo\n').commit('Two', { author: 'Bo Li' });
  project.write('a b.txt', 'one\ntwo\nthree\n').write('new.txt', 'n\n');
  const lines = [1, 2, 3].map((line) => ({ path: 'a b.txt', line }));
  const stray = [
    { path: 'new.txt', line: 1 },
    { path: '../x', line: 1 },
    { path: '-L1', line: 1 },
  ];
  const told = await call(gitAuthors, { lines: [...lines, ...stray] }, project.path);
  expect(told.repository && told.authors.map(({ author }) => author)).toEqual([
    'Ada Obi',
    'Bo Li',
    null,
    null,
    null,
    null,
  ]);
});

describe('what is no ordinary repository', () => {
  test('is a fact with its reason', async () => {
    const corrupt = new Repository().commit('Start').write('.git/HEAD', 'nonsense\n');
    const broken = new Repository().write('a', 'a').commit('Start').remove('.git/objects');
    const elsewhere = new Repository();
    elsewhere.git('config', 'core.worktree', new Folder().path);
    const inside = new Repository().write('sub/a.txt', 'a').commit('Start');
    const file = new Folder().write('file', '');
    const facts = [
      [new Folder().path, 'none'],
      [`${inside.path}/sub`, 'none'],
      [`${file.path}/missing`, 'no-folder'],
      [`${file.path}/file`, 'no-folder'],
      [corrupt.path, 'corrupt'],
      [broken.path, 'corrupt'],
      [elsewhere.path, 'outside'],
      [new Repository('--bare').path, 'bare'],
    ] as const;
    for (const [project, why] of facts) {
      const told = await status(project);
      expect(told).toMatchObject({ repository: false, why });
      expect(JSON.stringify(told)).not.toContain(project);
    }
  });

  test('a bare or shallow one, a worktree and a submodule still tell what they know', async () => {
    const origin = new Repository().write('a', 'a').commit('One').commit('Two', { day: 1 });
    const bare = new Folder();
    origin.git('clone', '--quiet', '--bare', '.', `${bare.path}/bare`);
    expect(await commits(`${bare.path}/bare`)).toMatchObject({ repository: true, shallow: false });
    origin.git('clone', '--quiet', '--depth=1', `file://${origin.path}`, `${bare.path}/shallow`);
    const shallow = await commits(`${bare.path}/shallow`);
    expect(shallow.repository && [shallow.shallow, shallow.commits.length]).toEqual([true, 1]);
    origin.git('worktree', 'add', '--quiet', '-b', 'wt', `${bare.path}/wt`);
    expect(await status(`${bare.path}/wt`)).toMatchObject({ branch: 'wt' });
    const parent = new Repository();
    parent.git('submodule', '--quiet', 'add', origin.path, 'sub');
    parent.commit('With a submodule').write('sub/dirty.txt', 'x');
    expect(await status(parent.path)).toMatchObject({ entries: [] });
    expect(await status(`${parent.path}/sub`)).toMatchObject({ counts: { untracked: 1 } });
  });
});
