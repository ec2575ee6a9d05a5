// Goal: `nova check` finds what a machine of a user's own can come to by itself, and says where it takes it by its contract alone.
// Method: an order without faults, the same with one fault each; the way there is named.
import { expect, test } from 'vitest';
import { assign, fromPromise, raise, setup, type AnyStateMachine } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine } from 'nova-agents';
import { loadCheckable } from '../../src/verify/check-module.ts';
import { checkOrganisation } from '../../src/verify/check.ts';
import { walkGuest } from '../../src/verify/guests.ts';
import { order } from '../team/orders.ts';

interface Of {
  readonly context: { readonly got: unknown; readonly tries: number };
}

/** Fetches with three more tries; what is slow waits to be told. */
const machine = (more: object) =>
  setup({
    types: {} as { context: { got: unknown; tries: number }; output: unknown },
    actors: { fetch: fromPromise(async () => 1) },
    guards: { mayTry: ({ context }) => context.tries < 3 },
  }).createMachine({
    id: 'm',
    context: { got: null, tries: 0 },
    initial: 'fetching',
    states: {
      fetching: {
        invoke: {
          src: 'fetch',
          onDone: {
            target: 'done',
            actions: assign({
              got: ({ event }) => (event as unknown as { output: unknown }).output,
            }),
          },
          onError: [
            {
              guard: 'mayTry',
              target: 'fetching',
              reenter: true,
              actions: assign({ tries: ({ context }: Of) => context.tries + 1 }),
            },
            { target: 'lost' },
          ],
        },
        after: { 10: 'slow' },
      },
      slow: { on: { GO: 'fetching' } },
      lost: { type: 'final' },
      done: { type: 'final' },
      ...more,
    },
    output: ({ context }: Of) => context.got,
  } as never) as unknown as AnyStateMachine;
const node = (more: object = {}, states: object = {}) =>
  fromMachine(machine(states), {
    id: 'm',
    version: 1,
    does: 'Fetches.',
    input: z.null(),
    outcomes: { got: z.int(), lost: z.null() },
    events: { GO: z.strictObject({}) },
    samples: { fetch: [1] },
    says: (got: unknown) =>
      got === null ? { outcome: 'lost', value: null } : { outcome: 'got', value: got },
    ...more,
  } as never);

test('a machine that holds is seen whole: each answer, failure, hang, delay and event', () => {
  expect(walkGuest(node() as never)).toEqual({ states: 10, edges: 24, faults: [] });
  expect(walkGuest(order).faults).toEqual([]);
});

test.each([
  [
    'breaks its contract',
    node({ samples: { fetch: [1, 'x'] } }),
    /m fails \(contract: .*\): fetch gives "x"$/s,
  ],
  [
    'throws',
    node({ says: () => JSON.parse('{') as never }),
    /m fails \(defect: .*\): fetch gives 1$/s,
  ],
  [
    'cannot end any more',
    node({}, { slow: {} }),
    /^m can never end any more: xstate\.after\.10\.m\.fetching passes$/,
  ],
])('a machine that %s is found, with the shortest way there', (_, broken, fault) => {
  expect(walkGuest(broken as never).faults[0]).toMatch(fault);
});

/** What is large is for somebody else. */
const payer = (more: object) =>
  fromMachine(
    setup({
      types: {} as { input: { amount: number }; context: { amount: number }; output: number },
      guards: { isLarge: ({ context }) => context.amount > 100 },
    }).createMachine({
      id: 'payer',
      context: ({ input }) => input,
      initial: 'looking',
      states: {
        looking: { always: [{ guard: 'isLarge', target: 'large' }, { target: 'paid' }] },
        large: { type: 'final' },
        paid: { type: 'final' },
      },
      output: ({ context }) => context.amount,
    }),
    {
      id: 'payer',
      version: 1,
      does: 'Pays.',
      input: z.strictObject({ amount: z.int().min(0).max(1_000) }),
      outcomes: { pay: z.int(), escalate: z.int().max(500) },
      says: (amount) =>
        amount > 100 ? { outcome: 'escalate', value: amount } : { outcome: 'pay', value: amount },
      ...more,
    },
  );

