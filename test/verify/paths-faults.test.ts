// Goal: a machine, or an actor that does not do as its machine says, is found out by the shortest path to its defect.
// Method: one sound machine, and copies, drivers and worlds of it with a single seeded defect each.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { builtinMachines } from '../../machines/builtin.ts';
import { outputs } from '../../machines/protocol/effects.ts';
import { childEnded, deadlinePassed, effectExpired } from '../../machines/protocol/events.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import { ValueRef } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import type { Driver, Incoming, Machine, Moved } from '../../src/kernel/system.ts';
import { liveDriver } from '../../src/kernel/xstate.ts';
import { builtinHints } from '../../src/verify/paths/builtin-hints.ts';
import type { Hints } from '../../src/verify/paths/hints.ts';
import { paths, type PathsReport } from '../../src/verify/paths/paths.ts';
import type { Runner } from '../../src/verify/paths/replay.ts';

const unseen = ({ uncovered }: PathsReport) =>
  uncovered.filter(({ kind }) => kind === 'transition').map(({ where }) => where);

const none = z.strictObject({});
const schemas = {
  input: z.strictObject({ count: z.int(), value: ValueRef }),
  context: z.looseObject({}),
  events: {
    external: { 'more.asked': z.strictObject({ by: Decider }) },
    answer: { 'work.done': z.strictObject({ isGood: z.boolean() }) },
    internal: { ...effectExpired, ...deadlinePassed, ...childEnded },
  },
};
type Config = Record<string, unknown>;
const call = (id: string) => ({
  type: 'effect',
  params: { id, kind: 'tool.call', params: {}, withinMs: 10 },
});
const timer = {
  type: 'timer',
  params: { id: 'deadline', delayMs: 100, event: { type: 'deadline.passed' } },
};
const hand = {
  type: 'hand',
  params: { id: 'child', node: 'anybody', input: { literal: 'go' } },
};

/** A machine that works twice, then waits for a child; with changes in its second state. */
function machine(
  second: Config = {},
  guards: Record<string, () => boolean> = {},
  states: Config = {},
): Machine {
  const config = {
    id: 'worker',
    version: '1',
    options: { maxIterations: 8 },
    context: ({ input }: { input: { count: number } }) => ({ count: input.count }),
    entry: timer,
    on: { 'deadline.passed': '.ended' },
    initial: 'first',
    states: {
      first: { entry: call('first'), on: { 'work.done': 'second', 'effect.expired': 'second' } },
      second: {
        entry: call('second'),
        on: { 'work.done': 'third', 'effect.expired': 'third' },
        ...second,
      },
      third: { entry: hand, on: { 'child.ended': 'ended', 'more.asked': 'ended' } },
      ...states,
      ended: { type: 'final' },
    },
    output: { outcome: 'done' },
  };
  const known = { schemas, actions: { ...outputs }, guards };
  return setup(known as never).createMachine(config as never) as unknown as Machine;
}
const hints: Hints = { inputs: ([value]) => [{ count: 0, value: { ...value } }] };

/** Actors of a driver that is not quite like the pure one. */
const beside =
  (spoil: (path: string, moved: Moved) => Moved | undefined): Runner =>
  (world, from) => {
    const real = liveDriver(undefined);
    const driver: Driver = {
      start: (path, logic, input) => {
        const moved = real.start(path, logic, input);
        return spoil(path, moved) ?? moved;
      },
      move: (path, logic, state, event) => {
        const moved = real.move(path, logic, state, event);
        return moved && spoil(path, moved);
      },
      drop: (path) => real.drop(path),
    };
    let system = from;
    return {
      submit(incoming: Incoming) {
        const stepped = step(world, system, incoming, driver);
        ({ system } = stepped);
        return stepped;
      },
    };
  };
const dropping =
  (type: string, state: string) =>
  (_: string, moved: Moved): Moved =>
    moved.state.value === state
      ? { ...moved, wishes: moved.wishes.filter((wish) => wish.type !== type) }
      : moved;

