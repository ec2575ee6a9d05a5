// Goal: a machine that the kernel could not keep its promises for is refused by name, and the built-in ones are fit.
// Method: one fit machine, broken in one way a rule; each broken one must be found by its rule, and by no other.
import { assign, enqueueActions, log, raise, sendTo, setup } from 'xstate';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { builtinMachines } from '../../machines/builtin.ts';
import { outputs } from '../../machines/protocol/effects.ts';
import type { Machine } from '../../src/kernel/system.ts';
import { lint, lintRules } from '../../src/verify/lint/lint.ts';

const none = z.strictObject({});
const schemas = {
  input: none,
  context: none,
  events: {
    external: {},
    answer: { 'work.done': none },
    internal: { 'stop.requested': none, 'deadline.passed': none },
  },
};
type Config = Record<string, unknown>;
const working: Config = {
  on: { 'work.done': 'ended', 'deadline.passed': 'ended', 'stop.requested': 'ended' },
};
const work = (more: Config): Config => ({
  states: { working: { ...working, ...more }, ended: { type: 'final' } },
});

/** A fit machine with changes. */
function machine(
  change: Config = {},
  known: object = schemas,
  guards: Record<string, () => boolean> = { may: () => true },
): Machine {
  const config = {
    id: 'm',
    version: '1',
    options: { maxIterations: 8 },
    context: {},
    initial: 'working',
    ...work({}),
    ...change,
  };
  const made = setup({ schemas: known, actions: { ...outputs }, guards } as never).createMachine(
    config as never,
  );
  return made as unknown as Machine;
}
const withEvents = (events: object) => ({ ...schemas, events: { ...schemas.events, ...events } });
const extra = (type: string) => withEvents({ answer: { ...schemas.events.answer, [type]: none } });

const broken: Readonly<Record<keyof typeof lintRules, readonly Machine[]>> = {
  addressed: [
    machine(
      work({
        entry: [
          { type: 'spawn', params: { id: 'mine', machine: 'gate', input: {} } },
          { type: 'send', params: { to: { child: 'mine' }, event: { type: 'go.asked' } } },
          { type: 'send', params: { to: { child: 'yours' }, event: { type: 'go.asked' } } },
        ],
      }),
    ),
  ],
  bounded: [machine({ options: {} }), machine({ options: { maxIterations: 1e6 } })],
  versioned: [machine({ version: undefined }), machine({ version: '1.0' })],
  schooled: [
    machine({}, { events: schemas.events, input: none }),
    machine({}, { ...schemas, context: z.strictObject({ at: z.date() }) }),
  ],
  reachable: [machine({ states: { ...(work({})['states'] as Config), lost: working } })],
  reentered: [
    machine(
      work({ entry: ['effect'], on: { ...(working['on'] as Config), 'gift.came': 'working' } }),
      extra('gift.came'),
    ),
  ],
  contained: [
    machine({ entry: [sendTo('a', { type: 'b' })] }),
    machine({ entry: [log('x')] }),
    machine(work({ entry: [raise({ type: 'work.done' }, { delay: 5 })] })),
  ],
  uninvoked: [machine(work({ invoke: { src: 'promise' } }))],
  untimed: [machine(work({ after: { 1000: 'ended' } }))],
  named: [
    machine({ entry: [() => {}] }),
    machine(work({ always: { guard: () => false, target: 'ended' } })),
  ],
  implemented: [
    machine({ entry: ['sned'] }),
    machine(work({ always: { guard: 'mya', target: 'ended' } })),
  ],
  closed: [machine({}, schemas, { may: () => Math.random() > 2 })],
  literal: [machine({ on: { '*': { target: '.ended' } } })],
  known: [machine({ on: { 'gift.came': { target: '.ended' } } })],
  heard: [machine({}, extra('gift.came'))],
  sorted: [machine({}, withEvents({ external: { 'work.done': none } }))],
  factual: [machine({ on: { doWork: { target: '.ended' } } }, extra('doWork'))],
  exitByEvent: [
    machine({
      on: { 'deadline.passed': {}, 'stop.requested': {}, 'work.done': {} },
      states: { working: {} },
    }),
  ],
  exitByDeadline: [
    machine(
      {
        states: {
          working: { on: { 'work.done': 'ended', 'stop.requested': 'ended' } },
          ended: { type: 'final' },
        },
      },
      withEvents({ internal: { 'stop.requested': none } }),
    ),
  ],
  stoppable: [
    machine(
      {
        states: {
          working: { on: { 'work.done': 'ended', 'deadline.passed': 'ended' } },
          ended: { type: 'final' },
        },
      },
      withEvents({ internal: { 'deadline.passed': none } }),
    ),
  ],
};

describe('rules', () => {
  test('each has a machine that breaks it', () => {
    expect(Object.keys(broken).toSorted()).toEqual(Object.keys(lintRules).toSorted());
  });

  test.each(Object.entries(broken))(
    '%s finds what breaks it, and no other rule does',
    (rule, machines) => {
      for (const found of machines.map(lint))
        expect(new Set(found.map((fault) => fault.rule))).toEqual(new Set([rule]));
    },
  );

  test('a fit machine, with everything that is allowed, has no fault', () => {
    const allowed = work({
      entry: [
        { type: 'effect', params: {} },
        assign({}),
        enqueueActions(() => {}),
        raise({ type: 'work.done' }),
      ],
      always: { guard: { type: 'may' }, target: 'ended' },
    });
    expect([...lint(machine()), ...lint(machine(allowed))]).toEqual([]);
  });
});

test.each(Object.entries(builtinMachines))('the machine %s is fit', (_, built) => {
  expect(lint(built as Machine)).toEqual([]);
});
