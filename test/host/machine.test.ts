// Goal: a machine of a user's own works on a real host like any node: its promises are kept, bounded, aborted and begun again.
// Method: an order with a payment, a parcel and a delay is run through Nova; each thing that can go wrong outside happens once.
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  fan,
  gate,
  Nova,
  roleContracts,
  type NovaOptions,
} from 'nova-agents';
import { MAX_VALUE_BYTES } from '../../src/host/border.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { checkOrganisation } from '../../src/verify/check.ts';
import { bank, order } from '../team/orders.ts';

const Paid = z.strictObject({ amount: z.int().min(1) });
const otherwise = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;
/** Who pays is asked about it; what is lost is given up. */
const shop = defineTeam({
  id: 'shop',
  version: 1,
  does: 'Sells.',
  input: z.strictObject({ item: z.string() }),
  outcomes: { sold: Paid, gone: z.strictObject({ why: z.string() }) },
  nodes: { order, look: gate({ subject: Paid }) },
  start: { to: 'order' },
  routes: {
    order: { paid: { to: 'look' }, lost: { end: 'gone' } },
    look: {
      approved: { end: 'sold' },
      edited: { end: 'sold' },
      rejected: { end: 'gone', with: () => ({ why: 'no' }) },
    },
  },
  otherwise,
});
const organisation = defineOrganisation({ id: 'o', agents: [], teams: [shop], machines: [order] });
const open: Nova[] = [];
const nova = (kept?: MemoryRecords, options: Partial<NovaOptions> = {}) => {
  const made = new Nova({ organisation, journal: memoryJournal(kept), ...options });
  open.push(made);
  return made;
};
afterEach(async () => {
  bank.charge = async () => ({ amount: 5 });
  await Promise.all(open.splice(0).map((one) => one.close()));
});
const item = { item: 'a book' };
const nothing = new Promise<never>(() => {});

test('1.1 in a team it pays, sends and ends, and its outcome goes on along its route', async () => {
  const one = nova();
  const reviews: string[] = [];
  const running = one.run('shop', item, {
    onReviews: (waiting) => {
      for (const { id, subject } of waiting) {
        reviews.push(JSON.stringify(subject));
        void one.decide(id, { is: 'edit', value: { amount: 3 } });
      }
    },
  });
  expect(await running).toMatchObject({ outcome: 'sold', value: { amount: 3 } });
  expect(reviews).toEqual(['{"amount":5}']);
});

const both = defineTeam({
  id: 'both',
  version: 1,
  does: 'Sells two things at once.',
  input: Ask,
  outcomes: { sold: z.array(z.string()) },
  nodes: {
    two: fan({
      input: Ask,
      branches: { left: order, right: order },
      with: { left: ({ text }) => ({ item: text }), right: () => ({ item: 'none' }) },
    }),
  },
  start: { to: 'two' },
  routes: {
    two: {
      all: { end: 'sold', with: ({ got }) => got.map(({ id }) => id) },
      some: {
        end: 'sold',
        with: ({ got, lost }) => [...got, ...lost].map(({ id, outcome }) => `${id} ${outcome}`),
      },
    },
  },
  otherwise,
});
const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Gives all of it to one.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) => {
    const isOrder = text === 'order';
    const input: Readonly<Record<string, string>> = isOrder ? { item: text } : { text };
    const part = { id: 'p', node: isOrder ? 'order' : 'both', input };
    return say.planned({ plan: { parts: [part] }, unplaced: [] });
  },
});

const asked = defineOrganisation({
  id: 'asked',
  agents: [planner],
  teams: [both],
  machines: [order],
  roles: { planner: 'planner' },
});
test.each([
  ['order', 'a plan', { amount: 5 }],
  ['a book', 'a fan of a team of a plan', ['left', 'right']],
])('1.2 %s: it works as a part of %s of a request', async (text, _, value) => {
  const { report } = await nova(undefined, { organisation: asked }).ask(text);
  expect(report?.got).toMatchObject([{ value }]);
});

const broken = (charge: (typeof bank)['charge']) => {
  bank.charge = charge;
  return nova().run('order', item);
};
const hasSpace = 'x'.repeat(MAX_VALUE_BYTES);
test.each([
  ['throws', async () => Promise.reject(new Error('no money')), 'no money'],
  ['throws no error', async () => Promise.reject(7 as unknown as Error), '7'],
  [
    'gives what is no JSON',
    async () => ({ amount: 1n }),
    '$.amount is a bigint, which is not JSON',
  ],
  ['gives too much', async () => hasSpace, `it is over the limit of ${MAX_VALUE_BYTES} bytes`],
])('2.7 a promise that %s is an error event of the machine', async (_, charge, why) => {
  expect(await broken(charge)).toMatchObject({ outcome: 'lost', value: { why } });
});

