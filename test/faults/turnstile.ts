// A machine that lives long and stays small: it is pushed, rests, and has to pay now and then.
import { assign, fromPromise, setup } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine } from 'nova-agents';

export const REST_MS = 5_000;
export const PAY_WITHIN_MS = 60_000;
const YEARS_MS = 10 * 365 * 86_400_000;
const PUSHES_PER_PAYMENT = 10;
const PUSHES_PER_REST = 7;

interface Turns {
  readonly left: number;
  readonly paid: number;
  readonly unpaid: number;
}

/** What paying is; the soak puts its own in. */
export const till: { pay: (signal: AbortSignal) => Promise<number> } = { pay: async () => 1 };

const machine = setup({
  types: {} as {
    context: Turns;
    input: { pushes: number };
    events: { type: 'PUSH' };
    output: { outcome: 'done'; value: Turns };
  },
  actors: {
    pay: fromPromise<number>(({ signal }) => till.pay(signal)),
  },
  delays: { rest: REST_MS },
  guards: {
    isLast: ({ context: { left } }) => left === 1,
    mustPay: ({ context: { left } }) => left % PUSHES_PER_PAYMENT === 0,
    mustRest: ({ context: { left } }) => left % PUSHES_PER_REST === 0,
  },
  actions: { count: assign({ left: ({ context }) => context.left - 1 }) },
}).createMachine({
  id: 'turnstile',
  context: ({ input }) => ({ left: input.pushes, paid: 0, unpaid: 0 }),
  initial: 'open',
  states: {
    open: {
      on: {
        PUSH: [
          { guard: 'isLast', target: 'shut', actions: 'count' },
          { guard: 'mustPay', target: 'paying', actions: 'count' },
          { guard: 'mustRest', target: 'resting', actions: 'count' },
          { actions: 'count' },
        ],
      },
    },
    paying: {
      invoke: {
        src: 'pay',
        onDone: { target: 'open', actions: assign({ paid: ({ context }) => context.paid + 1 }) },
        onError: {
          target: 'open',
          actions: assign({ unpaid: ({ context }) => context.unpaid + 1 }),
        },
      },
    },
    resting: { after: { rest: 'open' } },
    shut: { type: 'final' },
  },
  output: ({ context }) => ({ outcome: 'done' as const, value: context }),
});
export const turnstile = fromMachine(machine, {
  id: 'turnstile',
  version: 1,
  does: 'Counts who goes through.',
  input: z.strictObject({ pushes: z.int() }),
  outcomes: { done: z.strictObject({ left: z.int(), paid: z.int(), unpaid: z.int() }) },
  events: { PUSH: z.strictObject({}) },
  withinMs: PAY_WITHIN_MS,
  deadlineMs: YEARS_MS,
});
export const turnstiles = defineOrganisation({
  id: 'turnstiles',
  agents: [],
  machines: [turnstile],
});
