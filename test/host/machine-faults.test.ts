// Goal: a machine of a user's own that does what cannot be kept, or goes in circles, fails alone and with its reason.
// Method: one machine for each; what could be seen in its definition is refused there, in test/team/from-machine.test.ts.
import { expect, test } from 'vitest';
import {
  assign,
  createMachine,
  enqueueActions,
  fromPromise,
  raise,
  sendParent,
  sendTo,
  setup,
  type AnyStateMachine,
} from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine, Nova } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';

/** A machine that does one thing as it begins. */
const doing = (make: (base: ReturnType<typeof setup>) => object, actors: object = {}) => {
  const base = setup({ actors: { job: fromPromise(async () => 1), ...actors } as never });
  const machine = base.createMachine({
    context: {},
    initial: 'a',
    states: { a: make(base as never), b: { type: 'final' } },
    output: { outcome: 'done', value: 1 },
  } as never) as unknown as AnyStateMachine;
  return fromMachine(machine, {
    id: 'doing',
    version: 1,
    does: 'x',
    input: z.null(),
    outcomes: { done: z.int() },
    deadlineMs: 500,
    says: (output) => output as never,
  });
};
const kid = createMachine({
  id: 'kid',
  initial: 'a',
  states: {
    a: { entry: sendParent({ type: 'PING' }), on: { PONG: { target: 'a', reenter: true } } },
    b: { type: 'final' },
  },
});
const boom = (): never => {
  throw new Error('boom');
};
const enqueues = (collect: (all: never) => void) => ({ entry: enqueueActions(collect as never) });

test.each([
  [
    'a context that is no JSON',
    () => ({ entry: assign({ at: () => new Date(0) }) }),
    'defect',
    /\$\.root\.snapshot\.context\.at/,
  ],
  [
    'an actor in its context',
    () => ({
      entry: assign({ one: ({ spawn }) => spawn('job' as never, { id: 'x' } as never) as unknown }),
    }),
    'defect',
    /context\.one/,
  ],
  [
    'a child without an id',
    () =>
      enqueues(({ enqueue }: { enqueue: { spawnChild(src: string): void } }) =>
        enqueue.spawnChild('job'),
      ),
    'defect',
    /without an id/,
  ],
  [
    'two children of one id',
    () =>
      enqueues(({ enqueue }: { enqueue: { spawnChild(src: string, of: object): void } }) =>
        ['x', 'x'].forEach((id) => enqueue.spawnChild('job', { id })),
      ),
    'defect',
    /two of its children are called x/,
  ],
  [
    'inline logic',
    () =>
      enqueues(({ enqueue }: { enqueue: { spawnChild(src: object, of: object): void } }) =>
        enqueue.spawnChild(
          fromPromise(async () => 1),
          { id: 'x' },
        ),
      ),
    'defect',
    /inline child actor/,
  ],
  [
    'an action with code',
    () => enqueues(({ enqueue }: { enqueue: (action: () => void) => void }) => enqueue(() => {})),
    'defect',
    /code of its own/,
  ],
  [
    'system.get',
    () => enqueues(({ system }: { system: { get(id: string): unknown } }) => void system.get('x')),
    'defect',
    /system\.get/,
  ],
  [
    'a message to a parent that it has not',
    () => ({ entry: sendParent({ type: 'X' }) }),
    'defect',
    /#_parent/,
  ],
  [
    'a delay without an end',
    () => ({ entry: raise({ type: 'X' }, { delay: Infinity }) }),
    'defect',
    /a delay of Infinity/,
  ],
  [
    'a throw',
    () => ({
      entry: assign(() => {
        throw new Error('boom');
      }),
    }),
    'defect',
    /boom/,
  ],
  [
    'a throw of what cannot be told',
    () => ({
      entry: assign(() => {
        throw Object.assign(new Error('x'), { message: Object.create(null) as unknown });
      }),
    }),
    'defect',
    /cannot be told/,
  ],
  [
    'a circle of its own',
    () => ({
      always: {
        target: 'a',
        reenter: true,
        actions: assign({ n: ({ context }) => ((context as { n?: number }).n ?? 0) + 1 }),
      },
    }),
    'defect',
    /Infinite loop/,
  ],
  [
    'a circle with its child',
    () => ({
      invoke: { src: 'kid', id: 'kid' },
      on: { PING: { actions: sendTo('kid', { type: 'PONG' }) } },
    }),
    'livelock',
    /10000 events/,
  ],
  [
    'a promise that fails, and no onError',
    () => ({ invoke: { src: 'breaks', onDone: 'b' } }),
    'threw',
    /boom/,
  ],
  [
    'a promise whose input is no JSON',
    () => ({ invoke: { src: 'job', input: () => 1n, onDone: 'b' } }),
    'defect',
    /a bigint/,
  ],
])(
  '1.3, 7.8 a machine with %s fails with its reason, and nobody else',
  async (_, make, reason, why) => {
    const breaks = fromPromise(async () => Promise.reject(new Error('boom')));
    const machines = [doing(make as never, { kid, breaks })];
    const odd = defineOrganisation({ id: 'odd', agents: [], machines });
    const nova = new Nova({ organisation: odd });
    const result = await nova.run('doing', null);
    await nova.close();
    expect(result).toMatchObject({ outcome: 'failed', reason });
    expect(result.note).toMatch(why);
  },
);

