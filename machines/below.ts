//   working ──run.ended───────▶ ended (as that run ended)
//      ├─────run.failed───────▶ ended (failed)
//      ├─────effect.expired───▶ ended (expired)
//      └─────stop.requested───▶ ended (cancelled)
//
//   run.paused, run.resumed: noted, by which the run below is held and let on
//
// One node at work in a scope below, where it is a run of its own. What it ended with crosses up as one value.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { effectExpired, paused, stopRequested, type EventsOf } from './protocol/events.ts';
import { Ending, Reason, type Output, outputOf } from './protocol/outcomes.ts';
import { ValueRef } from './protocol/values.ts';

export const BelowInput = z.strictObject({
  node: z.string(),
  version: z.int().min(1),
  /** Where it is to work. */
  scope: z.string(),
  input: ValueRef,
  withinMs: z.int().min(1),
});

export const belowEvents = {
  external: {},
  answer: {
    'run.ended': Ending,
    /** It could not be begun. */
    'run.failed': z.strictObject({ reason: Reason, note: ValueRef.optional() }),
  },
  internal: { ...effectExpired, ...stopRequested, ...paused },
} as const;

export const BelowContext = BelowInput.extend({ isPaused: z.boolean(), ending: Ending.optional() });
export type BelowContext = z.infer<typeof BelowContext>;

const base = setup({
  types: {} as {
    input: z.infer<typeof BelowInput>;
    context: BelowContext;
    events: EventsOf<typeof belowEvents>;
    output: Output;
  },
  schemas: { input: BelowInput, events: belowEvents, context: BelowContext },
  actions: {
    ...outputs,
    end: assign({ ending: (_, ending: Ending) => ending }),
    hold: assign({ isPaused: (_, { isPaused }: { isPaused: boolean }) => isPaused }),
  },
});

export const belowMachine = base.createMachine({
  id: 'below',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ ...input, isPaused: false }),
  on: {
    'stop.requested': {
      target: '.ended',
      actions: { type: 'end', params: { outcome: 'cancelled', reason: 'cancelled' } },
    },
    'run.paused': { actions: { type: 'hold', params: { isPaused: true } } },
    'run.resumed': { actions: { type: 'hold', params: { isPaused: false } } },
  },
  initial: 'working',
  states: {
    working: {
      entry: {
        type: 'effect',
        params: ({ context: { node, version, scope, input, withinMs } }) => ({
          id: 'run',
          kind: 'run.begin',
          params: { node, version, scope, input },
          withinMs,
        }),
      },
      on: {
        'run.ended': {
          target: 'ended',
          actions: { type: 'end', params: ({ event: { type: _, ...ending } }) => ending },
        },
        'run.failed': {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ event: { type: _, ...why } }) => ({ outcome: 'failed', ...why }),
          },
        },
        'effect.expired': {
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
        },
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { ending } }) => outputOf(ending),
});
