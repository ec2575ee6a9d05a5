//   looking ── tick.looked: what was due has begun ──▶ resting ── its time, or another plan ──▶ looking
//      │  └─ tick.failed, effect.expired ──▶ resting, for a while
//      └─ tick.over: nobody plans it any more ──▶ idle ── schedule.planned ──▶ looking
//
// What is done again and again, a system of its own: it only waits. What is due at an instant begins under that instant's name, so that
// a second look, or one after a crash, begins nothing twice.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { effectExpired, stopRequested, type EventsOf } from './protocol/events.ts';
import { Reason, type Output } from './protocol/outcomes.ts';
import { Decider } from './protocol/principal.ts';
import { SERVING } from './protocol/tags.ts';
import { ValueRef } from './protocol/values.ts';

/** The system of a schedule, in its scope. No node can be called so. */
export const scheduleNamed = (id: string): string => `~~schedule-${id}`;

/** Milliseconds for one look, and until the next one where it came to nothing. */
const LOOK_WITHIN_MS = 30_000;
const AGAIN_MS = 60_000;
/** Timers are looked at again after so long at the latest: a plan may be years away. */
export const LONGEST_REST_MS = 30 * 86_400_000;

export const scheduleEvents = {
  external: { 'schedule.planned': z.strictObject({ by: Decider }) },
  answer: {
    'tick.looked': z.strictObject({ restMs: z.int().min(1).max(LONGEST_REST_MS) }),
    'tick.over': z.strictObject({}),
    'tick.failed': z.strictObject({ reason: Reason, note: ValueRef.optional() }),
  },
  internal: { 'tick.due': z.strictObject({}), ...effectExpired, ...stopRequested },
} as const;

export const ScheduleInput = z.strictObject({
  id: z.string(),
  /** Since when it is planned. */
  since: ValueRef,
});
export const ScheduleContext = ScheduleInput.extend({ looks: z.int().min(0) });

const base = setup({
  types: {} as {
    input: z.infer<typeof ScheduleInput>;
    context: z.infer<typeof ScheduleContext>;
    events: EventsOf<typeof scheduleEvents>;
    output: Output;
  },
  schemas: { input: ScheduleInput, events: scheduleEvents, context: ScheduleContext },
  actions: { ...outputs, count: assign({ looks: ({ context }) => context.looks + 1 }) },
  guards: {
    /** Of who began it: no run can say so. */
    isOurs: ({ event }) => 'by' in event && event.by.isRequester,
  },
});

const rest = (delayMs: number) => ({
  id: 'rest',
  delayMs,
  event: { type: 'tick.due' },
});

export const scheduleMachine = base.createMachine({
  id: 'schedule',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ ...input, looks: 0 }),
  on: { 'stop.requested': '.ended' },
  initial: 'looking',
  states: {
    looking: {
      entry: [
        'count',
        {
          type: 'effect',
          params: ({ context: { id, since, looks } }) => ({
            id: `look-${looks + 1}`,
            kind: 'schedule.look',
            params: { id, since },
            withinMs: LOOK_WITHIN_MS,
          }),
        },
      ],
      on: {
        'tick.looked': {
          target: 'resting',
          actions: { type: 'timer', params: ({ event }) => rest(event.restMs) },
        },
        'tick.over': 'idle',
        'tick.failed': { target: 'resting', actions: { type: 'timer', params: rest(AGAIN_MS) } },
        'effect.expired': { target: 'resting', actions: { type: 'timer', params: rest(AGAIN_MS) } },
        // It is being looked at.
        'schedule.planned': { guard: 'isOurs' },
      },
    },
    resting: {
      tags: SERVING,
      on: {
        'tick.due': 'looking',
        'schedule.planned': {
          guard: 'isOurs',
          target: 'looking',
          actions: { type: 'clear', params: { id: 'rest' } },
        },
      },
    },
    idle: { tags: SERVING, on: { 'schedule.planned': { guard: 'isOurs', target: 'looking' } } },
    ended: { type: 'final' },
  },
  output: (): Output => ({ outcome: 'cancelled', reason: 'cancelled' }),
});
