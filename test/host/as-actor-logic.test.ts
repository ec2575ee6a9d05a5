// Goal: a Nova agent, team or machine is an ordinary actor of any XState application: typed, stopped, restored, inspected.
// Method: real parents made by `createActor` invoke them; each way to end, a gate, a stop, a restart in the middle, two at once.
import { expect, test } from 'vitest';
import { createActor, setup, waitFor, type AnyActorRef, type InspectionEvent } from 'xstate';
import * as z from 'zod';
import { Ask, asActorLogic, defineAgent, NodeEndedError, type NodeSnapshot } from 'nova-agents';
import { support } from '../team/support.ts';
import { bank, order } from '../team/orders.ts';
import { app, asked, isOver, standing } from './support-app.ts';

test('an outcome comes by onDone with its value', async () => {
  const actor = createActor(app(), { input: { text: 'an order' } }).start();
  const { context } = await waitFor(actor, isOver);
  expect(context.got).toEqual({ outcome: 'replied', value: 'About an order: yes.' });
});

const base = {
  version: 1,
  does: 'x',
  input: Ask,
  outcomes: { done: z.null() },
  examples: [],
} as const;
const nothing = new Promise<never>(() => {});
const ends = {
  refuses: defineAgent({
    ...base,
    id: 'refuses',
    act: (_, say) => say.refused({ reason: 'not mine' }),
  }),
  throws: defineAgent({
    ...base,
    id: 'throws',
    act: () => {
      throw new Error('boom');
    },
  }),
  lies: defineAgent({ ...base, id: 'lies', act: () => ({ outcome: 'done', value: 7 }) }),
  hangs: defineAgent({ ...base, id: 'hangs', limits: { deadlineMs: 5 }, act: () => nothing }),
};

test.each([
  ['refuses', 'refused', 'declined'],
  ['throws', 'failed', 'threw'],
  ['lies', 'failed', 'contract'],
  ['hangs', 'expired', 'deadline'],
] as const)(
  'a bad end comes by onError, with reason and note: %s',
  async (who, outcome, reason) => {
    const actor = createActor(asActorLogic(ends[who]), { input: { text: 'x' } });
    actor.subscribe({ error: () => {} });
    actor.start();
    const { error } = await waitFor(actor, ({ status }) => status === 'error').catch(() =>
      actor.getSnapshot(),
    );
    expect(error).toBeInstanceOf(NodeEndedError);
    expect(error).toMatchObject({ node: who, outcome, reason });
    const kept = JSON.parse(JSON.stringify(actor.getPersistedSnapshot()));
    const again = createActor(asActorLogic(ends[who]), { snapshot: kept, input: { text: '' } });
    expect(again.getSnapshot().error).toEqual(error);
    expect(again.getSnapshot().error).toBeInstanceOf(NodeEndedError);
  },
);

test.each([
  ['breaks its contract', { text: '' }],
  ['is no JSON', { text: 1n }],
])('2.1 an input that %s is refused', async (_, input) => {
  const actor = createActor(app(), { input: input as { text: string } }).start();
  const { context } = await waitFor(actor, isOver);
  expect(context.error).toMatchObject({ outcome: 'refused', reason: 'contract' });
});

test.each([
  ['approved', {}, 'replied', 'You get 100 back.'],
  ['edited', { value: { caseId: '7', amount: 5 } }, 'replied', 'You get 5 back.'],
  ['rejected', { why: 'too much' }, 'declined', { why: 'finance said no' }],
] as const)(
  '5.1, 5.5 a gate inside shows in the snapshot, and is %s by an event',
  async (is, more, outcome, value) => {
    const actor = createActor(app(), { input: { text: 'billing 7' } }).start();
    const child = await asked(actor);
    expect(standing(child).waiting).toMatchObject([
      { purpose: 'support.finance', subject: { caseId: '7', amount: 100 } },
    ]);
    child.send({ type: `review.${is}`, ...more });
    const { context } = await waitFor(actor, isOver);
    expect(context.got).toEqual({ outcome, value });
  },
);