test('1.4 a child that fails takes its promises along, and its parent goes on', async () => {
  let begun: AbortSignal | undefined;
  const hangs = fromPromise(async ({ signal }) => {
    begun = signal;
    return new Promise<never>(() => {});
  });
  const failing = setup({ actors: { hangs } }).createMachine({
    id: 'failing',
    initial: 'a',
    invoke: { src: 'hangs' },
    states: { a: { after: { 1: 'b' } }, b: { entry: assign(boom) } },
  });
  let seen: boolean | undefined;
  const looks = fromPromise(async () => (seen = begun?.aborted));
  const states = {
    x: { invoke: { src: 'failing', onError: 'y' } },
    y: { invoke: { src: 'looks', onDone: 'z' } },
    z: { type: 'final' },
  };
  const parent = doing(() => ({ initial: 'x', states, onDone: 'b' }), { failing, looks });
  const nova = new Nova({
    organisation: defineOrganisation({ id: 'odd', agents: [], machines: [parent] }),
  });
  const { outcome } = await nova.run('doing', null);
  expect([outcome, seen]).toEqual(['done', true]);
  await nova.close();
});

test('11.2 what a machine does to its input and to answers does not reach the journal', async () => {
  const spoils = ({ event }: { event: object }) => {
    const { input, output } = event as { input?: string[]; output?: string[] };
    (input ?? output)?.push('spoilt');
    return {};
  };
  const base = setup({ actors: { list: fromPromise(async () => ['fine']) } });
  const machine = base.createMachine({
    context: {},
    initial: 'a',
    entry: assign(spoils),
    states: {
      a: { invoke: { src: 'list', onDone: { target: 'b', actions: assign(spoils) } } },
      b: { type: 'final' },
    },
  });
  const spoiler = fromMachine(machine, {
    id: 'spoiler',
    version: 1,
    does: 'x',
    input: z.array(z.string()),
    outcomes: { done: z.null() },
    says: () => ({ outcome: 'done', value: null }),
  });
  const organisation = defineOrganisation({ id: 'odd', agents: [], machines: [spoiler] });
  const kept: MemoryRecords = [];
  for (const id of ['r', 'r']) {
    const nova = new Nova({ organisation, journal: memoryJournal(kept) });
    expect(await nova.run('spoiler', ['fine'], { id })).toMatchObject({ outcome: 'done' });
    await nova.close();
  }
  expect(JSON.stringify(kept)).not.toContain('spoilt');
});
