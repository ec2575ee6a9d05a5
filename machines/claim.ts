//   waiting ──claim.settled──▶ ended (as its owner ended)
//      ├──claim.lapsed──▶ due ── unless the run is paused ──▶ working ──child.ended──▶ ended
//      └──stop.requested──▶ ended (cancelled), from anywhere; passed on to who works
//
// The same work is in flight already: who asks for it a second time waits for what comes of it, and does it if its owner
// was stopped.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { childEnded, paused, stopRequested, type EventsOf } from './protocol/events.ts';
import { Ending, type Output, outputOf } from './protocol/outcomes.ts';
import { ValueRef } from './protocol/values.ts';

/** The work that it waits for. */
export const ClaimInput = z.strictObject({
  node: z.string(),
  version: z.int().min(1),
  input: ValueRef,
  purpose: z.string().optional(),
});

export const claimEvents = {
  external: {},
  answer: {},
  internal: {
    /** It has come to an end, other than by a stop. */
    'claim.settled': Ending,
    /** Its owner was stopped: nobody does it any more. */
    'claim.lapsed': z.strictObject({}),
    ...childEnded,
    ...stopRequested,
    ...paused,
  },
} as const;

export const ClaimContext = ClaimInput.extend({ isPaused: z.boolean(), ending: Ending.optional() });
type ClaimContext = z.infer<typeof ClaimContext>;

const base = setup({
  types: {} as {
    input: z.infer<typeof ClaimInput>;
    context: ClaimContext;
    events: EventsOf<typeof claimEvents>;
    output: Output;
  },
  schemas: { input: ClaimInput, events: claimEvents, context: ClaimContext },
  actions: {
    ...outputs,
    end: assign({ ending: (_, ending: Ending) => ending }),
    hold: assign({ isPaused: (_, { isPaused }: { isPaused: boolean }) => isPaused }),
  },
  guards: { isRunning: ({ context }) => !context.isPaused },
});

/** Passes a pause on to who does the work. */
const held = (type: 'run.paused' | 'run.resumed') => ({
  actions: [
    { type: 'hold', params: { isPaused: type === 'run.paused' } } as const,
    { type: 'send', params: { to: { child: 'work' }, event: { type } } } as const,
  ],
});

export const claimMachine = base.createMachine({
  id: 'claim',
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
    // Both may be on their way at once, where one who took the work over has ended already.
    'claim.settled': {},
    'claim.lapsed': {},
  },
  initial: 'waiting',
  states: {
    waiting: {
      on: {
        'claim.settled': {
          target: 'ended',
          actions: { type: 'end', params: ({ event: { type: _, ...ending } }) => ending },
        },
        'claim.lapsed': 'due',
      },
    },
    due: { always: { guard: 'isRunning', target: 'working' } },
    working: {
      entry: {
        type: 'hand',
        params: ({ context: { node, version, input, purpose } }) => ({
          id: 'work',
          node,
          version,
          input: { ref: input },
          ...(purpose !== undefined && { purpose }),
        }),
      },
      on: {
        // Who works gives back what it holds, and ends as stopped.
        'stop.requested': {
          actions: {
            type: 'send',
            params: { to: { child: 'work' }, event: { type: 'stop.requested' } },
          },
        },
        'child.ended': {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ event: { type: _, id: _id, ...ending } }) => ending,
          },
        },
        'run.paused': held('run.paused'),
        'run.resumed': held('run.resumed'),
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { ending } }) => outputOf(ending),
});
