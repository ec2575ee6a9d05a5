// Goal: a machine that could not be kept does not become a node, and what is wrong with it is named; wrong types do not compile.
// Method: one machine for each thing that is refused, beside one that has none of it; the type tests are held by the compiler.
import { expect, test } from 'vitest';
import {
  and,
  assign,
  cancel,
  createMachine,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  raise,
  sendTo,
  setup,
  spawnChild,
  type AnyStateMachine,
} from 'xstate';
import * as z from 'zod';
import { DefinitionError, defineOrganisation, defineTeam, fromMachine } from 'nova-agents';
import { faultsOf } from '../../src/kernel/xstate/guest-faults.ts';
import { order, orders } from './orders.ts';

const fetchUser = fromPromise(async () => 1);
const states = { a: { on: { GO: 'b' } }, b: { type: 'final' } } as const;
const machine = (state: object, more: object = {}) =>
  createMachine({
    id: 'm',
    initial: 'a',
    states: { a: state, b: { type: 'final' } },
    ...more,
  } as never);
const using = (name: string, logic: unknown, state: object = {}): AnyStateMachine =>
  (machine(state) as AnyStateMachine).provide({ actors: { [name]: logic } } as never) as never;
const observed = { subscribe: () => ({ unsubscribe() {} }) };

test.each<[string, AnyStateMachine, RegExp]>([
  [
    'callback logic',
    using(
      'x',
      fromCallback(() => {}),
    ),
    /m actor x: it is callback logic/,
  ],
  [
    'observable logic',
    using(
      'x',
      fromObservable(() => observed as never),
    ),
    /m actor x: it is observable logic/,
  ],
  [
    'transition logic',
    using(
      'x',
      fromTransition((n: number) => n, 0),
    ),
    /m actor x: it is transition logic/,
  ],
  ['logic of its own', using('x', { transition: () => 1 }), /m actor x: it is unknown logic/],
  [
    'a callback in a child',
    using(
      'kid',
      using(
        'x',
        fromCallback(() => {}),
      ),
    ),
    /m actor kid actor x: it is callback/,
  ],
  [
    'an invoked promise without a name',
    machine({ invoke: { src: fetchUser } }),
    /#m\.a: its actor logic is inline/,
  ],
  [
    'an invoked name that is nobody',
    machine({ invoke: { src: 'nobody' } }),
    /the actor nobody is not implemented/,
  ],
  ['a systemId', using('x', fetchUser, { invoke: { src: 'x', systemId: 's' } }), /a systemId/],
  ['onSnapshot', using('x', fetchUser, { invoke: { src: 'x', onSnapshot: 'b' } }), /onSnapshot/],
  [
    'a spawned promise without a name',
    machine({ entry: spawnChild(fetchUser, { id: 'x' }) }),
    /inline/,
  ],
  [
    'a spawned child without an id',
    using('x', fetchUser, { entry: spawnChild('x' as never) }),
    /no id/,
  ],
  ['an action with code', machine({ entry: () => {} }), /the action entry is code of its own/],
  [
    'an action with code by name',
    (machine({ entry: 'mail' }) as AnyStateMachine).provide({
      actions: { mail: () => {} },
    } as never) as never,
    /m action mail: the action mail is code/,
  ],
  ['an action that is nobody', machine({ exit: 'mail' }), /the action mail is not implemented/],
  [
    'a guard that is nobody',
    machine({ on: { GO: { guard: 'may', target: 'b' } } }),
    /the guard may is not/,
  ],
  [
    'a guard within a guard',
    machine({ always: { guard: and(['may' as never]), target: 'b' } }),
    /the guard may is not/,
  ],
  [
    'a delay that is nobody',
    machine({ after: { soon: 'b' } }),
    /the delay soon is not implemented/,
  ],
  [
    'a raise that waits for nobody',
    machine({ entry: raise({ type: 'X' }, { delay: 'soon' as never }) }),
    /the delay soon/,
  ],
  [
    'a context that is no JSON',
    machine({}, { context: { at: new Date(0) } }),
    /m context: \$\.at is an object of a class/,
  ],
  ['no end', createMachine({ id: 'm', initial: 'a', states: { a: {} } }), /no final state/],
  [
    'a region without an end',
    createMachine({
      id: 'm',
      type: 'parallel',
      states: { a: { initial: 'x', states: { x: { type: 'final' } } }, b: {} },
    }),
    /no final state/,
  ],
  [
    'a pause that is the kernel’s',
    machine({ on: { 'run.paused': 'b' } }),
    /m state #m\.a: the event run\.paused is the kernel's/,
  ],
  [
    'a stop that is the kernel’s, deep inside',
    machine({ initial: 'x', states: { x: { on: { 'stop.requested': '#m.b' } } } }),
    /#m\.a\.x: the event stop\.requested is the kernel's/,
  ],
])('2.7 %s is refused at definition', (_, refused, why) => {
  const definition = {
    id: 'm',
    version: 1,
    does: 'x',
    input: z.null(),
    outcomes: { done: z.null() },
  } as const;
  const define = () =>
    fromMachine(refused, {
      ...definition,
      says: () => ({ outcome: 'done', value: null }),
    } as never);
  expect(define).toThrow(DefinitionError);
  expect(define).toThrow(why);
});

