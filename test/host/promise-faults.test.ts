// Goal: whatever the code behind a machine's promise throws or gives, the machine gets an answer that is small, redacted JSON.
// Method: a machine ends with what its onError sees; each odd thing is thrown, or given, through a real host.
import { expect, test } from 'vitest';
import { assign, fromPromise, setup } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine, Nova } from 'nova-agents';

const Failure = z.strictObject({ name: z.string(), message: z.string(), reason: z.string() });
type Failure = z.infer<typeof Failure>;

/** How a run ends in which the promise does that. */
async function after(job: () => unknown) {
  const machine = setup({
    types: {} as { context: { error: unknown }; output: unknown },
    actors: { job: fromPromise(async () => job()) },
  }).createMachine({
    id: 'm',
    context: { error: null },
    initial: 'trying',
    states: {
      trying: {
        invoke: {
          src: 'job',
          onDone: 'over',
          onError: { target: 'over', actions: assign({ error: ({ event }) => event.error }) },
        },
      },
      over: { type: 'final' },
    },
    output: ({ context }: { context: { error: unknown } }) => context.error,
  });
  const node = fromMachine(machine, {
    id: 'm',
    version: 1,
    does: 'Tries.',
    input: z.null(),
    outcomes: { gave: z.null(), lost: Failure },
    says: (error) =>
      error === null
        ? { outcome: 'gave', value: null }
        : { outcome: 'lost', value: error as Failure },
  });
  const nova = new Nova({
    organisation: defineOrganisation({ id: 'o', agents: [], machines: [node] }),
  });
  try {
    return await nova.run('m', null);
  } finally {
    await nova.close();
  }
}
const throwing = (thrown: unknown) => () => {
  throw thrown;
};
const named = (name: unknown, message: unknown = 'x') =>
  Object.assign(new Error('x'), { name, message });
const secret = `AKIA${'ABCD'.repeat(4)}`;
const boom = (): never => {
  throw new Error('boom');
};
const traps = new Proxy({}, { getPrototypeOf: boom, get: boom });
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let at = 0; at < levels; at += 1) value = [value];
  return value;
};

test.each<[string, unknown, Partial<Failure>]>([
  ['an error called by a number', named(404), { name: '404', message: 'x' }],
  ['an error without a name', named(undefined), { name: 'undefined' }],
  ['an error called by a symbol', named(Symbol('s')), { name: 'Symbol(s)' }],
  ['an error that says a number', named('N', 7), { name: 'N', message: '7' }],
  ['an error called by a secret', named(secret), { name: '[redacted aws-access-key]' }],
  ['an error that holds itself', new Error('x', { cause: cyclic }), { message: 'x' }],
  ['null', null, { name: 'Error', message: 'null' }],
  ['nothing', undefined, { message: 'undefined' }],
  ['a symbol', Symbol('s'), { message: 'Symbol(s)' }],
  ['an object of nobody', Object.create(null), { message: 'it cannot be told' }],
  ['a proxy that throws', traps, { name: 'Error', message: 'it cannot be told' }],
  [
    'an error whose name throws',
    Object.defineProperty(new Error('x'), 'name', { get: boom }),
    { name: 'Error', message: 'x' },
  ],
])('2.7 a promise that throws %s is an error event of the machine', async (_, thrown, seen) => {
  expect(await after(throwing(thrown))).toMatchObject({
    outcome: 'lost',
    value: { reason: 'threw', ...seen },
  });
});

test('2.7 the name of what was thrown is short', async () => {
  const { outcome, value } = await after(throwing(named('n'.repeat(1_000_000))));
  expect(outcome).toBe('lost');
  expect((value as Failure).name.length).toBeLessThan(200);
});

test.each<[string, unknown]>([
  ['a proxy that throws', new Proxy([], { getPrototypeOf: boom, get: boom })],
  ['what throws as it is read', Object.defineProperty({}, 'x', { enumerable: true, get: boom })],
  ['what holds itself', cyclic],
  ['what is nested too deeply', nested(513)],
  ['what is nested too deeply for its event', nested(511)],
  ['what is nested too deeply for the journal', nested(510)],
])('2.7 a promise that gives %s is an error event of the machine', async (_, given) => {
  expect(await after(() => given)).toMatchObject({ outcome: 'lost' });
});
