// Machines that nobody would write, each for one rule of the kernel, and a world that knows them.
import { assign, enqueueActions, setup } from 'xstate';
import * as z from 'zod';
import { outputs, type Wish } from '../../machines/protocol/effects.ts';
import { childEnded, effectExpired } from '../../machines/protocol/events.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import { ValueRef, type Json } from '../../machines/protocol/values.ts';
import type { Incoming, Machine, World } from '../../src/kernel/system.ts';
import { ada, world as small } from './small-world.ts';

const none = z.strictObject({});
const asked = z.strictObject({ by: Decider.optional() });
const events = {
  external: { 'go.asked': asked, 'end.asked': asked },
  answer: { 'work.done': none },
  internal: { ...childEnded, ...effectExpired, 'ball.thrown': none },
  told: {
    'word.told': z.strictObject({ from: z.string(), id: z.string(), about: ValueRef.optional() }),
  },
} as const;
interface Context {
  readonly first: readonly Wish[];
  readonly later: readonly Wish[];
  readonly heard: readonly string[];
}
type Event = { type: string; id?: string; outcome?: string; reason?: string };

const wish = (key: 'first' | 'later') =>
  enqueueActions(({ context, enqueue }) => {
    for (const one of (context as Context)[key]) enqueue(one as never);
  });
const hear = assign({
  heard: ({ context, event }: { context: Context; event: Event }) => [
    ...context.heard,
    [event.type, event.id, event.outcome, event.reason].filter(Boolean).join(' '),
  ],
});

/** Wishes what its input says at its start, more at `go.asked` and at each ball; hears everything. */
const wisher = setup({
  types: {} as { input: Partial<Context>; context: Context; events: Event },
  schemas: { events },
  actions: outputs,
}).createMachine({
  id: 'wisher',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ first: input.first ?? [], later: input.later ?? [], heard: [] }),
  initial: 'open',
  entry: wish('first') as never,
  states: {
    open: {
      on: {
        'go.asked': { actions: wish('later') as never },
        'ball.thrown': { actions: wish('later') as never },
        'word.told': { actions: hear as never },
        'child.ended': { actions: hear as never },
        'effect.expired': { actions: hear as never },
        'work.done': { actions: hear as never },
        'end.asked': { target: 'ended' },
      },
    },
    ended: { type: 'final' },
  },
  output: () => ({ outcome: 'done' }),
});

const boom = (): never => {
  throw new Error('boom');
};
/** Throws where it is told to. */
const thrower = (where: string) =>
  setup({
    types: {} as { context: object; events: Event },
    schemas: { events },
    actions: outputs,
    guards: { boom },
  }).createMachine({
    id: `throws-${where}`,
    version: '1',
    options: { maxIterations: 8 },
    context: () => (where === 'context' ? boom() : {}),
    initial: 'open',
    states: {
      open: {
        on: {
          'go.asked': [
            ...(where === 'guard' ? [{ guard: 'boom' as const, target: 'ended' }] : []),
            {
              target: 'ended',
              ...(where === 'assign' && { actions: assign(boom) as never }),
              ...(where === 'params' && { actions: { type: 'effect' as const, params: boom } }),
            },
          ],
        },
      },
      loop: { always: { target: 'loop', reenter: true } },
      ended: { type: 'final' },
    },
    output: () => (where === 'output' ? boom() : { outcome: 'done' }),
  });
export const THROWS = ['context', 'guard', 'assign', 'params', 'output'] as const;

const odd = [wisher, ...THROWS.map(thrower)];
export const world: World = {
  ...small,
  machine: (id) => {
    const found = odd.find((machine) => machine.id === id);
    return found === undefined ? small.machine(id) : { version: 1, logic: found as Machine };
  },
  limits: { maxDeliveriesPerStep: 50, maxAttempts: 3, maxDeadLetters: 1_000 },
};

/** Begins a run whose root is a wisher. */
export const wishing = (first: readonly Wish[], later: readonly Wish[] = []): Incoming => ({
  kind: 'started',
  machine: 'wisher',
  input: { first, later } as unknown as Json,
  principal: ada,
  at: 0,
});
export const spawn = (id: string, machine: string, input: Record<string, unknown> = {}): Wish => ({
  type: 'spawn',
  params: { id, machine, input },
});
export const work = (id: string, params: Record<string, unknown> = {}): Wish => ({
  type: 'effect',
  params: { id, kind: 'tool.call', params, withinMs: 100 },
});
export const tell = (to: string, id: string, about?: ValueRef): Wish => ({
  type: 'tell',
  params: { to, event: { type: 'word.told', id, ...(about && { about }) } as { type: string } },
});
export const person: Wish = {
  type: 'effect',
  params: { id: 'person', kind: 'person.ask', params: {}, withinMs: 10_000 },
};
