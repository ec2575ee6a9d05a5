// An order as a user of XState writes it: a promise, a child machine, a delay, events from outside; used by several tests.
import { assign, fromPromise, sendParent, sendTo, setup } from 'xstate';
import * as z from 'zod';
import { fromMachine } from 'nova-agents';

interface Charge {
  readonly item: string;
  readonly key?: string;
  readonly signal: AbortSignal;
}
/** What the payment does; tests put their own in. */
export const bank: { charge: (charge: Charge) => Promise<unknown> } = {
  charge: async () => ({ amount: 5 }),
};

/** Waits for the parcel: says so half-way, and ends when it has come. */
const parcel = setup({ delays: { travels: 20 } }).createMachine({
  id: 'parcel',
  initial: 'packed',
  states: {
    packed: { on: { SEND: 'underway' } },
    underway: { entry: sendParent({ type: 'LEFT' }), after: { travels: 'there' } },
    there: { type: 'final' },
  },
});

export const orders = setup({
  types: {} as {
    input: { item: string };
    context: { item: string; left: boolean; amount: number; why: string };
    events: { type: 'LEFT' } | { type: 'CANCEL' } | { type: 'HOLD' };
    output: { amount: number; why: string };
  },
  actors: {
    charge: fromPromise<{ amount: number }, { item: string }>(
      async ({ input, ...call }) =>
        bank.charge({ ...input, ...(call as unknown as Charge) }) as Promise<{ amount: number }>,
    ),
    parcel,
  },
}).createMachine({
  id: 'orders',
  context: ({ input }) => ({ item: input.item, left: false, amount: 0, why: '' }),
  initial: 'paying',
  on: {
    LEFT: { actions: assign({ left: true }) },
    CANCEL: { target: '.ended', actions: assign({ why: 'cancelled' }) },
    HOLD: '.held',
  },
  states: {
    paying: {
      invoke: {
        src: 'charge',
        input: ({ context }) => ({ item: context.item }),
        onDone: {
          target: 'sending',
          actions: assign({ amount: ({ event }) => event.output.amount }),
        },
        onError: {
          target: 'ended',
          actions: assign({ why: ({ event }) => (event.error as Error).message }),
        },
      },
    },
    sending: {
      invoke: { src: 'parcel', id: 'parcel', onDone: 'ended' },
      after: { 10: { actions: sendTo('parcel', { type: 'SEND' }) } },
    },
    held: {},
    ended: { type: 'final' },
  },
  output: ({ context: { amount, why } }) => ({ amount, why }),
});

export const order = fromMachine(orders, {
  id: 'order',
  version: 1,
  does: 'Charges for an item and sends it.',
  asks: ['Send me a book'],
  input: z.strictObject({ item: z.string() }),
  outcomes: {
    paid: z.strictObject({ amount: z.int().min(1) }),
    lost: z.strictObject({ why: z.string() }),
  },
  events: { CANCEL: z.strictObject({}), HOLD: z.strictObject({}) },
  samples: { charge: [{ amount: 5 }] },
  withinMs: { charge: 10_000 },
  deadlineMs: 20_000,
  says: ({ amount, why }) =>
    why === '' ? { outcome: 'paid', value: { amount } } : { outcome: 'lost', value: { why } },
});