test('what can be kept is taken', () => {
  const kept = setup({
    actors: { fetchUser, kid: createMachine({ id: 'kid', initial: 'a', states }) },
    delays: { soon: 5 },
    guards: { may: () => true },
  }).createMachine({
    id: 'm',
    initial: 'a',
    entry: [
      assign({}),
      cancel('x'),
      raise({ type: 'X' }, { delay: 'soon' }),
      spawnChild('kid', { id: 'k' }),
    ],
    states: {
      a: {
        on: { 'run.away': 'b', 'xstate.done.actor.other': 'b' },
        invoke: [{ src: 'fetchUser' }, { src: 'kid', id: 'other' }],
        after: { soon: 'b', 100: 'b' },
        always: { guard: and(['may', () => false]), target: 'b' },
        exit: sendTo('k', { type: 'GO' }),
      },
      b: { type: 'final' },
    },
  });
  expect(faultsOf(kept)).toEqual([]);
});

const rest = { version: 1, does: 'Orders.', input: z.strictObject({ item: z.string() }) } as const;
const Paid = z.strictObject({ amount: z.int() });
const says = () => ({ outcome: 'paid', value: { amount: 1 } }) as const;

test.each<[string, object, RegExp]>([
  ['a name that is none', { id: 'No Name' }, /kebab-case/],
  ['no outcome', { outcomes: {} }, /declares no outcome/],
  ['an outcome of everybody', { outcomes: { failed: z.null() } }, /belongs to every node/],
  ['a contract that is no JSON', { input: z.date() }, /not plain JSON/],
  ['a version of nothing', { version: 0 }, /version is 0/],
  ['a bound of nothing', { deadlineMs: 0 }, /deadlineMs is 0/],
  ['a bound for nobody', { withinMs: { charge: 5, nobody: 5 } }, /no promise is called nobody/],
  ['a bound that is none', { withinMs: { charge: 0.5 } }, /charge is 0.5/],
  ['an event of the kernel', { events: { 'delay.passed': z.strictObject({}) } }, /delay.passed/],
  ['a pause of the kernel', { events: { 'run.paused': z.strictObject({}) } }, /run.paused/],
  ['an answer as an event', { events: { 'promise.done': z.strictObject({}) } }, /promise.done/],
])('%s is refused at definition', (_, broken, why) => {
  const definition = { id: 'order', ...rest, outcomes: { paid: Paid }, says };
  expect(() => fromMachine(orders, { ...definition, ...broken } as never)).toThrow(why);
});

test('its contracts and routes are held by the compiler', () => {
  const fits = { id: 'order', ...rest, outcomes: { paid: Paid } } as const;
  fromMachine(orders, { ...fits, says: () => ({ outcome: 'paid', value: { amount: 1 } }) });
  // @ts-expect-error: the machine's output is no outcome as it is, so `says` is needed
  fromMachine(orders, fits);
  // @ts-expect-error: an outcome that is not declared
  fromMachine(orders, { ...fits, says: () => ({ outcome: 'sold', value: { amount: 1 } }) });
  // @ts-expect-error: a value that its contract does not take
  fromMachine(orders, { ...fits, says: () => ({ outcome: 'paid', value: { amount: 'much' } }) });
  fromMachine(orders, { ...fits, says, inputs: [{ item: 'a book' }] });
  // @ts-expect-error: an example that its contract does not take
  expect(() => fromMachine(orders, { ...fits, says, inputs: [{ item: 7 }] })).toThrow(/inputs/);
  // @ts-expect-error: an input that the machine does not take
  fromMachine(orders, { ...fits, input: z.strictObject({ text: z.string() }), says });
  const team = {
    version: 1,
    does: 'x',
    input: rest.input,
    outcomes: { sold: Paid },
    nodes: { order },
  } as const;
  const otherwise = {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  } as const;
  const start = { to: 'order' } as const;
  defineTeam({
    ...team,
    id: 'shop',
    start,
    otherwise,
    routes: { order: { paid: { end: 'sold' }, lost: { end: 'failed' } as never } },
  });
  expect(() =>
    defineTeam({
      ...team,
      id: 'shop',
      start,
      otherwise,
      routes: {
        // @ts-expect-error: the outcome lost of the machine leads nowhere
        order: { paid: { end: 'sold' } },
      },
    }),
  ).toThrow(/order.lost leads nowhere/);
});

test('a team needs its machines in the organisation, each under an id of its own', () => {
  const team = defineTeam({
    id: 'shop',
    version: 1,
    does: 'x',
    input: rest.input,
    outcomes: { sold: Paid, gone: z.null() },
    nodes: { order },
    start: { to: 'order' },
    routes: { order: { paid: { end: 'sold' }, lost: { end: 'gone', with: () => null } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const all = { id: 'o', agents: [], teams: [team], machines: [order] };
  expect(() => defineOrganisation({ ...all, machines: [] })).toThrow(
    /the machine order, which is not in/,
  );
  expect(() => defineOrganisation({ ...all, machines: [order, order] })).toThrow(/its id is taken/);
  expect(defineOrganisation(all).machines).toEqual([order]);
});
