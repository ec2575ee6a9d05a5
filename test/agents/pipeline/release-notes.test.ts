// Goal: release-notes groups what happened since the last release, and invents nothing.
// Method: the kit is tested on subjects, the agent on generated histories through the real tools.
import { describe, expect, test } from 'vitest';
import { read } from '../../../agents/pipeline/kit/release.ts';
import { releaseNotes } from '../../../agents/pipeline/release-notes.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, longHistory, Repository, SECRETS } from '../../fixtures/repository.ts';

interface Written {
  readonly summary: string;
  readonly since: string | null;
  readonly entries: readonly {
    readonly kind: string;
    readonly area: string | null;
    readonly text: string;
  }[];
}
const act = (project: string, text = 'Write the release notes') =>
  perform<Written>(releaseNotes, text, project);
const told = ({ entries }: Written) => entries.map(({ kind, area, text }) => [kind, area, text]);

test.each([
  ['feat(api): page results', '', 'features', 'api', 'page results'],
  ['fix: stop a crash', '', 'fixes', null, 'stop a crash'],
  ['refactor!: new names', '', 'breaking', null, 'new names'],
  ['feat: x', 'why\n\nBREAKING CHANGE: y is gone', 'breaking', null, 'y is gone'],
  ['parser: fix the last line', '', 'fixes', 'parser', 'fix the last line'],
  ['Add a search box', '', 'features', null, 'Add a search box'],
  ['Drops support for Node 18', '', 'breaking', null, 'Drops support for Node 18'],
  ['Address the review', '', 'others', null, 'Address the review'],
  ['http://x: y', '', 'others', null, 'http://x: y'],
  ['chore(deps): update', '', 'others', 'deps', 'update'],
])('reads %s', (subject, body, kind, area, text) => {
  expect(read({ subject, body })).toEqual({ kind, area, text });
});

function released(): Repository {
  const project = new Repository()
    .commit('feat: before')
    .tag('v1.0.0')
    .commit('fix: a leak', { day: 1 });
  project.git('checkout', '--quiet', '-b', 'side');
  project.commit('feat(ui): add a search box', { day: 2, author: 'Bo Li' });
  project.git('checkout', '--quiet', 'main');
  project.merge('side', "Merge branch 'side'", { day: 3 });
  project.commit('feat: a mistake', { day: 4 }).commit('Revert "feat: a mistake"', { day: 5 });
  project.commit('FIX: a leak', { day: 6, author: 'Bo Li' });
  return project.commit(`api!: tokens change\n\nthe old one was ${SECRETS.github}`, { day: 7 });
}

describe('since the last release', () => {
  test('groups changes, folds merges, reverts and repetitions, and names the authors', async () => {
    const project = released();
    const said = await act(project.path);
    expect(said).toMatchObject({
      outcome: 'written',
      value: {
        since: 'v1.0.0',
        authors: ['Ada Obi', 'Bo Li'],
        merges: 1,
        reverted: 1,
        truncated: false,
      },
    });
    expect(told(said.value)).toEqual([
      ['breaking', 'api', 'tokens change'],
      ['fixes', null, 'a leak'],
      ['features', 'ui', 'add a search box'],
    ]);
    const [title, ...rest] = said.value.summary.split('\n');
    expect(title).toBe('**Since `v1.0.0`**: 3 changes by Ada Obi, Bo Li');
    expect(rest.filter((line) => line.startsWith('**'))).toEqual([
      '**Breaking** (1)',
      '**Features** (1)',
      '**Fixes** (1)',
    ]);
    expect(JSON.stringify(await act(project.path))).toBe(JSON.stringify(said));
    expect(JSON.stringify(said)).not.toContain(SECRETS.github);
  });

  test('says that nothing is new, and that there is no commit', async () => {
    const tagged = new Repository().commit('feat: x').tag('v1.0.0');
    expect(await act(tagged.path)).toMatchObject({
      outcome: 'nothing-new',
      value: { since: 'v1.0.0' },
    });
    expect(await act(new Repository().path)).toMatchObject({
      outcome: 'nothing-new',
      value: { since: null },
    });
  });

  test('prefers a version to another kind of tag', async () => {
    const project = new Repository().commit('One').tag('v2.1.0').commit('Two', { day: 1 });
    project.tag('nightly', { day: 1 }).commit('Three', { day: 2 });
    expect((await act(project.path)).value.since).toBe('v2.1.0');
  });
});

describe('another range', () => {
  test('takes a tag or a number of commits from the words', async () => {
    const project = released().tag('v2.0.0', { day: 7 }).commit('fix: late', { day: 8 });
    expect((await act(project.path)).value).toMatchObject({
      since: 'v2.0.0',
      entries: [{ text: 'late' }],
    });
    const asked = await act(project.path, 'What changed since v1.0.0?');
    expect(asked.value).toMatchObject({ since: 'v1.0.0' });
    expect(asked.value.entries).toHaveLength(4);
    expect((await act(project.path, 'Summarise the last 1 commits')).value.entries).toHaveLength(1);
  });

  test('refuses a tag that is not there, and a folder that is no repository', async () => {
    expect(await act(released().path, 'since v9.9.9 please')).toMatchObject({
      outcome: 'refused',
      value: { needs: 'one of the tags, such as v1.0.0' },
    });
    expect((await act(new Folder().path)).outcome).toBe('refused');
  });

  test('reads the last hundred of 10,000 commits, and says that there are more', async () => {
    const said = await act(longHistory(10_000).path);
    expect(said.value).toMatchObject({ since: null, truncated: true });
    expect(said.value.entries).toHaveLength(100);
    expect(said.value.summary).toContain('There are older commits than were read.');
    expect(said.value.summary.length).toBeLessThan(3000);
  });
});
