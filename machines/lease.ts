//   asking ── work.granted ──▶ due ── unless paused ──▶ working ── child.ended ──▶ ended (as the work ended), and work.done is told
//     ├── work.settled ──▶ ended (as another's work ended)         ⟲ renewal.due: work.renewed is told
//     └── deadline.passed ──▶ ended (expired)
//   from anywhere: stop.requested ──▶ ended (cancelled), and work.left is told
//
// Work that is shared with other runs: the ledger of its node says whether it is to be done here, and under which fence.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import {
  actorClosed,
  childEnded,
  deadlinePassed,
  paused,
  stopRequested,
  type EventsOf,
} from './protocol/events.ts';
import { Ending, type Output, outputOf } from './protocol/outcomes.ts';
import { ValueRef } from './protocol/values.ts';

/** The system that keeps the shared work of a node, in the scope of who asks. */
export const ledgerOf = (node: string): string => `~${node}`;

export const Sharing = z.strictObject({
  /** How long a result may be given to others who ask; 0: only to those who wait for it. */
  freshMs: z.int().min(0),
  /** An owner that is silent for so long is taken for dead. */
  leaseMs: z.int().min(2),
  /** Owners of one piece of work that may die. */
  maxGrants: z.int().min(1).max(100),
});

export type Sharing = z.infer<typeof Sharing>;

export const LeaseInput = Sharing.extend({
  node: z.string(),
  version: z.int().min(1),
  input: ValueRef,
  purpose: z.string().optional(),
  /** How long it waits for another's work. */
  waitMs: z.int().min(1),
});

const from = z.string();
export const leaseEvents = {
  external: {},
  answer: {},
  internal: {
    ...childEnded,
    ...deadlinePassed,
    ...stopRequested,
    ...actorClosed,
    ...paused,
    'renewal.due': z.strictObject({}),
  },
  told: {
    'work.granted': z.strictObject({ from, fence: z.int().min(0) }),
    'work.settled': Ending.extend({ from }),
  },
} as const;

export const LeaseContext = LeaseInput.extend({
  isPaused: z.boolean(),
  fence: z.int().min(0).optional(),
  ending: Ending.optional(),
});
type LeaseContext = z.infer<typeof LeaseContext>;

/** Names the work to its ledger. */
const workOf = ({ version, input, purpose = '' }: LeaseContext): string =>
  `${version} ${input.hash} ${purpose}`;

/** Tells the ledger of the node; it is told who says so. */
const say = (type: string, more: (context: LeaseContext) => object = () => ({})) => ({
  type: 'tell' as const,
  params: ({ context }: { context: LeaseContext }) => ({
    to: ledgerOf(context.node),
    event: { type, work: workOf(context), ...more(context) },
    isSigned: true,
  }),
});

const CANCELLED = { outcome: 'cancelled', reason: 'cancelled' } as const;
const held = (isPaused: boolean) => ({ type: 'hold', params: { isPaused } }) as const;
const passed = (type: 'run.paused' | 'run.resumed') => ({
  actions: [
    held(type === 'run.paused'),
    { type: 'send', params: { to: { child: 'work' }, event: { type } } } as const,
  ],
});
/** Twice in its time, so that one that is late does no harm. */
const renewal = {
  type: 'timer' as const,
  params: ({ context }: { context: LeaseContext }) => ({
    id: 'renewal',
    delayMs: Math.floor(context.leaseMs / 2),
    event: { type: 'renewal.due' },
  }),
};
/** From the grant on: also one that is paused before it begins is its owner. */
const renewing = {
  'renewal.due': { actions: [say('work.renewed', ({ fence }) => ({ fence })), renewal] },
};

export const leaseMachine = setup({
  types: {} as {
    input: z.infer<typeof LeaseInput>;
    context: LeaseContext;
    events: EventsOf<typeof leaseEvents>;
    output: Output;
  },
  schemas: { input: LeaseInput, events: leaseEvents, context: LeaseContext },
  actions: {
    ...outputs,
    end: assign({ ending: (_, ending: Ending) => ending }),
    hold: assign({ isPaused: (_, { isPaused }: { isPaused: boolean }) => isPaused }),
  },
  guards: {
    isRunning: ({ context }) => !context.isPaused,
    wasStopped: ({ event }) => event.type === 'child.ended' && event.outcome === 'cancelled',
  },
}).createMachine({
  id: 'lease',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ ...input, isPaused: false }),
  on: {
    'stop.requested': {
      target: '.ended',
      actions: [{ type: 'end', params: CANCELLED }, say('work.left')],
    },
    'actor.closed': { actions: say('work.left') },
    'run.paused': { actions: held(true) },
    'run.resumed': { actions: held(false) },
  },
  initial: 'asking',
  states: {
    asking: {
      entry: [
        // Its ledger may have been begun by an older version of the node.
        say('work.wanted', ({ freshMs, leaseMs, maxGrants }) => ({
          sharing: { freshMs, leaseMs, maxGrants },
        })),
        {
          type: 'timer',
          params: ({ context: { waitMs } }) => ({
            id: 'wait',
            delayMs: waitMs,
            event: { type: 'deadline.passed' },
          }),
        },
      ],
      exit: { type: 'clear', params: { id: 'wait' } },
      on: {
        'work.granted': {
          target: 'due',
          actions: assign({ fence: ({ event }) => event.fence }),
        },
        'work.settled': {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ event: { type: _, from: _from, ...ending } }) => ending,
          },
        },
        'deadline.passed': {
          target: 'ended',
          actions: [
            { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
            say('work.left'),
          ],
        },
      },
    },
    due: { entry: renewal, always: { guard: 'isRunning', target: 'working' }, on: renewing },
    working: {
      entry: {
        type: 'hand',
        params: ({ context: { node, version, input } }) => ({
          id: 'work',
          node,
          version,
          input: { ref: input },
          isOwn: true,
        }),
      },
      on: {
        ...renewing,
        // Who works gives back what it holds, and ends as stopped.
        'stop.requested': {
          actions: {
            type: 'send',
            params: { to: { child: 'work' }, event: { type: 'stop.requested' } },
          },
        },
        'child.ended': [
          {
            guard: 'wasStopped',
            target: 'ended',
            actions: [{ type: 'end', params: CANCELLED }, say('work.left')],
          },
          {
            target: 'ended',
            actions: [
              {
                type: 'end',
                params: ({ event: { type: _, id: _id, ...ending } }) => ending,
              },
              say('work.done', ({ fence, ending }) => ({ fence, ...ending })),
            ],
          },
        ],
        'run.paused': passed('run.paused'),
        'run.resumed': passed('run.resumed'),
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { ending } }) => outputOf(ending),
});
