//   serving ⟲ record.noted: kept, or held until somebody accepts it; what is known is not kept twice
//             (a lesson that is said anew takes its place)
//           ⟲ record.accepted, record.settled, record.forgotten
//
// What is known in one scope from one day to the next, a system of its own. What a record says lies in its value: here is only which there
// are, and how each stands.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { stopRequested, type EventsOf } from './protocol/events.ts';
import type { Output } from './protocol/outcomes.ts';
import { Decider } from './protocol/principal.ts';
import { SERVING } from './protocol/tags.ts';
import { ValueRef } from './protocol/values.ts';

/** Records of one scope; beyond it nothing more is noted. */
export const MOST_RECORDS = 5_000;

/** The system that keeps it, in its scope. No node can be called so. */
export const MEMORY = '~~memory';

/** What a record is: decisions and promises are open until they are settled; a lesson says who takes a request. */
export const RecordKind = z.enum(['fact', 'term', 'decision', 'promise', 'lesson']);
export type RecordKind = z.infer<typeof RecordKind>;

const one = { by: Decider, id: z.string().min(1).max(64) };
export const memoryEvents = {
  external: {
    'record.noted': z.strictObject({
      ...one,
      record: ValueRef,
      kind: RecordKind,
      isHeld: z.boolean(),
    }),
    'record.accepted': z.strictObject(one),
    'record.settled': z.strictObject(one),
    'record.forgotten': z.strictObject(one),
  },
  answer: {},
  internal: stopRequested,
} as const;

const Kept = z.strictObject({
  record: ValueRef,
  kind: RecordKind,
  /** It is recalled by nobody until somebody accepts it. */
  isHeld: z.boolean(),
  isSettled: z.boolean(),
});
export type Kept = z.infer<typeof Kept>;
export const MemoryInput = z.strictObject({});
export const MemoryContext = z.strictObject({
  /** By id, in the order in which they came. */
  records: z.record(z.string(), Kept),
});
export type MemoryContext = z.infer<typeof MemoryContext>;

const base = setup({
  types: {} as {
    input: z.infer<typeof MemoryInput>;
    context: MemoryContext;
    events: EventsOf<typeof memoryEvents>;
    output: Output;
  },
  schemas: { input: MemoryInput, events: memoryEvents, context: MemoryContext },
  actions: {
    ...outputs,
    keep: assign({
      records: ({ context: { records }, event }) => {
        if (event.type !== 'record.noted') return records;
        const { id, record, kind, isHeld } = event;
        return { ...records, [id]: { record, kind, isHeld, isSettled: false } };
      },
    }),
    change: assign({
      records: ({ context: { records }, event }, change: Partial<Kept>) => {
        const known = 'id' in event ? records[event.id] : undefined;
        return known === undefined || !('id' in event)
          ? records
          : { ...records, [event.id]: { ...known, ...change } };
      },
    }),
    drop: assign({
      records: ({ context: { records }, event }) =>
        Object.fromEntries(
          Object.entries(records).filter(([id]) => !('id' in event) || id !== event.id),
        ),
    }),
  },
  guards: {
    isNew: ({ context: { records }, event }) =>
      isOurs(event) &&
      !Object.hasOwn(records, event.id) &&
      Object.keys(records).length < MOST_RECORDS,
    isKnown: ({ context: { records }, event }) => isOurs(event) && Object.hasOwn(records, event.id),
    /** Somebody who may says of the same request who takes it. */
    isCorrected: ({ context: { records }, event }) =>
      event.type === 'record.noted' &&
      isOurs(event) &&
      !event.isHeld &&
      event.kind === 'lesson' &&
      Object.hasOwn(records, event.id),
    /** Somebody who may says again what was held. */
    isVouched: ({ context: { records }, event }) =>
      event.type === 'record.noted' &&
      isOurs(event) &&
      !event.isHeld &&
      records[event.id]?.isHeld === true,
  },
});

type Told = Extract<EventsOf<typeof memoryEvents>, { by: Decider }>;
/** Of who began it: runs and people come to it by the host alone. */
const isOurs = (event: EventsOf<typeof memoryEvents>): event is Told =>
  'by' in event && event.by.isRequester;

export const memoryMachine = base.createMachine({
  id: 'memory',
  version: '1',
  options: { maxIterations: 8 },
  context: { records: {} },
  on: { 'stop.requested': '.ended' },
  initial: 'serving',
  states: {
    serving: {
      tags: SERVING,
      on: {
        'record.noted': [
          { guard: 'isNew', actions: 'keep' },
          { guard: 'isCorrected', actions: 'keep' },
          { guard: 'isVouched', actions: { type: 'change', params: { isHeld: false } } },
          // It is known.
          { guard: 'isKnown' },
        ],
        'record.accepted': {
          guard: 'isKnown',
          actions: { type: 'change', params: { isHeld: false } },
        },
        'record.settled': {
          guard: 'isKnown',
          actions: { type: 'change', params: { isSettled: true } },
        },
        'record.forgotten': { guard: 'isKnown', actions: 'drop' },
      },
    },
    ended: { type: 'final' },
  },
  output: (): Output => ({ outcome: 'cancelled', reason: 'cancelled' }),
});
