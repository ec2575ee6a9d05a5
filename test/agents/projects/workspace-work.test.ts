// Goal: of the work in a project is told what is begun and not finished, the same each time, and nothing else.
// Method: it acts on generated repositories through the real tools; findings are compared whole.
import { expect, test } from 'vitest';
import { workspaceKeeper } from '../../../agents/projects/workspace-keeper.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, inConflict, longHistory, Repository } from '../../fixtures/repository.ts';

interface Work {
  readonly summary: string;
  readonly branches: unknown[];
}
const act = async (project: string) => {
  const said = await perform<{ summary: string; work: object | null }>(
    workspaceKeeper,
    'What is in progress?',
    project,
  );
  const { work, ...rest } = said.value;
  return { ...said, value: { ...rest, ...work } as unknown as Work };
};

function busy(): Repository {
  const project = new Repository().write('a.txt', 'a\n').commit('Start');
  project.git('checkout', '--quiet', '-b', 'old/idea');
  project.write('idea.txt', 'x\n').commit('Try an idea', { day: 2, author: 'Bo Li' });
  project.git('checkout', '--quiet', 'main');
  project.commit('Go on', { day: 60 });
  project.git('checkout', '--quiet', '-b', 'feature/`odd`\u202e');
  project.write('b.txt', 'b\n').commit('Add <b> [b](http://x)', { day: 61 });
  project.git('checkout', '--quiet', 'main');
  project.git('branch', 'merged', 'main~1');
  project.write('a.txt', 'stashed\n').git('stash', '--quiet');
  return project.write('a.txt', 'changed\n').write('new.txt', '');
}

test('names open branches, stale ones, uncommitted files and stashes', async () => {
  const project = busy();
  const said = await act(project.path);
  expect(said).toMatchObject({
    outcome: 'reported',
    value: {
      branch: 'main',
      uncommitted: { staged: 0, unstaged: 1, untracked: 1, conflicts: 0 },
      stashes: 1,
      branches: [
        { ahead: 1, behind: 0, stale: false },
        { name: 'old/idea', ahead: 1, behind: 1, author: 'Bo Li', stale: true },
      ],
      truncated: false,
    },
  });
  expect(said.value.branches).toHaveLength(2);
  expect(said.value.summary).toBe(
    [
      '**In this folder** (2)',
      '- Uncommitted files: 1 changed and not staged, 1 not known to git',
      '- 1 stash put away',
      '**Branches not merged into `main`** (2)',
      "- `feature/'odd'\\u{202e}`: 1 commit ahead; last 2026-03-03 by Ada Obi: Add < b> [b] (http://x)",
      '- `old/idea`: 1 commit ahead, 1 behind; last 2026-01-03 by Bo Li: Try an idea (stale)',
    ].join('\n'),
  );
  expect(JSON.stringify(await act(project.path))).toBe(JSON.stringify(said));
});

test('names conflicts and a head that is on no branch', async () => {
  const conflict = await act(inConflict().path);
  expect(conflict.value).toMatchObject({
    conflicts: ['shared.txt'],
    uncommitted: { conflicts: 1 },
  });
  expect(conflict.value.summary).toContain('In conflict: `shared.txt`');
  const project = new Repository().commit('One').commit('Two', { day: 1 });
  project.git('checkout', '--quiet', '--detach', 'HEAD~1');
  expect((await act(project.path)).value.summary).toContain('HEAD is on no branch');
});

test('says that all is done, also after 10,000 commits, in an empty and in a bare repository', async () => {
  for (const project of [longHistory(10_000), new Repository(), new Repository('--bare')])
    expect((await act(project.path)).outcome).toBe('all-done');
});

test('refuses what is no repository, and says what it needs', async () => {
  const folder = new Folder().write('file', '');
  expect(await act(folder.path)).toMatchObject({
    outcome: 'refused',
    value: { reason: 'This folder is not the root of a git repository.' },
  });
  for (const project of [`${folder.path}/file`, `${folder.path}/missing`])
    expect(await act(project)).toMatchObject({
      outcome: 'refused',
      value: { needs: 'a folder that exists' },
    });
});
