// Goal: the workspace keeper tells what is asked for and no more, and knows what was decided or promised and is not settled.
// Method: words and what they ask for; runs over a real memory with records that are held, settled, outdated or of another scope.
import { expect, test } from 'vitest';
import { Nova } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
import { ManualClock } from 'nova-agents/testing';
import { askedFor } from '../../../agents/projects/kit/asked-for.ts';
import { workspaceKeeper } from '../../../agents/projects/workspace-keeper.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository } from '../../fixtures/repository.ts';

const ALL = 'work issues open';
test.each([
  ['Which branches are open?', 'work'],
  ['Did I forget a stash?', 'work'],
  ['List the open issues and who owns them', 'issues'],
  ['Which decisions are still open?', 'open'],
  ['Open branches and promises', 'work open'],
  ['Tell me the state of the project', ALL],
])('%s: %s', (text, wanted) => {
  const asked = Object.entries(askedFor(text)).filter(([, is]) => is);
  expect(asked.map(([name]) => name).join(' ')).toBe(wanted);
});

const HOUR_MS = 3_600_000;
test('decisions and promises are told while they are open, and only where they may be read', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const nova = new Nova({ organisation, clock });
  const note = async (
    scope: string,
    kind: 'decision' | 'promise' | 'fact',
    text: string,
    more = {},
  ) => (await nova.memory(scope, { is: 'note', kind, text, ...more }))[0]?.id ?? '';
  await note('a', 'decision', 'Which tax rate for gift cards?');
  await note('a/b', 'promise', 'Ada gets the export by Friday');
  await note('a/b', 'fact', 'The open decision is on page 3');
  await note('a/c', 'decision', 'A canary of another project');
  await note('a/b', 'promise', 'It is over soon', { freshMs: HOUR_MS });
  const settled = await note('a/b', 'decision', 'Which colour?');
  await nova.memory('a/b', { is: 'settle', id: settled });
  clock.advance(2 * HOUR_MS);
  const project = new Repository().write('a.ts', '// TODO: later\n').commit('Start');
  const at = { scope: 'a/b', project: project.path };
  const asked = await nova.run('workspace-keeper', { text: 'Which decisions are open?' }, at);
  expect(asked).toMatchObject({ outcome: 'reported', value: { work: null, issues: null } });
  const { open, summary } = asked.value as {
    open: Record<string, { text: string }[]>;
    summary: string;
  };
  expect(open['decisions']?.map(({ text }) => text)).toEqual(['Which tax rate for gift cards?']);
  expect(open['promises']?.map(({ text }) => text)).toEqual(['Ada gets the export by Friday']);
  expect(summary).toContain('**Open decisions** (1)\n- Which tax rate for gift cards? (');
  const state = await nova.run('workspace-keeper', { text: 'Where does the project stand?' }, at);
  expect(state).toMatchObject({
    outcome: 'reported',
    value: { work: null, issues: { issues: [{ path: 'a.ts' }] }, open: { truncated: false } },
  });
  await nova.close();
});

test('of what cannot be looked at it says so, and tells the rest', async () => {
  const folder = new Folder().write('a.ts', '// TODO: later\n');
  const said = await perform<{ summary: string }>(
    workspaceKeeper,
    'Where do we stand?',
    folder.path,
  );
  expect(said).toMatchObject({ outcome: 'reported', value: { work: null, open: null } });
  expect(said.value.summary).toContain('not the root of a git repository');
  expect(said.value.summary).toContain('No decision and no promise is known to be open.');
  const gone = await perform(workspaceKeeper, 'Where do we stand?', `${folder.path}/missing`);
  expect(gone.outcome).toBe('refused');
});
