// A lock and workers who want it, each a system of its own: the smallest thing that only messages can get wrong.
import { assign, enqueueActions, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from '../../machines/protocol/effects.ts';
import { effectExpired } from '../../machines/protocol/events.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Machine, World } from '../../src/kernel/system.ts';
import type { Environment } from '../../src/verify/space/environment.ts';
import { world as small } from '../kernel/small-world.ts';

const SCOPE = 'local/lock/main';
export const runOf = (name: string): string => `${SCOPE}/${name}`;
export const LOCK = runOf('lock');

const from = z.strictObject({ from: z.string() });
const none = z.strictObject({});
type Told = { type: string; from: string };
type Lock = { line: readonly string[] };

/** How the lock or a worker may be built wrongly. */
export type Defect =
  | 'grants twice'
  | 'forgets who waits'
  | 'keeps it when stopped'
  | 'asks for ever'
  | 'wants a key that nobody sends';

const grant = (to: string) => ({
  type: 'tell' as const,
  params: { to, event: { type: 'claim.granted' } },
});

const lock = (defect?: Defect) =>
  setup({
    types: {} as { context: Lock; events: Told },
    schemas: {
      events: {
        external: {},
        answer: {},
        internal: {},
        told: {
          'claim.wanted':
            defect === 'wants a key that nobody sends' ? from.extend({ why: z.string() }) : from,
          'claim.released': from,
        },
      },
    },
    actions: outputs,
  }).createMachine({
    id: 'lock',
    version: '1',
    options: { maxIterations: 8 },
    context: { line: [] },
    initial: 'open',
    states: {
      open: {
        on: {
          'claim.wanted': {
            actions: enqueueActions(({ context: { line }, event, enqueue }) => {
              if (line.length === 0 || defect === 'grants twice') enqueue(grant(event.from));
              enqueue.assign({ line: [...line, event.from] });
            }),
          },
          'claim.released': {
            actions: enqueueActions(({ context: { line }, event, enqueue }) => {
              const rest = line.filter((one, at) =>
                defect === 'forgets who waits' ? at > 0 : one !== event.from,
              );
              if (line[0] !== rest[0] && rest[0] !== undefined) enqueue(grant(rest[0]));
              enqueue.assign({ line: rest });
            }),
          },
        },
      },
    },
  });

const say = (type: string) => ({ type: 'tell' as const, params: { to: LOCK, event: { type } } });
const worker = (defect?: Defect) =>
  setup({
    types: {} as { context: { reason: string }; events: { type: string } },
    schemas: {
      events: {
        external: { 'run.stopped': z.strictObject({ by: Decider }) },
        answer: { 'work.done': none },
        internal: { ...effectExpired, 'deadline.passed': none },
        told: { 'claim.granted': from },
      },
    },
    actions: outputs,
  }).createMachine({
    id: 'worker',
    version: '1',
    options: { maxIterations: 8 },
    context: { reason: 'done' },
    entry: [
      say('claim.wanted'),
      {
        type: 'timer',
        params: { id: 'deadline', delayMs: 1000, event: { type: 'deadline.passed' } },
      },
    ],
    on: {
      'run.stopped': {
        target: '.ended',
        actions: [
          assign({ reason: 'cancelled' }),
          ...(defect === 'keeps it when stopped' ? [] : [say('claim.released')]),
        ],
      },
      'deadline.passed': {
        target: '.ended',
        actions: [assign({ reason: 'expired' }), say('claim.released')],
      },
    },
    initial: 'waiting',
    states: {
      waiting: {
        on: { 'claim.granted': 'working' },
        ...(defect === 'asks for ever' && { exit: say('claim.wanted') }),
      },
      working: {
        entry: {
          type: 'effect',
          params: { id: 'work', kind: 'tool.call', params: {}, withinMs: 500 },
        },
        on: {
          'work.done': { target: 'ended', actions: say('claim.released') },
          'effect.expired': {
            target: 'ended',
            actions: [assign({ reason: 'failed' }), say('claim.released')],
          },
        },
      },
      ended: { type: 'final' },
    },
    output: ({ context }) => ({ outcome: context.reason }),
  });

export function lockWorld(defect?: Defect): World {
  const machines: Record<string, unknown> = { lock: lock(defect), worker: worker(defect) };
  return {
    ...small,
    machine: (id) => {
      const logic = machines[id];
      return logic === undefined ? undefined : { version: 1, logic: logic as Machine };
    },
  };
}

const ada = { id: 'ada', proof: 'embedder' } as const;
const beginning = (name: string, machine: string) => ({
  run: runOf(name),
  scope: SCOPE,
  started: { kind: 'started', machine, input: {} as Json, principal: ada, at: 0 } as const,
});
const base = { answers: () => [], late: () => [], always: [], hangs: true, crashes: true };

/** A lock, and so many workers who want it at once. */
export function lockSpace(workers: number, faultsPerPath = Infinity): Environment[] {
  const done = { name: 'is done', event: { type: 'work.done' }, cost: 0 } as const;
  const stop = { name: 'is stopped', event: { type: 'run.stopped' }, principal: ada } as const;
  const working = Array.from({ length: workers }, (_, at): Environment => ({
    ...base,
    systems: [beginning(`w${at + 1}`, 'worker')],
    answers: () => [done],
    late: () => [done],
    always: [{ ...stop, cost: 1 }],
    faultsPerPath,
  }));
  return [
    { ...base, systems: [beginning('lock', 'lock')], lasts: true, faultsPerPath },
    ...working,
  ];
}
