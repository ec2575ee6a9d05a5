// Goal: work that agents share among all runs of a scope is done once at a time; who died is followed by the next, and its late
// result is refused; what is fresh is not done again.
// Method: runs of one organisation side by side over the whole host with a clock by hand; the agent counts its turns.
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const Text = z.strictObject({ text: z.string() });
const Count = z.strictObject({ n: z.int() });
let turns: string[] = [];
/** Who looks waits here, until the test lets it go on. */
let gates: { promise: Promise<void>; resolve: () => void }[] = [];
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: Text,
  output: Count,
  effect: 'reads',
  timeoutMs: 1_000_000,
  run: async () => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    return { n: gates.length };
  },
});
interface Sharing {
  freshMs?: number;
  leaseMs?: number;
  maxGrants?: number;
}
const worker = (shared: Sharing) =>
  defineAgent({
    id: 'worker',
    version: 1,
    does: 'Looks, or has seen.',
    input: Text,
    outcomes: { done: Count },
    tools: [look],
    limits: { deadlineMs: 900_000 },
    shared,
    examples: [],
    act: async ({ text }, say, io) => {
      turns.push(text);
      if (text !== 'slow') return say.done({ n: turns.length });
      return say.done(await io.tool(look, { text }));
    },
  });
const emptyShelf = (kept: Parameters<typeof memoryJournal>[0] = []) => ({
  journal: memoryJournal(kept),
  store: memoryStore(),
});
function sharing(shared: Sharing = {}, shelf = emptyShelf()) {
  turns = [];
  gates = [];
  const agent = worker(shared);
  const clock = new ManualClock(1_000);
  const organisation = defineOrganisation({
    id: 'sharing',
    agents: [agent],
    roles: {},
  });
  const nova = new Nova({ organisation, clock, ...shelf });
  open.push(nova);
  return { nova, clock };
}
const scope = 'local/shop/main';
/** Until the machines have come to rest as far as they can. */
const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let at = 0; at < 2_000 && !(await isSo()); at += 1)
    await new Promise((go) => setImmediate(go));
  expect(await isSo()).toBe(true);
};

/** Until the machines are at rest, where nothing can be waited for. */
const rest = async () => {
  for (let at = 0; at < 100; at += 1) await new Promise((go) => setImmediate(go));
};