test('an outcome that nothing led to is said to be unseen, and is no fault', () => {
  const machines = [payer({})];
  const checked = [...checkOrganisation(defineOrganisation({ id: 'o', agents: [], machines }))];
  expect(checked.find(({ name }) => name.startsWith('machine'))).toMatchObject({
    name: 'machine payer, not seen to end as escalate',
    faults: [],
  });
});

test('it is walked through from each of its inputs, and a fault names the one', () => {
  expect(walkGuest(payer({ inputs: [{ amount: 1 }, { amount: 101 }] }))).toEqual({
    states: 2,
    edges: 0,
    faults: [],
  });
  expect(walkGuest(payer({ inputs: [{ amount: 1 }, { amount: 501 }] }))).toMatchObject({
    faults: [expect.stringMatching(/^payer fails \(contract: .*\): handed \{"amount":501\}$/s)],
  });
  expect(() => payer({ inputs: [{ amount: 1 }, { amount: -1 }] })).toThrow(
    /machine payer inputs\[1\]/,
  );
});

test('a contract of which no value can be made is walked through from the inputs', () => {
  const input = z.strictObject({ amount: z.int() }).refine(({ amount }) => amount === 77);
  const { unseen = '' } = walkGuest(payer({ input }));
  expect(unseen).toBe('by its contract alone: no sample of input');
  const one = payer({ input, inputs: [{ amount: 77 }], outcomes: { pay: z.int() } });
  expect(walkGuest(one)).toEqual({ states: 1, edges: 0, faults: [] });
  const checked = [
    ...checkOrganisation(defineOrganisation({ id: 'o', agents: [], machines: [one] })),
  ];
  expect(checked.flatMap(({ faults }) => faults)).toEqual([]);
});

/** Where it sleeps is the same, whatever it waits for: only the delays differ that are left behind. */
const sleeper = fromMachine(
  setup({ types: {} as { output: null }, delays: { soon: 5 } }).createMachine({
    id: 'sleeper',
    initial: 'deciding',
    states: {
      deciding: {
        on: {
          FORGET: 'asleep',
          REMEMBER: { target: 'asleep', actions: raise({ type: 'WAKE' }, { delay: 'soon' }) },
          TOSS: { target: 'asleep', actions: raise({ type: 'STIR' }, { delay: 'soon' }) },
        },
      },
      asleep: { on: { WAKE: 'awake', STIR: 'deciding' } },
      awake: { type: 'final' },
    },
  }),
  {
    id: 'sleeper',
    version: 1,
    does: 'Sleeps.',
    input: z.null(),
    outcomes: { woke: z.null() },
    says: () => ({ outcome: 'woke', value: null }),
    events: Object.fromEntries(
      ['FORGET', 'REMEMBER', 'TOSS'].map((type) => [type, z.strictObject({})]),
    ),
  },
);

test('places that only a delay tells apart are several, and the one without it is found stuck', () => {
  // Deciding, over, and three times asleep: for ever, until it wakes, until it stirs.
  expect(walkGuest(sleeper)).toMatchObject({
    states: 5,
    faults: ['sleeper can never end any more: FORGET'],
  });
});

test('without samples it is taken by its contract alone, and the check says so', () => {
  const machines = [node({ samples: {} }) as never];
  const checked = [...checkOrganisation(defineOrganisation({ id: 'o', agents: [], machines }))];
  const [alone] = checked.filter(({ name }) => name.startsWith('machine'));
  expect(alone).toMatchObject({
    name: 'machine m, by its contract alone: no sample of fetch',
    faults: [],
  });
});

test('a machine that counts for ever does not hold, for it is not seen whole', () => {
  const counts = {
    on: {
      GO: {
        actions: assign({
          tries: ({ context }: { context: { tries: number } }) => context.tries + 1,
        }),
      },
    },
  };
  expect(walkGuest(node({}, { slow: counts }) as never).faults).toContain(
    'not seen whole: more than 5000 states',
  );
});

test('a module that exports a machine and its node is checked by the node alone', async () => {
  const { organisations, machines } = await loadCheckable('test/team/orders.ts');
  expect(machines).toEqual([]);
  expect(organisations.flatMap(({ machines: nodes = [] }) => nodes)).toMatchObject([
    { id: 'order' },
  ]);
});
