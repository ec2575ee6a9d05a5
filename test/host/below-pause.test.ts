// Goal: a pause of a run holds the runs below that it is waiting for too, and resuming lets them on, over processes that end in between.
// Method: a team that works below in two steps, the first of which waits; paused in it, by one process or before another goes on.
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { Ask, below, defineAgent, defineOrganisation, defineTeam, Nova } from 'nova-agents';
import { memoryJournal, memoryStore } from 'nova-agents/store';
import type { MemoryRecords } from 'nova-agents/testing';

let begun: string[] = [];
let first = Promise.withResolvers<void>();
const step = (id: string) =>
  defineAgent({
    id,
    version: 1,
    does: 'Takes a step.',
    input: Ask,
    outcomes: { told: Ask },
    examples: [],
    act: async (input, say) => {
      begun.push(id);
      if (id === 'first') await first.promise;
      return say.told(input);
    },
  });
const otherwise = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;
const base = { version: 1, does: 'Works.', input: Ask, otherwise } as const;
const agents = [step('first'), step('second')] as const;
const work = defineTeam({
  ...base,
  id: 'work',
  releases: 'tenant',
  outcomes: { told: Ask },
  nodes: { first: agents[0], second: agents[1] },
  start: { to: 'first' },
  routes: { first: { told: { to: 'second' } }, second: { told: { end: 'told' } } },
});
const over = defineTeam({
  ...base,
  id: 'over',
  outcomes: { seen: z.json() },
  nodes: { there: below({ node: work }) },
  start: { to: 'there', with: (input) => ({ input }) },
  routes: { there: { all: { end: 'seen' }, some: { end: 'seen' } } },
});
const organisation = defineOrganisation({ id: 'o', agents: [...agents], teams: [over, work] });
const projects = { 'acme/shop': '/shop' };
const RUN = 'acme/r';
const say = (nova: Nova, type: string) => nova.send(`${RUN}#solo`, { type });

function opened(records: MemoryRecords) {
  const journal = memoryJournal(records);
  const nova = new Nova({ organisation, projects, journal, store: memoryStore() });
  onTestFinished(() => nova.close());
  const child = async () =>
    (await nova.runs()).runs.map(({ run }) => run).find((run) => run.includes('/below-')) ?? '';
  /** The events that a run below was told of a pause. */
  const told = async () =>
    (await journal.read(await child())).flatMap((record) => {
      const { event } = (record as { incoming?: { event?: { type: string } } }).incoming ?? {};
      return event?.type.startsWith('run.') === true ? [event.type] : [];
    });
  const steps = async () =>
    (await nova.show(await child())).trace.filter(({ outcome }) => outcome === 'told').length;
  return { nova, child, told, steps };
}
async function working(records: MemoryRecords = []) {
  begun = [];
  first = Promise.withResolvers();
  const one = opened(records);
  const asked = one.nova.run('over', { text: 'x' }, { scope: 'acme', id: 'r' });
  asked.catch(() => {});
  await expect.poll(() => begun).toEqual(['first']);
  return { ...one, asked };
}

test('8.2 a pause holds what a run below would hand over next, until the run above is resumed', async () => {
  const { nova, asked, told, steps } = await working();
  await say(nova, 'run.paused');
  await expect.poll(told).toEqual(['run.paused']);
  first.resolve();
  await expect.poll(steps).toBe(1);
  expect(begun).toEqual(['first']);
  await say(nova, 'run.resumed');
  expect((await asked).outcome).toBe('seen');
  expect([begun, await told()]).toEqual([
    ['first', 'second'],
    ['run.paused', 'run.resumed'],
  ]);
});

/** A run that is paused below as well, whose process ends. */
async function paused(records: MemoryRecords) {
  const one = await working(records);
  await say(one.nova, 'run.paused');
  await expect.poll(one.told).toEqual(['run.paused']);
  return one;
}

test('8.2 a run below is held as long as the run above is, by another process too', async () => {
  const records: MemoryRecords = [];
  const { nova } = await paused(records);
  await nova.close();
  first.resolve();
  begun = [];
  const other = opened(records);
  const resumed = other.nova.resume(RUN);
  await expect.poll(other.steps).toBe(1);
  expect(begun).toEqual(['first']);
  await say(other.nova, 'run.resumed');
  expect((await resumed).outcome).toBe('seen');
});

test('8.2 a run below that was not let on before its process ended is let on by the next one', async () => {
  const records: MemoryRecords = [];
  const { nova } = await paused(records);
  await say(nova, 'run.resumed');
  const left = [...records];
  // The last that it put on record is that the run above goes on.
  while (left.at(-1)?.run !== RUN) left.pop();
  await nova.close();
  first.resolve();
  const other = opened(left);
  expect(await other.told()).toEqual(['run.paused']);
  expect((await other.nova.resume(RUN)).outcome).toBe('seen');
  expect(await other.told()).toEqual(['run.paused', 'run.resumed']);
});

test.each([
  { who: 'before the run above is', first: 'below' },
  { who: 'while the run above is', first: 'above' },
])('8.2 what a person has paused below $who stays so when that is resumed', async (one) => {
  const { nova, child, asked, told, steps } = await working();
  const there = `${await child()}#solo`;
  const pauses = [() => nova.send(there, { type: 'run.paused' }), () => say(nova, 'run.paused')];
  for (const pause of one.first === 'below' ? pauses : pauses.toReversed()) {
    const before = (await told()).length;
    await pause();
    await expect.poll(told).toHaveLength(before + 1);
  }
  await say(nova, 'run.resumed');
  await expect.poll(told).toEqual(['run.paused', 'run.paused', 'run.resumed']);
  first.resolve();
  await expect.poll(steps).toBe(1);
  expect(begun).toEqual(['first']);
  await nova.send(there, { type: 'run.resumed' });
  expect((await asked).outcome).toBe('seen');
});
