// Goal: a run whose definitions are gone is parked: said so everywhere, changed by nothing, ended for good by a stop; nobody else is disturbed.
// Method: a release that keeps nothing opens the runs of another one, forwards and backwards, and everything is tried on them.
import { expect, test } from 'vitest';
import { LocalEngine } from '../../src/engine/local.ts';
import type { Incoming } from '../../src/kernel/system.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { organised, release } from '../fixtures/releases.ts';
import { ada } from '../kernel/small-world.ts';
import { approve, asked, by, letter, opened } from './post.ts';

const one = organised(release(1));
const two = organised(release(2));
const both = organised(release(2, release(1)));
const RUN = 'local/old';

/** The journal of a run that waits on a person, begun by an organisation that has gone. */
async function left(organisation = one): Promise<{ records: MemoryRecords; review: string }> {
  const records: MemoryRecords = [];
  const nova = opened(organisation, records);
  const review = await asked(nova, 'old');
  await nova.close();
  return { records, review };
}
const parked = { code: 'version_unavailable', run: RUN };

test.each([
  ['an upgrade', one, two, 1],
  ['a downgrade', two, one, 2],
])(
  '11.6 a run is parked after %s that keeps nothing, and only that run',
  async (_, was, is, version) => {
    const { records, review } = await left(was);
    const before = JSON.stringify(records);
    const nova = opened(is, records);
    const error = { ...parked, what: 'node post', version };
    await expect(nova.decide(review, approve)).rejects.toMatchObject(error);
    await expect(nova.resume(RUN)).rejects.toMatchObject(error);
    await expect(nova.run('post', letter, { id: 'old' })).rejects.toMatchObject(error);
    await expect(nova.send(`${RUN}#solo`, { type: 'run.stopped' })).rejects.toMatchObject(error);
    expect((await nova.runs()).runs).toMatchObject([
      { run: RUN, parked: expect.stringContaining('post') },
    ]);
    expect(await nova.show(RUN)).toMatchObject({
      outcome: 'version_unavailable',
      trace: [{}, {}, {}],
    });
    expect(await nova.reviews()).toEqual([]);
    expect(await nova.takeUp()).toBe(0);
    expect(JSON.stringify(records)).toBe(before);
    const other = await asked(nova, 'new');
    expect(await nova.decide(other, approve)).toMatchObject({ outcome: 'sent' });
    expect(JSON.stringify(records.slice(0, JSON.parse(before).length))).toBe(before);
  },
);

test('11.6 a run that was parked goes on where its version is kept again', async () => {
  const { records, review } = await left();
  await expect(opened(two, records).decide(review, approve)).rejects.toMatchObject(parked);
  expect(await opened(both, records).decide(review, approve)).toMatchObject({ value: by(1) });
});

test('11.6 an answer, a timer and a message of another run do nothing to a parked run', async () => {
  const { records } = await left();
  const before = JSON.stringify(records);
  const engine = new LocalEngine(worldOf(two), memoryJournal(records), memoryStore());
  const incomings: readonly Incoming[] = [
    { kind: 'answer', effectId: `${RUN}#solo/node/look-1:decision.1`, event: { type: 'x' }, at: 9 },
    { kind: 'timer', timer: 'solo:deadline', at: 9e12 },
    { kind: 'told', from: 'local/x', seq: 1, after: 0, to: '', event: { type: 'x' }, at: 9 },
    { kind: 'restored', at: 9 },
  ];
  for (const incoming of incomings)
    await expect(engine.submit(RUN, incoming)).rejects.toMatchObject(parked);
  expect(JSON.stringify(records)).toBe(before);
});

test('11.6 a stop ends a parked run for good, for every release, and a second one changes nothing of that', async () => {
  const { records, review } = await left();
  const nova = opened(two, records);
  await Promise.all([nova.stop(RUN, ada), nova.stop(RUN, ada)]);
  await nova.stop(RUN, ada);
  expect(records.filter(({ text }) => text.includes('"kind":"retired"'))).toHaveLength(1);
  for (const organisation of [two, one, both]) {
    const later = opened(organisation, records);
    const shown = await later.show(RUN);
    expect(shown).toMatchObject({ outcome: 'cancelled', waiting: [] });
    expect(shown.trace.map(({ node, outcome }) => [node, outcome])).toEqual([
      ['post', 'cancelled'],
      ['writer', 'written'],
      ['post.look', 'cancelled'],
    ]);
    expect((await later.runs()).runs).toMatchObject([{ outcome: 'cancelled', untold: 0 }]);
    expect(await later.takeUp()).toBe(0);
    await expect(later.decide(review, approve)).rejects.toMatchObject({ code: 'unknown_review' });
  }
  const engine = new LocalEngine(worldOf(one), memoryJournal(records), memoryStore());
  const late: Incoming = { kind: 'answer', effectId: 'x.1', event: { type: 'x' }, at: 9 };
  const { system } = await engine.submit(RUN, late);
  expect(system.dead.at(-1)).toMatchObject({ reason: 'effect_closed' });
  expect(system.accounts.in).toBe(system.accounts.handled + system.dead.length);
});

test('11.6 a run that has ended is shown as it ended, whatever is kept, and a stop changes nothing of that', async () => {
  const { records, review } = await left();
  await opened(one, records).decide(review, approve);
  const before = JSON.stringify(records);
  const nova = opened(two, records);
  expect(await nova.show(RUN)).toMatchObject({
    outcome: 'sent',
    note: expect.stringMatching(/post/),
  });
  await nova.stop(RUN);
  expect((await nova.runs()).runs).toMatchObject([{ outcome: 'sent' }]);
  expect(JSON.stringify(records)).toBe(before);
});