test('5.3 a decision that does not count is told, and the review waits on', async () => {
  const actor = createActor(app(), { input: { text: 'billing 7' } }).start();
  const child = await asked(actor);
  const faulty = async (event: object, why: RegExp) => {
    child.send(event as { type: string });
    const { fault } = (await waitFor(
      child,
      (snapshot) => (snapshot as NodeSnapshot<typeof support>).fault !== undefined,
    )) as NodeSnapshot<typeof support>;
    expect(fault).toMatch(why);
    expect(standing(child).waiting).toHaveLength(1);
  };
  await faulty({ type: 'review.edited', value: { caseId: '7', amount: -1 } }, /amount/);
  await faulty({ type: 'review.approved', by: 'eve' }, /eve may not decide/);
  await faulty({ type: 'review.approved', id: 'nobody' }, /not among them/);
  child.send({ type: 'review.approved' });
  expect((await waitFor(actor, isOver)).context.got?.outcome).toBe('replied');
});

test('9.1 what was persisted as JSON goes on where it stood', async () => {
  const first = createActor(app(), { input: { text: 'billing 7' } }).start();
  await asked(first);
  const text = JSON.stringify(first.getPersistedSnapshot());
  first.stop();
  const second = createActor(app(), { snapshot: JSON.parse(text), input: { text: '' } }).start();
  const child = await asked(second);
  child.send({ type: 'review.approved' });
  const { context } = await waitFor(second, isOver);
  expect(context.got).toEqual({ outcome: 'replied', value: 'You get 100 back.' });
});

test('9.2 what was at work is begun again under the same key after JSON', async () => {
  const keys: string[] = [];
  const charge = (): Promise<unknown> => nothing;
  bank.charge = async ({ key = '' }) => (keys.push(key), charge());
  const logic = asActorLogic(order);
  const first = createActor(logic, { input: { item: 'a book' } }).start();
  await expect.poll(() => keys.length).toBe(1);
  const text = JSON.stringify(first.getPersistedSnapshot());
  first.stop();
  bank.charge = async ({ key = '' }) => (keys.push(key), { amount: 5 });
  const second = createActor(logic, { snapshot: JSON.parse(text), input: { item: '' } }).start();
  const { output } = await waitFor(second, isOver);
  expect(output).toEqual({ outcome: 'paid', value: { amount: 5 } });
  expect(keys).toEqual([keys[0], keys[0]]);
});

test('8.1 stopping the actor aborts what is under way, and nothing begins afterwards', async () => {
  const begun: AbortSignal[] = [];
  bank.charge = async ({ signal }) => (begun.push(signal), nothing);
  const machine = setup({ actors: { order: asActorLogic(order) } }).createMachine({
    initial: 'ordering',
    states: {
      ordering: { invoke: { src: 'order', input: { item: 'a' } }, on: { LEAVE: 'left' } },
      left: {},
    },
  });
  const actor = createActor(machine).start();
  await expect.poll(() => begun.length).toBe(1);
  actor.send({ type: 'LEAVE' });
  expect(begun[0]?.aborted).toBe(true);
  const early = createActor(machine).start();
  early.send({ type: 'LEAVE' });
  await new Promise((later) => setImmediate(later));
  expect(begun).toHaveLength(1);
});

test('two at once do not know of each other, and an inspector sees both', async () => {
  const seen = new Set<string>();
  const inspect = ({ type, ...told }: InspectionEvent) => {
    const { actorRef, snapshot } = told as unknown as {
      actorRef: AnyActorRef;
      snapshot?: { status: string };
    };
    if (type === '@xstate.snapshot') seen.add(`${actorRef.id} ${snapshot?.status}`);
  };
  const both = setup({ actors: { support: asActorLogic(support) } }).createMachine({
    type: 'parallel',
    states: Object.fromEntries(
      ['billing 3', 'tea'].map((text) => [
        text,
        {
          initial: 'asking',
          states: {
            asking: {
              invoke: { id: text, src: 'support' as const, input: { text }, onDone: 'done' },
            },
            done: { type: 'final' as const },
          },
        },
      ]),
    ),
  });
  const actor = createActor(both, { inspect }).start();
  await waitFor(actor, isOver);
  expect([...seen]).toEqual(
    expect.arrayContaining(['billing 3 active', 'billing 3 done', 'tea done']),
  );
});

test('a parent that has no onError ends in error itself, as with any actor', async () => {
  const machine = setup({ actors: { throws: asActorLogic(ends.throws) } }).createMachine({
    invoke: { src: 'throws', input: { text: 'x' } },
  });
  const actor = createActor(machine);
  const failed = new Promise((error) => actor.subscribe({ error }));
  actor.start();
  expect(await failed).toBeInstanceOf(NodeEndedError);
});