test('3.6 the same work of two runs is done once, and both receive it; another scope does its own', async () => {
  const { nova } = sharing();
  const first = nova.run('worker', { text: 'slow' }, { scope, id: 'r1' });
  await until(() => gates.length === 1);
  const second = nova.run('worker', { text: 'slow' }, { scope, id: 'r2' });
  const foreign = nova.run('worker', { text: 'slow' }, { scope: 'other/shop/main', id: 'r1' });
  await until(() => gates.length === 2);
  gates.forEach(({ resolve }) => resolve());
  const results = await Promise.all([first, second, foreign]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  expect(results[1]?.value).toEqual(results[0]?.value);
  expect(turns.filter((text) => text === 'slow')).toHaveLength(2);
  expect((await nova.runs()).runs.map(({ run }) => run).toSorted()).toEqual([
    'local/shop/main/r1',
    'local/shop/main/r2',
    'other/shop/main/r1',
  ]);
});

test('3.6 an owner that is stopped is followed by the next at once, before its lease has passed', async () => {
  const { nova } = sharing({ leaseMs: 5_000 });
  const first = nova.run('worker', { text: 'slow' }, { scope, id: 'r1' });
  await until(() => gates.length === 1);
  const second = nova.run('worker', { text: 'slow' }, { scope, id: 'r2' });
  await nova.stop(`${scope}/r1`);
  expect((await first).outcome).toBe('cancelled');
  await until(() => gates.length === 2);
  gates.forEach(({ resolve }) => resolve());
  expect(await second).toMatchObject({ outcome: 'done', value: { n: 2 } });
});

test('3.6 who was stopped is not counted among the owners that died', async () => {
  const { nova } = sharing({ maxGrants: 1 });
  const runs = ['r1', 'r2', 'r3'].map((id) => nova.run('worker', { text: 'slow' }, { scope, id }));
  for (const at of [0, 1]) {
    await until(() => gates.length === at + 1);
    await rest();
    await nova.stop(`${scope}/r${at + 1}`);
  }
  await until(() => gates.length === 3);
  gates.forEach(({ resolve }) => resolve());
  const ended = (await Promise.all(runs)).map(({ outcome }) => outcome);
  expect(ended).toEqual(['cancelled', 'cancelled', 'done']);
});

test('3.7 a result is given to others while it is fresh, and no longer', async () => {
  const { nova, clock } = sharing({ freshMs: 60_000 });
  const runs = async () => {
    expect((await nova.run('worker', { text: 'a' }, { scope })).outcome).toBe('done');
    return turns.length;
  };
  expect([await runs(), await runs()]).toEqual([1, 1]);
  // One alarm of a run after the other: each is set when the one before it is on record.
  for (let at = 0; at < 4; at += 1) {
    clock.advance(at === 0 ? 60_001 : 0);
    for (let tick = 0; tick < 20; tick += 1) await new Promise((go) => setImmediate(go));
  }
  expect([await runs(), await runs()]).toEqual([2, 2]);
});

test('3.6 who is paused before it begins stays the owner, and nobody does it beside', async () => {
  const { nova, clock } = sharing({ leaseMs: 5_000 });
  const first = nova.run('worker', { text: 'slow' }, { scope, id: 'r1' });
  await until(() => gates.length === 1);
  const second = nova.run('worker', { text: 'slow' }, { scope, id: 'r2' });
  await rest();
  await nova.send(`${scope}/r2#solo`, { type: 'run.paused' });
  await nova.stop(`${scope}/r1`);
  for (let at = 0; at < 20; at += 1) {
    clock.advance(1_000);
    await rest();
  }
  const third = nova.run('worker', { text: 'slow' }, { scope, id: 'r3' });
  await rest();
  expect(gates).toHaveLength(1);
  await nova.send(`${scope}/r2#solo`, { type: 'run.resumed' });
  await until(() => gates.length === 2);
  gates.forEach(({ resolve }) => resolve());
  expect((await Promise.all([first, second, third])).map(({ outcome }) => outcome)).toEqual([
    'cancelled',
    'done',
    'done',
  ]);
  expect(gates).toHaveLength(2);
});

test('3.6 a run that is taken up alone has its ledger taken up with it', async () => {
  const kept: NonNullable<Parameters<typeof memoryJournal>[0]> = [];
  const { nova } = sharing({ leaseMs: 5_000 }, emptyShelf(kept));
  const left = ['r1', 'r2'].map((id) => nova.run('worker', { text: 'slow' }, { scope, id }));
  const lost = Promise.allSettled(left);
  await until(() => gates.length === 1);
  await rest();
  await nova.close();
  await lost;
  const again = sharing({ leaseMs: 5_000 }, emptyShelf(kept));
  // The owner stays where it is.
  const second = again.nova.resume(`${scope}/r2`);
  await rest();
  again.clock.advance(5_001);
  await until(() => gates.length === 1);
  gates.forEach(({ resolve }) => resolve());
  expect(await second).toMatchObject({ outcome: 'done' });
});

test('3.6 no run can be called as a ledger, and no ledger stands among the runs of a list', async () => {
  const { nova } = sharing();
  await expect(nova.run('worker', { text: 'a' }, { scope, id: '~worker' })).rejects.toMatchObject({
    code: 'bad_request',
  });
  await nova.run('worker', { text: 'a' }, { scope, id: 'r1' });
  expect(await nova.runs({ limit: 1 })).toMatchObject({
    runs: [{ run: `${scope}/r1` }],
    total: 1,
  });
});

test('3.7 how work is shared is as who asks says, also where the ledger was begun otherwise', async () => {
  const kept: NonNullable<Parameters<typeof memoryJournal>[0]> = [];
  const before = sharing({}, emptyShelf(kept));
  await before.nova.run('worker', { text: 'a' }, { scope, id: 'r1' });
  await rest();
  await before.nova.close();
  const { nova } = sharing({ freshMs: 60_000 }, emptyShelf(kept));
  for (const id of ['r2', 'r3']) {
    expect(await nova.run('worker', { text: 'a' }, { scope, id })).toMatchObject({
      outcome: 'done',
    });
    await rest();
  }
  expect(turns).toEqual(['a']);
});

test('3.6 a ledger begins once, also where runs come to it at once', async () => {
  const { nova } = sharing();
  const ids = ['r1', 'r2', 'r3'];
  const runs = ids.map((id) => nova.run('worker', { text: 'a' }, { scope, id }));
  expect((await Promise.all(runs)).map(({ outcome }) => outcome)).toEqual(ids.map(() => 'done'));
  await rest();
  expect(await nova.letters()).toEqual({ letters: [], refused: [] });
});
