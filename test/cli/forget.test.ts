// Goal: a person can have what they said forgotten, from any process, and sees that it is.
// Method: a request that waits is not forgotten, one that was answered is; then it is listed and shown.
import { expect, test } from 'vitest';
import { Stage } from './nova-process.ts';

test('6.5 a run that is over is forgotten, and one that waits is not', async () => {
  const stage = new Stage();
  const { run: open } = await stage.json('ask', 'writer');
  const { run } = await stage.json('ask', 'honest');
  const refused = await stage.run('forget', open);
  expect(refused).toMatchObject({ code: 64, err: expect.stringMatching(/stop it first/) });
  const done = await stage.run('forget', run);
  expect(done).toMatchObject({ code: 0, err: '' });
  expect(done.out).toMatch(/^forgotten local\/\S+: \d+ values\n$/);
  expect((await stage.run('runs')).out).toMatch(/answered +\(forgotten\)\n.* waiting +writer\n/);
  const { out, code } = await stage.run('show', run);
  expect(code).toBe(0);
  expect(out).toMatch(/^\(forgotten\)\n\nanswered · local\//);
  expect(out).toMatch(/request\/plan\/p0 +honest +done/);
});

test('6.6 what a person notes is listed, found and forgotten, each by a process of its own', async () => {
  const stage = new Stage();
  const noted = await stage.json<{ id: string }[]>('memory', 'add', 'Parcels leave at nine');
  expect((await stage.run('memory', 'search', 'when do parcels leave')).out).toMatch(
    /^\w{12} +fact +Parcels leave at nine/,
  );
  const id = noted[0]?.id ?? '';
  expect((await stage.run('memory', 'forget', id)).out).toMatch(/^forgotten: /);
  expect(await stage.run('memory')).toMatchObject({ code: 0, out: 'nothing\n' });
  expect(await stage.run('memory', 'accept', id)).toMatchObject({ code: 64 });
});

test('6.7 a conversation is gone on with by processes of their own, and shown', async () => {
  const stage = new Stage();
  await stage.run('ask', 'honest', '--session', 'day');
  await stage.run('ask', 'honest once more', '--session', 'day');
  const { out } = await stage.run('session', 'day');
  expect(out).toMatch(/^> honest\n[^]*answered · local\/[^]*> honest once more\n/);
  expect((await stage.run('ask', 'honest', '--session', 'a b')).code).toBe(64);
});