test('2.7 an output that breaks its contract fails the node', async () => {
  expect(await broken(async () => ({ amount: 0.5 }))).toMatchObject({
    outcome: 'failed',
    reason: 'contract',
  });
});

test('2.1, 2.7 an input that breaks its contract is refused before the machine begins', async () => {
  expect(await nova().run('order', { item: 7 })).toMatchObject({
    outcome: 'refused',
    reason: 'contract',
  });
});

/** Where an order is at work, as soon as its promise has begun. */
const begun = (one: Nova, id: string) => {
  let abort: AbortSignal | undefined;
  const paying = new Promise<string>((resolve) => {
    bank.charge = async ({ signal }) => {
      abort = signal;
      resolve(`local/${id}#solo/node`);
      return nothing;
    };
  });
  return { running: one.run('order', item, { id }), paying, isAborted: () => abort?.aborted };
};

test('2.4, 2.7 an event from outside reaches it, and one that breaks its contract does not', async () => {
  const one = nova();
  const { running, paying, isAborted } = begun(one, 'r');
  const at = await paying;
  await expect(one.send(at, { type: 'CANCEL', more: 1 } as { type: string })).rejects.toMatchObject(
    { code: 'bad_event' },
  );
  await one.send(at, { type: 'LEFT' });
  await one.send(at, { type: 'CANCEL' });
  const { outcome, value, deadLetters } = await running;
  expect([outcome, value]).toEqual(['lost', { why: 'cancelled' }]);
  expect(deadLetters).toMatchObject([{ event: 'LEFT', reason: 'wrong_kind' }]);
  expect(isAborted()).toBe(true);
});

test('8.1 a stop ends it and aborts its promise', async () => {
  const one = nova();
  const { running, paying, isAborted } = begun(one, 'r');
  await paying;
  await one.stop('local/r');
  expect(isAborted()).toBe(true);
  expect(await running).toMatchObject({ outcome: 'cancelled', reason: 'cancelled' });
});

test('8.1 a stop of the request reaches it through plan, team and fan', async () => {
  const one = nova(undefined, { organisation: asked });
  const signals: AbortSignal[] = [];
  const paying = new Promise<void>((resolve) => {
    bank.charge = async ({ signal }) => {
      if (signals.push(signal) === 2) resolve();
      return nothing;
    };
  });
  const running = one.ask('a book', { id: 'r' });
  await paying;
  await one.stop('local/r');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  const { outcome, trace } = await running;
  expect(outcome).toBe('cancelled');
  const orders = trace.filter(({ node }) => node === 'order');
  expect(orders.map((handoff) => handoff.outcome)).toEqual(['cancelled', 'cancelled']);
});

test('1.1 a machine that waits for what never comes is expired in its time', async () => {
  const clock = new ManualClock();
  const one = nova(undefined, { clock });
  const { running, paying, isAborted } = begun(one, 'r');
  await one.send(await paying, { type: 'HOLD' });
  expect(isAborted()).toBe(true);
  clock.advance(20_000);
  expect(await running).toMatchObject({ outcome: 'expired', reason: 'deadline' });
});

test('7.3, 7.8 a promise that gives no answer in its time is an error event of the machine', async () => {
  const clock = new ManualClock();
  const one = nova(undefined, { clock });
  const { running, paying, isAborted } = begun(one, 'r');
  await paying;
  clock.advance(10_000);
  expect(await running).toMatchObject({
    outcome: 'lost',
    value: { why: 'it gave no answer in its time' },
  });
  expect(isAborted()).toBe(true);
});

test('9.1, 9.7 another process takes it up: the promise begins again under its key, the delays go on', async () => {
  const kept: MemoryRecords = [];
  const keys: string[] = [];
  const first = nova(kept);
  const { running, paying } = begun(first, 'r');
  void running.catch(() => {});
  const at = await paying;
  const copy = structuredClone(kept);
  bank.charge = async ({ key = '' }) => (keys.push(key), { amount: 9 });
  const result = await nova(copy).run('order', item, { id: 'r' });
  expect(result).toMatchObject({ outcome: 'paid', value: { amount: 9 } });
  expect(keys).toEqual([expect.stringContaining(`${at}:promise-`)]);
  // Folded once more, by one who knows nothing of it.
  expect(await nova(copy).show('local/r')).toMatchObject({ outcome: 'paid' });
});

test('nova check walks through a team of machines, each by its contract', () => {
  const checked = [...checkOrganisation(organisation)];
  expect(checked.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual(
    [],
  );
  const spaces = checked.filter(({ kind }) => kind === 'space').map(({ name }) => name);
  expect(spaces).toEqual(['machine order', 'a request', 'team shop']);
});