describe('what must not be', () => {
  test('a sound machine has no fault, with a driver in between as well', async () => {
    const report = await paths(machine(), { hints, beside: beside((_, moved) => moved) });
    expect([report.faults, report.idle, unseen(report)]).toEqual([[], [], []]);
    expect(report.pairs).toEqual({ all: 15, taken: 9, refused: 2, unreachable: 4 });
  });

  test('a transition whose guard never holds is named, with how often it had its chance', async () => {
    const on = { 'work.done': [{ guard: 'never', target: 'ended' }, 'third'] };
    const report = await paths(machine({ on }, { never: () => false }), { hints });
    expect(unseen(report)).toEqual(['worker.second: work.done [never] -> worker.ended']);
    expect(report.uncovered[0]?.why).toMatch(/^offered \d+ times: its guard never held/);
  });

  test('a transition behind one that always comes first is named', async () => {
    const report = await paths(machine({ on: { 'work.done': ['third', 'ended'] } }), { hints });
    expect(unseen(report)).toEqual(['worker.second: work.done -> worker.ended']);
  });

  test('an event that the engine does not let in is found', async () => {
    const external = { 'more.asked': none };
    const bare = { ...schemas, events: { ...schemas.events, external } };
    const report = await paths(Object.assign(machine(), { schemas: bare }), { hints });
    expect(report.faults[0]?.what).toMatch(/^the engine refused it: BadEventError/);
  });

  test('an event that cannot come in is named with what it would need', async () => {
    const on = { 'work.done': 'third', 'effect.expired': 'third', 'child.ended': 'ended' };
    const report = await paths(machine({ on }), { hints });
    expect(report.uncovered).toContainEqual({
      kind: 'transition',
      where: 'worker.second: child.ended -> worker.ended',
      why: 'no child is open',
    });
  });

  test.each(['effect', 'hand', 'timer'])(
    'live actors that drop the wish %s are found by the shortest path to it',
    async (wish) => {
      const places = { effect: 'second', hand: 'third', timer: 'first' } as const;
      const state = places[wish as keyof typeof places];
      const report = await paths(machine(), { hints, beside: beside(dropping(wish, state)) });
      const depth = { first: 0, second: 1, third: 2 }[state];
      expect(report.faults[0]?.events).toHaveLength(depth);
      expect(report.faults[0]?.what).toContain('live actors');
    },
  );

  test('live actors that come to another state are found, on a built-in machine too', async () => {
    const spoil = (path: string, moved: Moved): Moved =>
      path.endsWith('/machine') && moved.state.value === 'stopping'
        ? { ...moved, state: { ...moved.state, value: 'working' } }
        : moved;
    const report = await paths(builtinMachines.plan as Machine, {
      hints: builtinHints.plan,
      beside: beside(spoil),
    });
    expect(report.faults[0]?.events.map(({ type }) => type)).toEqual(['stop.requested']);
  });

  test('a throw in the machine is found by the shortest path, and the run agrees that it ends there', async () => {
    const boom = assign(() => {
      throw new Error('boom');
    });
    const on = { 'work.done': { target: 'third', actions: boom }, 'effect.expired': 'third' };
    const report = await paths(machine({ on }), { hints });
    expect(report.faults.map(({ where, what }) => [where, what])).toEqual([
      ['"second" on work.done', 'threw Error: boom'],
    ]);
    expect(report.faults[0]?.events).toHaveLength(2);
  });

  test('an id that is used twice is found, and the run agrees that it is a defect', async () => {
    const twice = machine({ entry: [hand, call('second')] });
    const report = await paths(twice, { hints });
    expect(report.faults[0]?.what).toBe('threw an id is used twice');
    expect(report.faults.every(({ what }) => what.startsWith('threw'))).toBe(true);
  });

  test('a machine whose run goes elsewhere than it alone is found: what it wires is not there', async () => {
    const wire = { ref: { hash: 'f'.repeat(64), scope: 'local/paths/main', contract: 'x' } };
    const lost = { type: 'hand', params: { id: 'lost', node: 'anybody', input: wire } };
    const report = await paths(machine({ entry: [lost, call('second')] }), { hints });
    expect(report.faults[0]?.what).toMatch(/^the run is not where the machine alone is, in /);
    expect(report.faults[0]?.events).toHaveLength(1);
  });

  test('a state in which nothing more has to come is named', async () => {
    const clear = { type: 'clear', params: { id: 'deadline' } };
    const report = await paths(machine({ entry: clear, on: { 'more.asked': 'third' } }), { hints });
    expect(report.idle.map(({ where, events }) => [where, events.length])).toEqual([
      ['"second"', 1],
    ]);
  });
});

test('regions, history and final states within go the same way', async () => {
  const region = (event: string) => ({
    initial: 'still',
    states: { still: { on: { [event]: 'moved' } }, moved: { type: 'final' } },
  });
  const second = {
    type: 'parallel',
    exit: { type: 'abort', params: { id: 'second' } },
    states: {
      left: region('work.done'),
      right: region('effect.expired'),
      back: { type: 'history', history: 'deep' },
    },
    on: { 'more.asked': 'aside', 'work.done': undefined, 'effect.expired': undefined },
    onDone: 'third',
  };
  const aside = { entry: timer, on: { 'more.asked': 'second.back' } };
  const report = await paths(machine(second, {}, { aside }), { hints });
  expect([report.faults, unseen(report), report.idle]).toEqual([[], [], []]);
  expect(report.states).toBeGreaterThan(10);
});

describe('what cannot be walked', () => {
  test('a machine without a bound is refused, and never runs for ever', async () => {
    const more = {
      'more.asked': { actions: assign({ count: ({ context }) => Number(context['count']) + 1 }) },
    };
    const endless = paths(machine({ on: more }), { hints, maxMoves: 500 });
    await expect(endless).rejects.toThrow('more than 500 moves: narrow the hints');
  });

  test('a schema that the generator cannot fill asks for a hint', async () => {
    const external = { 'more.asked': z.strictObject({ at: z.date() }) };
    const odd = { ...schemas, events: { ...schemas.events, external } };
    const made = Object.assign(machine(), { schemas: odd });
    await expect(paths(made, { hints })).rejects.toThrow(/give a hint/);
  });
});
