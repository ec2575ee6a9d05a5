// Goal: a look over all projects tells of each what is open there, what is unfinished first, and what could not be seen.
// Method: a whole Nova runs the charter over two repositories and a folder that is gone; each has a word of its own.
import { expect, onTestFinished, test } from 'vitest';
import { Nova } from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import { organisation } from '../../../agents/index.ts';
import { triage } from '../../../agents/projects/triage.ts';
import { Repository } from '../../fixtures/repository.ts';

test('each project is told of by a run of its own, what is unfinished first', async () => {
  const shop = new Repository().write('a.ts', '// all is done\n').commit('Start');
  const erp = new Repository().write('b.ts', '// TODO: mend the Xanadu border\n').commit('Start');
  erp.write('b.ts', '// TODO: mend the Xanadu border, soon\n');
  const { module: _, ...here } = organisation;
  const projects = {
    'local/shop/main': shop.path,
    'local/erp/main': erp.path,
    'local/gone/main': '/nowhere',
  };
  const nova = new Nova({ organisation: here, projects });
  onTestFinished(() => nova.close());
  const { outcome, value } = await nova.run(
    'triage',
    { text: 'What is open over all projects?' },
    { scope: 'local' },
  );
  expect(outcome).toBe('seen');
  const { projects: seen, unseen } = value as unknown as {
    projects: { from: string; isDone: boolean; summary: string }[];
    unseen: string[];
  };
  expect(seen.map(({ from, isDone }) => [from, isDone])).toEqual([
    ['local/erp/main', false],
    ['local/shop/main', true],
  ]);
  expect(seen.map(({ summary }) => summary.includes('Xanadu'))).toEqual([true, false]);
  expect(unseen).toEqual([expect.stringContaining('at-gone-main')]);
});

test('where no project is known it says where they are named', async () => {
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: here });
  onTestFinished(() => nova.close());
  const said = await nova.run('triage', { text: 'Triage all' }, { scope: 'local' });
  expect([said.outcome, JSON.stringify(said.value)]).toEqual([
    'blind',
    expect.stringContaining('nova.config.ts'),
  ]);
});

test('it holds to everything that nova check would', () => {
  expect(() => checkTeam(triage)).not.toThrow();
});
