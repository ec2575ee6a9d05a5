// Goal: a deployment in the middle of a run is seen, and got over, from the command line.
// Method: a letter waits on a person; processes of other releases list, stop or go on with it, in threads.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, Stage } from './nova-process.ts';

const cwd = join(ROOT, 'test/fixtures/cli-releases');
const stageOf = (store: string, release: string) =>
  new Stage({ cwd, env: { TEST_RELEASE: release } }, store);

test('11.5, 11.6 a run is listed and stopped where its release is gone, and goes on where it is kept', async () => {
  const one = new Stage({ cwd, env: { TEST_RELEASE: 'one' } });
  const { run, waiting } = await one.json('ask', 'post');
  const { run: other } = await one.json('ask', 'post');
  const two = stageOf(one.store, 'two');
  expect((await two.run('runs')).out).toMatch(/ version_unavailable +post\n/);
  const listed = await two.run('review');
  expect(listed).toMatchObject({ code: 0, out: expect.stringContaining(`stop '${run}'`) });
  const refused = await two.run('review', 'approve', waiting[0]?.id ?? '');
  expect(refused).toMatchObject({ code: 3, err: expect.stringMatching(/needs version 1 of/) });
  expect(await two.run('stop', other)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`stopped ${other}\n`),
  });
  const both = stageOf(one.store, 'both');
  const decided = await both.run('review', 'approve', waiting[0]?.id ?? '');
  const letter = 'post: post, stamp 1, writer 1, post 1, sender 1';
  expect(decided).toMatchObject({ code: 0, out: expect.stringContaining(letter) });
  const states = (await both.run('runs')).out.match(/ (answered|cancelled)/g);
  expect(states).toEqual([' cancelled', ' answered']);
});
