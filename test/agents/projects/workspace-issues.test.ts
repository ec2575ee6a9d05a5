// Goal: the workspace keeper finds what is marked or written down, with place and owner, and no prose or strings.
// Method: the kit is tested on lines, the agent on generated projects through the real tools.
import { describe, expect, test } from 'vitest';
import { readIssueFile, readMarker } from '../../../agents/projects/kit/issues.ts';
import { workspaceKeeper } from '../../../agents/projects/workspace-keeper.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository, SECRETS } from '../../fixtures/repository.ts';

interface Found {
  readonly summary: string;
  readonly issues: readonly Readonly<Record<'kind' | 'path' | 'text' | 'owner', string>>[];
}
const act = async (project: string) => {
  const said = await perform<{ summary: string; issues: object | null }>(
    workspaceKeeper,
    'Which TODOs are left?',
    project,
  );
  const { issues, ...rest } = said.value;
  return { ...said, value: { ...rest, ...issues } as unknown as Found };
};
const mark = (word: string) => `// ${word}: later`;

describe('a marker', () => {
  test.each([
    ['a.ts', '// TODO: round once', 'TODO', 'round once', null],
    ['a.ts', 'x(); // FIXME(Bo Li): breaks', 'FIXME', 'breaks', 'Bo Li'],
    ['a.css', '  /* HACK around it */', 'HACK', 'around it', null],
    ['a.py', '    # XXX', 'XXX', '', null],
    ['a.sql', '-- TODO index this', 'TODO', 'index this', null],
    ['a.html', '<!-- TODO: alt text -->', 'TODO', 'alt text', null],
    ['a.ts', ' * TODO - say why', 'TODO', 'say why', null],
    ['README.md', 'TODO: write it', 'TODO', 'write it', null],
  ])('is read in %s: %s', (path, line, kind, text, owner) => {
    expect(readMarker(path, 7, line)).toEqual({ kind, path, line: 7, text, owner });
  });

  test.each([
    ['a.ts', "const words = ['TODO', 'FIXME'];"],
    ['a.ts', "write('// TODO: in a text');"],
    ['a.ts', 'const TODO = 1;'],
    ['a.ts', '// see TODO_LIST and TODOS'],
    ['README.md', 'Finds TODO and FIXME comments. # TODO list'],
  ])('is not seen in %s: %s', (path, line) => {
    expect(readMarker(path, 1, line)).toBeUndefined();
  });
});

test('an issue file is read by its boxes, its points or its title', () => {
  const list = '# List\n- [ ] one\n- [x] two\n```\n- [ ] no\n```\n1. [ ] three\n- plain\n';
  expect(readIssueFile('TODO.md', list)).toMatchObject({
    open: [
      { text: 'one', line: 2 },
      { text: 'three', line: 7 },
    ],
    done: 1,
  });
  expect(readIssueFile('BUGS.md', '# Bugs\n- a\n* b\n').open).toHaveLength(2);
  expect(readIssueFile('issues/1.md', 'x\n# Title\n- detail\n').open).toMatchObject([
    { text: 'Title', line: 2 },
  ]);
  expect(readIssueFile('issues/2.md', '# Title\nStatus: **closed**\n')).toEqual({
    open: [],
    done: 1,
  });
});

function marked(): Repository {
  const project = new Repository().write('src/a.ts', `one\n${mark('TODO')}\n`).commit('One');
  project
    .write('src/a.ts', `one\n${mark('TODO')}\n${mark('FIXME')}\n`)
    .write('TODO.md', '- [ ] ship\n- [x] plan\n');
  project.write('issues/7 odd`.md', '# Login breaks\n').commit('Two', { author: 'Bo Li' });
  const secret = `// TODO: rotate token = "${SECRETS.github}"\n`;
  return project
    .write('new.ts', secret)
    .write('node_modules/x/index.js', mark('TODO'))
    .write('.gitignore', 'node_modules\n')
    .write('blob.bin', Buffer.from(`\0${mark('TODO')}`));
}

test('finds marks and written issues with their owners, without secrets, twice the same', async () => {
  const project = marked();
  const said = await act(project.path);
  expect(said.value.issues.map(({ kind, path, owner }) => [kind, path, owner])).toEqual([
    ['issue', 'TODO.md', 'Bo Li'],
    ['issue', 'issues/7 odd`.md', 'Bo Li'],
    ['TODO', 'new.ts', null],
    ['TODO', 'src/a.ts', 'Ada Obi'],
    ['FIXME', 'src/a.ts', 'Bo Li'],
  ]);
  expect(said.value).toMatchObject({
    counts: { marked: 3, written: 2, done: 1 },
    truncated: false,
  });
  expect(said.value.summary).toContain('- `src/a.ts:3` FIXME: later — Bo Li');
  expect(JSON.stringify(said)).not.toContain(SECRETS.github);
  expect(JSON.stringify(await act(project.path))).toBe(JSON.stringify(said));
});

test('works without git and says that owners are not known', async () => {
  const said = await act(
    new Folder().write('a.ts', mark('TODO')).write('node_modules/b.ts', mark('TODO')).path,
  );
  expect(said.value.issues).toMatchObject([{ path: 'a.ts', owner: null }]);
  expect(said.value.summary).toContain('git cannot tell');
});

test('says when it lists only a part', async () => {
  const said = await act(new Folder().write('a.ts', `${mark('TODO')}\n`.repeat(2000)).path);
  expect(said.value).toMatchObject({ truncated: true, counts: { marked: 500 } });
  expect(said.value.summary).toContain('There is more than was read');
  expect(said.value.summary.length).toBeLessThan(2000);
});

test('finds nothing in an empty folder, and refuses a missing one', async () => {
  const folder = new Folder();
  expect(await act(folder.path)).toMatchObject({
    outcome: 'all-done',
    value: { summary: 'No marker and no written issue is open in 0 text files.' },
  });
  expect(await act(`${folder.path}/missing`)).toMatchObject({ outcome: 'refused' });
});
