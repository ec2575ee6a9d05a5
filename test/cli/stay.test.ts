// Goal: a process can be kept for what waits: it brings to their end the runs that others left behind, and leaves when told to.
// Method: holders are killed in the middle of a run; who stays is asked, interrupted, killed and followed by another.
import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/store/ports.ts';
import { Stage } from './nova-process.ts';

async function outcomes(stage: Stage): Promise<(string | undefined)[]> {
  return (await stage.json<RunSummary[]>('runs')).map(({ outcome }) => outcome);
}

test('9.1 whoever stays brings every run to its end that a process left behind', async () => {
  const stage = new Stage();
  for (const text of ['actor', 'honest actor']) {
    const left = stage.start('ask', text);
    await left.says(/uses curtain/);
    left.kill('SIGKILL');
    await left.ended;
  }
  const staying = stage.start('stay');
  await staying.says(/staying; 2 runs have not ended/);
  expect(await outcomes(stage)).toEqual([undefined, undefined]);
  stage.raiseCurtain();
  while ((await outcomes(stage)).includes(undefined));
  expect(await outcomes(stage)).toEqual(['answered', 'answered']);
  staying.kill('SIGINT');
  expect(await staying.ended).toMatchObject({ code: 0, signal: null, out: '' });
});

test('3.3 a second one waits for the first to leave, and both serve whoever asks', async () => {
  const stage = new Stage();
  const first = stage.start('stay');
  await first.says(/staying; 0 runs have not ended/);
  const second = stage.start('stay');
  await second.says(/another process holds the folder/);
  expect((await stage.run('ask', 'honest')).code).toBe(0);
  first.kill('SIGKILL');
  await second.says(/staying; 0 runs have/);
  expect((await stage.run('ask', 'honest')).code).toBe(0);
  second.kill('SIGTERM');
  expect(await second.ended).toMatchObject({ code: 0, signal: null });
});

test('8.1 whoever waits to stay leaves at once', async () => {
  const stage = new Stage();
  const first = stage.start('stay');
  await first.says(/staying/);
  const second = stage.start('stay');
  await second.says(/another process/);
  second.kill('SIGINT');
  expect(await second.ended).toMatchObject({ code: 0, signal: null, out: '' });
});
