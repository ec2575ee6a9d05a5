//   serving ⟲ turn.begun: one more run of the conversation; beyond the limit the oldest is let go, and counted
//
// A conversation, a system of its own: which runs belong to it, in their order. What was said lies in those runs alone, so that what is
// forgotten there is forgotten here.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { stopRequested, type EventsOf } from './protocol/events.ts';
import type { Output } from './protocol/outcomes.ts';
import { Decider } from './protocol/principal.ts';
import { SERVING } from './protocol/tags.ts';

/** Turns that a session knows of. */
export const MOST_TURNS = 500;

/** The system of a session, in its scope. No node can be called so. */
export const sessionNamed = (name: string): string => `~~session-${name}`;

export const sessionEvents = {
  external: { 'turn.begun': z.strictObject({ by: Decider, run: z.string() }) },
  answer: {},
  internal: stopRequested,
} as const;

export const SessionInput = z.strictObject({});
export const SessionContext = z.strictObject({
  /** Names of runs, oldest first. */
  turns: z.array(z.string()).max(MOST_TURNS),
  /** So many before them were let go. */
  dropped: z.int().min(0),
});
export type SessionContext = z.infer<typeof SessionContext>;

const base = setup({
  types: {} as {
    input: z.infer<typeof SessionInput>;
    context: SessionContext;
    events: EventsOf<typeof sessionEvents>;
    output: Output;
  },
  schemas: { input: SessionInput, events: sessionEvents, context: SessionContext },
  actions: {
    ...outputs,
    add: assign(({ context: { turns, dropped }, event }) => {
      const all = event.type === 'turn.begun' ? [...turns, event.run] : turns;
      const over = Math.max(0, all.length - MOST_TURNS);
      return { turns: all.slice(over), dropped: dropped + over };
    }),
  },
  guards: {
    /** Of who began it; a request that is sent again is the same turn. */
    isNew: ({ context: { turns }, event }) =>
      event.type === 'turn.begun' && event.by.isRequester && !turns.includes(event.run),
    isOurs: ({ event }) => 'by' in event && event.by.isRequester,
  },
});

export const sessionMachine = base.createMachine({
  id: 'session',
  version: '1',
  options: { maxIterations: 8 },
  context: { turns: [], dropped: 0 },
  on: { 'stop.requested': '.ended' },
  initial: 'serving',
  states: {
    serving: {
      tags: SERVING,
      on: { 'turn.begun': [{ guard: 'isNew', actions: 'add' }, { guard: 'isOurs' }] },
    },
    ended: { type: 'final' },
  },
  output: (): Output => ({ outcome: 'cancelled', reason: 'cancelled' }),
});
