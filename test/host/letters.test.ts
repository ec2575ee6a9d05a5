// Goal: dead letters are seen over all runs, delivered again once, bounded by a pause, and floods are refused at the door.
// Method: a post office whose gate is approved too early, by strangers and by floods; then its journal is read by another process.
import { expect, test } from 'vitest';
import { ManualClock } from 'nova-agents/testing';
import { Quotas } from '../../src/host/quotas.ts';
import type { MemoryRecords } from '../../src/store/memory-journal.ts';
import { organised, release } from '../fixtures/releases.ts';
import { asked, opened } from './post.ts';

const office = organised(release(1));
const RUN = 'local/l1';
const GATE = `${RUN}#solo/node/look-1`;
const ada = { id: 'ada', proof: 'token' } as const;
const eve = { id: 'eve', proof: 'token' } as const;
const rejected = { type: 'gate.rejected', hash: 'x'.repeat(64) };

test('10.8 a letter is listed with its reason, from whom and when, and delivered again once, over a restart', async () => {
  const records: MemoryRecords = [];
  const clock = new ManualClock(1_000);
  const nova = opened(office, records, { clock });
  await asked(nova, 'l1');
  clock.advance(5);
  await nova.send(`${RUN}#solo/node/nobody`, { type: 'gate.approved' }, ada);
  await nova.send(GATE, rejected, eve);
  const { letters } = await nova.letters();
  const because = expect.stringMatching(/does not take it/);
  expect(letters).toMatchObject([
    { id: `${RUN}#1`, at: 1_005, from: 'ada', to: 'solo/node/nobody', reason: 'no_actor' },
    { id: `${RUN}#2`, from: 'eve', event: 'gate.rejected', because },
  ]);
  await nova.redeliver(`${RUN}#2`, ada);
  await nova.close();
  const later = opened(office, records, { clock });
  const told = (await later.letters(RUN)).letters;
  expect(told.map(({ from, again }) => [from, again?.by])).toEqual([
    ['ada', undefined],
    ['eve', 'ada'],
    ['ada, again', undefined],
  ]);
  const twice = { code: 'bad_letter', message: expect.stringMatching(/delivered again/) };
  await expect(later.redeliver(`${RUN}#2`, eve)).rejects.toMatchObject(twice);
  const both = [later.redeliver(`${RUN}#1`, ada), later.redeliver(`${RUN}#1`, eve)];
  expect((await Promise.allSettled(both)).map(({ status }) => status).toSorted()).toEqual([
    'fulfilled',
    'rejected',
  ]);
  for (const none of ['', RUN, `${RUN}#0`, `${RUN}#77`])
    await expect(later.redeliver(none)).rejects.toMatchObject({ code: 'bad_letter' });
  await later.stop(RUN);
  const over = await later.letters(RUN);
  expect(over.letters.filter(({ barrier }) => barrier === undefined)).toEqual([]);
  await expect(later.letters('local/none')).rejects.toMatchObject({ code: 'unknown_run' });
});

test('10.9 a run with more letters than its limit is paused, none is dropped, and resumed it goes on', async () => {
  const nova = opened(office, [], { maxDeadLetters: 3 });
  const review = await asked(nova, 'l1');
  for (let count = 0; count < 5; count += 1) await nova.send(GATE, rejected, eve);
  const paused = { outcome: 'paused', reason: 'dead_letters' };
  expect(await nova.show(RUN)).toMatchObject(paused);
  expect((await nova.letters(RUN)).letters).toHaveLength(5);
  // A person may decide meanwhile; what comes of it waits.
  expect(await nova.decide(review, { is: 'approve' })).toMatchObject(paused);
  expect((await nova.show(RUN)).trace.map(({ node }) => node)).not.toContain('sender');
  expect(await nova.resume(RUN)).toMatchObject({ outcome: 'sent' });
});

test('10.10 who floods is refused by quota, by who is proven to be there; a stop never is', async () => {
  const clock = new ManualClock(0);
  const nova = opened(office, [], { clock, quota: { burst: 3, perSecond: 1 } });
  await asked(nova, 'l1');
  const sends = (by: typeof ada | typeof eve) => nova.send(GATE, rejected, by);
  for (let count = 0; count < 3; count += 1) await sends(eve);
  const before = await nova.show(RUN);
  const refused = { code: 'quota_exceeded', principal: 'eve', waitMs: 1_000 };
  await expect(sends(eve)).rejects.toMatchObject(refused);
  await expect(nova.ask('more', { principal: eve })).rejects.toMatchObject(refused);
  expect(await nova.show(RUN)).toEqual(before);
  await sends(ada);
  clock.advance(1_000);
  await sends(eve);
  await expect(sends(eve)).rejects.toMatchObject(refused);
  expect((await nova.letters()).refused).toEqual([{ ...eve, count: 3, at: 1_000 }]);
  await nova.stop(RUN, eve);
  expect((await nova.show(RUN)).outcome).toBe('cancelled');
});

test('10.10 a quota knows who is proven how, and a clock that is set back gives nothing', () => {
  let now = 10_000;
  const quotas = new Quotas({ now: () => now, wakeAt: () => () => {} }, { burst: 1 });
  quotas.take(eve);
  quotas.take({ id: 'eve', proof: 'os-user' });
  quotas.take({ id: 'eve', proof: 'embedder' });
  for (let count = 0; count < 9; count += 1) quotas.take({ id: 'embedder', proof: 'embedder' });
  expect(() => quotas.take(eve)).toThrow(/quota/);
  now = 0;
  expect(() => quotas.take(eve)).toThrow(/quota/);
  now = 50;
  quotas.take(eve);
  expect(() => quotas.take(eve)).toThrow(/quota/);
  expect(quotas.refused()).toEqual([{ ...eve, count: 3, at: 50 }]);
});
