// Goal: git-diff tells each changed file once, its added lines with their numbers, and what was cut.
// Method: repositories made with plain git commands; files with odd names, conflicts, binaries, 50 MB.
import { describe, expect, test } from 'vitest';
import { gitDiff } from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { inConflict, ODD_NAMES, Repository } from '../fixtures/repository.ts';

const diff = (project: string) => call(gitDiff, { of: 'files' }, project);

describe('git-diff', () => {
  test('numbers the added lines of changed, new, renamed and deleted files', async () => {
    const project = new Repository()
      .write('a.txt', '1\n2\n3\n4\n')
      .write('old name.txt', 'same\n'.repeat(30))
      .write('gone.txt', 'x\ny\n')
      .commit('Start');
    project.git('mv', 'old name.txt', 'new name.txt');
    project.remove('gone.txt').write('a.txt', '1\ntwo\n3\n4\n+++ b/five\n').write('u.txt', 'u\n');
    const told = await diff(project.path);
    const plain = { renamedFrom: null, binary: false, secrets: [], truncated: false };
    const changed = { ...plain, path: 'a.txt', change: 'modified', added: 2, deleted: 1 };
    expect(told.repository && told.files).toEqual([
      {
        ...changed,
        hunks: [
          { start: 2, lines: ['two'] },
          { start: 5, lines: ['+++ b/five'] },
        ],
      },
      { ...plain, path: 'gone.txt', change: 'deleted', added: 0, deleted: 2, hunks: [] },
      {
        ...plain,
        path: 'new name.txt',
        change: 'renamed',
        added: 0,
        deleted: 0,
        hunks: [],
        renamedFrom: 'old name.txt',
      },
      {
        ...plain,
        path: 'u.txt',
        change: 'untracked',
        added: 1,
        deleted: 0,
        hunks: [{ start: 1, lines: ['u'] }],
      },
    ]);
  });

  test('finds the lines of every odd name, committed or not', async () => {
    const project = new Repository().commit('Start');
    project.git('checkout', '--quiet', '-b', 'odd');
    for (const name of ODD_NAMES) project.write(name, 'line\n');
    const asUntracked = await diff(project.path);
    project.commit('Odd', { day: 1 });
    const asBranch = await call(
      gitDiff,
      { of: 'branch', base: 'main', branch: 'odd' },
      project.path,
    );
    for (const told of [asUntracked, asBranch])
      expect(told.repository && told.files.map(({ path, hunks }) => [path, hunks])).toEqual(
        [...ODD_NAMES].toSorted().map((name) => [name, [{ start: 1, lines: ['line'] }]]),
      );
  });

  test('lists a conflict once, a binary without lines, and works before the first commit', async () => {
    const conflict = await diff(inConflict().path);
    expect(conflict.repository && conflict.files).toMatchObject([
      { path: 'shared.txt', hunks: [{ start: 1, lines: ['<<<<<<< HEAD'] }, { start: 3 }] },
    ]);
    const project = new Repository().write('b.bin', Buffer.from([1, 0, 2])).write('t.txt', 't\n');
    project.git('add', '--all');
    expect(await diff(project.path)).toMatchObject({
      files: [
        { path: 'b.bin', binary: true, hunks: [] },
        { path: 't.txt', change: 'added', hunks: [{ start: 1, lines: ['t'] }] },
      ],
    });
  });

  test('reads the beginning of a file of 50 MB, and says so', async () => {
    const project = new Repository().commit('Start');
    project
      .write('big.txt', 'word\n'.repeat(10_000_000))
      .write('big.bin', Buffer.alloc(50_000_000));
    const told = await diff(project.path);
    expect(told).toMatchObject({
      truncated: true,
      files: [
        { path: 'big.bin', binary: true },
        { path: 'big.txt', truncated: true },
      ],
    });
    expect(JSON.stringify(told).length).toBeLessThan(20_000);
  });
});
