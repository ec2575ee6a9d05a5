// Goal: from any process a person learns where a run went wrong, what was not taken, and stops all that is at work.
// Method: the command line against a folder that another process holds, and against one that nobody holds.
import { expect, test } from 'vitest';
import type { Letters, Stopped, Why } from 'nova-agents';
import { Stage } from './nova-process.ts';

test('8.3, 10.7, 10.8 why, letters and stop --all, through the process that holds the folder', async () => {
  const stage = new Stage();
  const asked = stage.start('ask', 'thrower actor', '--json');
  await asked.says(/uses curtain/);
  const [{ run } = { run: '' }] = await stage.json<{ run: string }[]>('runs');
  expect((await stage.json<Why>('why', run)).blame).toMatchObject({
    node: 'thrower',
    kind: 'failed',
    objection: 'out of order',
  });
  const all = await stage.run('stop', '--all', '--json');
  expect(JSON.parse(all.out) as Stopped[]).toMatchObject([
    { run, outcome: 'cancelled', inFlight: [{ node: 'actor', tool: 'curtain' }] },
  ]);
  expect(all.code).toBe(0);
  expect(await asked.ended).toMatchObject({ code: 5 });
  const [told, why, again, none] = [
    await stage.json<Letters>('letters', run),
    await stage.run('why', run),
    await stage.run('letters', 'redeliver', `${run}#99`),
    await stage.run('stop'),
  ];
  expect(told.letters.map(({ barrier }) => typeof barrier)).not.toContain('undefined');
  expect(why).toMatchObject({
    code: 0,
    out: expect.stringMatching(/was stopped by \S+: request\n/),
  });
  expect(again).toMatchObject({ code: 64, err: expect.stringMatching(/there is no such letter/) });
  expect(none).toMatchObject({ code: 64, err: expect.stringMatching(/wants a run, or --all/) });
});
