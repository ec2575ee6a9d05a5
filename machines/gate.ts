//   asked ──▶ deciding ──gate.approved──▶ approved ┐
//                │  ├────gate.edited────▶ edited   ├──▶ ended
//                │  └────gate.rejected──▶ rejected │
//                └──effect.expired──────▶ expired  ┘
//
// A person decides on one content, known by its hash: once, in time, and never the one who proposed it.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { effectExpired, paused, stopRequested, type EventsOf } from './protocol/events.ts';
import type { Output } from './protocol/outcomes.ts';
import { Decider } from './protocol/principal.ts';
import { ValueRef } from './protocol/values.ts';

export const GateInput = z.strictObject({
  /** What is decided on. */
  subject: ValueRef,
  /** What the approval is for, as a name: `tool:mail`, `plan`. */
  purpose: z.string().max(128),
  /** Ids of the principals who may decide; empty: whoever asked for the run. */
  deciders: z.array(z.string()).max(64),
  /** Who proposed it; may never decide. */
  proposer: z.string(),
  withinMs: z.int().min(1),
});

const decided = { by: Decider, hash: z.string() };
export const gateEvents = {
  external: {
    'gate.approved': z.strictObject(decided),
    /** A changed content that has passed the subject's contract. */
    'gate.edited': z.strictObject({ ...decided, value: ValueRef }),
    'gate.rejected': z.strictObject({ ...decided, note: ValueRef.optional() }),
  },
  answer: {},
  internal: { ...effectExpired, ...stopRequested, ...paused },
} as const;
type GateEvent = EventsOf<typeof gateEvents>;

export const GateContext = GateInput.extend({
  decidedBy: z.string().optional(),
  edited: ValueRef.optional(),
  note: ValueRef.optional(),
});
type GateContext = z.infer<typeof GateContext>;

export const gateMachine = setup({
  types: {} as {
    input: z.infer<typeof GateInput>;
    context: GateContext;
    events: GateEvent;
    output: Output;
  },
  schemas: { input: GateInput, events: gateEvents, context: GateContext },
  actions: outputs,
  guards: {
    mayDecide: ({ context, event }) => {
      if (
        !('by' in event) ||
        event.hash !== context.subject.hash ||
        event.by.id === context.proposer
      )
        return false;
      return context.deciders.length === 0
        ? event.by.isRequester
        : context.deciders.includes(event.by.id);
    },
  },
}).createMachine({
  id: 'gate',
  version: '1',
  options: { maxIterations: 16 },
  context: ({ input }) => input,
  initial: 'asked',
  states: {
    asked: { always: { target: 'deciding' } },
    deciding: {
      entry: {
        type: 'effect',
        params: ({ context: { subject, purpose, deciders, withinMs } }) => ({
          id: 'person',
          kind: 'person.ask',
          params: { subject, purpose, deciders },
          withinMs,
        }),
      },
      on: {
        'gate.approved': {
          guard: 'mayDecide',
          target: 'approved',
          actions: assign({ decidedBy: ({ event }) => event.by.id }),
        },
        'gate.edited': {
          guard: 'mayDecide',
          target: 'edited',
          actions: assign({
            decidedBy: ({ event }) => event.by.id,
            edited: ({ event }) => event.value,
          }),
        },
        'gate.rejected': {
          guard: 'mayDecide',
          target: 'rejected',
          actions: assign({
            decidedBy: ({ event }) => event.by.id,
            note: ({ event }) => event.note,
          }),
        },
        'effect.expired': { target: 'expired' },
        'stop.requested': { target: 'cancelled' },
        // A person may decide meanwhile.
        'run.paused': {},
        'run.resumed': {},
      },
    },
    approved: { type: 'final', output: { outcome: 'approved' } },
    edited: { type: 'final', output: { outcome: 'edited' } },
    rejected: { type: 'final', output: { outcome: 'rejected', reason: 'rejected' } },
    expired: { type: 'final', output: { outcome: 'expired', reason: 'deadline' } },
    cancelled: { type: 'final', output: { outcome: 'cancelled', reason: 'cancelled' } },
  },
  output: ({ context, event }): Output => {
    const end = (event as unknown as { output: Output }).output;
    if (end.outcome === 'approved') return { ...end, value: { ref: context.subject } };
    if (end.outcome === 'edited' && context.edited)
      return { ...end, value: { ref: context.edited } };
    return context.note === undefined ? end : { ...end, note: context.note };
  },
});
