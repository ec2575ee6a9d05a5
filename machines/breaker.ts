//   closed ⟲ call.wanted ▶ it begins; call.succeeded: none has failed; call.failed ── the last of too many ──▶ open
//   open ── its time is up ──▶ ready ──call.wanted──▶ probing ── call.succeeded ──▶ closed
//                                ▲                       ├── call.failed ──▶ open
//                                └──── call.dropped ─────┘
//
// What a thing that keeps failing is called through: a call that no state takes is not begun.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { deadlinePassed, type EventsOf } from './protocol/events.ts';
import { SERVING } from './protocol/tags.ts';

export const BreakerInput = z.strictObject({
  /** In a row, until nothing is called any more; default 5. */
  failures: z.int().min(1).max(1_000).default(5),
  /** Milliseconds until one call is let through again; default 30,000. */
  openMs: z.int().min(1).max(86_400_000).default(30_000),
});

const none = z.strictObject({});
export const breakerEvents = {
  external: {},
  answer: {},
  internal: {
    'call.wanted': none,
    'call.succeeded': none,
    'call.failed': none,
    /** Nothing came of it that tells how the thing is. */
    'call.dropped': none,
    ...deadlinePassed,
  },
} as const;

export const BreakerContext = z.strictObject({
  limits: BreakerInput,
  /** In a row. */
  failed: z.int().min(0),
});
type BreakerContext = z.infer<typeof BreakerContext>;

const base = setup({
  types: {} as {
    input: z.output<typeof BreakerInput>;
    context: BreakerContext;
    events: EventsOf<typeof breakerEvents>;
  },
  schemas: { input: BreakerInput, events: breakerEvents, context: BreakerContext },
  actions: {
    ...outputs,
    count: assign({ failed: ({ context }) => context.failed + 1 }),
    forget: assign({ failed: 0 }),
  },
  guards: { isLast: ({ context: { failed, limits } }) => failed + 1 >= limits.failures },
});

export const breakerMachine = base.createMachine({
  id: 'breaker',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ limits: input, failed: 0 }),
  initial: 'closed',
  states: {
    closed: {
      tags: SERVING,
      on: {
        'call.wanted': {},
        'call.succeeded': { actions: 'forget' },
        'call.failed': [{ guard: 'isLast', target: 'open' }, { actions: 'count' }],
        'call.dropped': {},
      },
    },
    open: {
      entry: [
        'forget',
        {
          type: 'timer',
          params: ({ context: { limits } }) => ({
            id: 'rest',
            delayMs: limits.openMs,
            event: { type: 'deadline.passed' },
          }),
        },
      ],
      on: { 'deadline.passed': 'ready' },
    },
    ready: { tags: SERVING, on: { 'call.wanted': 'probing' } },
    probing: {
      tags: SERVING,
      on: { 'call.succeeded': 'closed', 'call.failed': 'open', 'call.dropped': 'ready' },
    },
  },
});
