//   working ──child.ended──▶ ended (as the node ended)
//      ├─────run.stopped───▶ ended (cancelled)
//      ├─────deadline.passed▶ ended (expired)
//      └─────run.paused, run.resumed: passed on to who works; what a person has paused, the run above does not resume
//
// One node at work for somebody outside, without a request around it. Its end takes everything below it along.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { BudgetInput } from './budget/schemas.ts';
import { outputs } from './protocol/effects.ts';
import { childEnded, deadlinePassed, type EventsOf } from './protocol/events.ts';
import { Ending, type Output, outputOf } from './protocol/outcomes.ts';
import { Decider } from './protocol/principal.ts';
import { ValueRef } from './protocol/values.ts';

export const SoloInput = z.strictObject({
  node: z.string(),
  input: ValueRef,
  /** A value of the folder that it is about, as `{ project }`. */
  project: ValueRef,
  /** For all of its work; stands still while a person is asked. */
  deadlineMs: z.int().min(1),
  /** What the work may take; no bound where it is absent. */
  budget: BudgetInput.optional(),
});

/** `isAbove`: since the run above that waits for it is. */
const paused = z.strictObject({ by: Decider, isAbove: z.literal(true).optional() });
export const soloEvents = {
  external: {
    'run.stopped': z.strictObject({ by: Decider }),
    'run.paused': paused,
    'run.resumed': paused,
  },
  answer: {},
  internal: { ...childEnded, ...deadlinePassed },
} as const;

export const SoloContext = SoloInput.extend({
  /** It is paused since the run above is. */
  isHeld: z.literal(true).optional(),
  /** A person has paused it. */
  isPaused: z.literal(true).optional(),
  ending: Ending.optional(),
});
export type SoloContext = z.infer<typeof SoloContext>;

const base = setup({
  types: {} as {
    input: z.infer<typeof SoloInput>;
    context: SoloContext;
    events: EventsOf<typeof soloEvents>;
    output: Output;
  },
  schemas: { input: SoloInput, events: soloEvents, context: SoloContext },
  actions: {
    ...outputs,
    end: assign({ ending: (_, ending: Ending) => ending }),
    hold: assign(({ context, event }) => {
      if (event.type === 'run.paused')
        return event.isAbove ? { isHeld: true as const } : { isPaused: true as const };
      if (event.type !== 'run.resumed') return {};
      return { isHeld: undefined, isPaused: event.isAbove ? context.isPaused : undefined };
    }),
  },
  guards: {
    staysPaused: ({ context, event }) =>
      event.type === 'run.resumed' && event.isAbove === true && context.isPaused === true,
  },
});

/** Nothing is handed over here: who works begins nothing new in between, and nobody is asked for more. */
const passOn = (type: string) =>
  base.enqueueActions(({ context: { budget }, enqueue }) => {
    const event = { type };
    enqueue({ type: 'send', params: { to: { child: 'node' }, event } });
    if (budget !== undefined) enqueue({ type: 'send', params: { to: { child: 'budget' }, event } });
  });

export const soloMachine = base.createMachine({
  id: 'solo',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => input,
  entry: [
    {
      type: 'timer',
      params: ({ context: { deadlineMs } }) => ({
        id: 'deadline',
        delayMs: deadlineMs,
        event: { type: 'deadline.passed' },
        work: true,
      }),
    },
    // Before the node is handed anything: its tasks are told of it.
    base.enqueueActions(({ context: { budget }, enqueue }) => {
      if (budget !== undefined)
        enqueue({ type: 'spawn', params: { id: 'budget', machine: 'budget', input: budget } });
    }),
  ],
  initial: 'working',
  states: {
    working: {
      entry: {
        type: 'hand',
        params: ({ context: { node, input } }) => ({ id: 'node', node, input: { ref: input } }),
      },
      on: {
        'child.ended': {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ event: { type: _, id: _id, ...ending } }) => ending,
          },
        },
        'run.stopped': {
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'cancelled', reason: 'cancelled' } },
        },
        'run.paused': { actions: ['hold', passOn('run.paused')] },
        'run.resumed': [
          { guard: 'staysPaused', actions: 'hold' },
          { actions: ['hold', passOn('run.resumed')] },
        ],
        'deadline.passed': {
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
        },
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { ending } }) => outputOf(ending),
});
