// Goal: where everything is stopped, what one run tells another begins nothing there either, and is accounted for.
// Method: two machines over the host, one of which tells the other to work at the very moment of the stop.
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import * as z from 'zod';
import { ManualClock, memoryJournal, memoryStore } from 'nova-agents/testing';
import { outputs } from '../../machines/protocol/effects.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { Breakers } from '../../src/host/breakers.ts';
import { Host } from '../../src/host/host.ts';
import { Stops } from '../../src/host/stops.ts';
import { inlineActors } from '../../src/host/threads.ts';
import { localTools } from '../../src/host/tool-calls.ts';
import type { Journal } from '../../src/store/ports.ts';
import type { Incoming, Machine, World } from '../../src/kernel/system.ts';
import { ada, organisation, scope, world as small } from '../kernel/small-world.ts';

const A = `${scope}/a`;
const B = `${scope}/b`;
const by = z.strictObject({ by: Decider });
const work = { id: 'work', kind: 'tool.call', params: { tool: 'dig' }, withinMs: 100 } as const;

/** Tells the other one when it is asked to, and works when it is told. */
const teller = setup({
  schemas: {
    events: {
      external: { 'run.stopped': by, 'go.asked': by },
      answer: {},
      internal: {},
      told: { 'word.told': z.strictObject({ from: z.string() }) },
    },
  },
  actions: outputs,
} as never).createMachine({
  id: 'teller',
  version: '1',
  context: {},
  initial: 'open',
  states: {
    open: {
      on: {
        'run.stopped': 'ended',
        'go.asked': {
          actions: { type: 'tell', params: { to: B, event: { type: 'word.told' } } },
        },
        'word.told': { actions: { type: 'effect', params: work } },
      },
    },
    ended: { type: 'final' },
  },
  output: () => ({ outcome: 'cancelled', reason: 'cancelled' }),
} as never) as unknown as Machine;
const world: World = {
  ...small,
  machine: (id, version) =>
    id === 'teller' ? { version: 1, logic: teller } : small.machine(id, version),
};
const begin: Incoming = { kind: 'started', machine: 'teller', input: {}, principal: ada, at: 0 };
const go: Incoming = {
  kind: 'external',
  to: 'teller',
  event: { type: 'go.asked' },
  principal: ada,
  at: 1,
};

/** @param slow what a look at the folder waits for. */
async function setting(slow: Promise<unknown> = Promise.resolve()) {
  const kept = memoryJournal();
  const journal: Journal = {
    ...kept,
    async list(query) {
      await slow;
      return kept.list(query);
    },
  };
  const engine = new LocalEngine(world, journal, memoryStore());
  const clock = new ManualClock();
  const onTrouble = () => {};
  const [tools, actors] = [localTools(organisation), inlineActors(organisation)];
  const parts = { organisation, world, engine, journal, clock, tools, actors, model: undefined };
  const host = new Host({ ...parts, breakers: new Breakers(clock), onTrouble });
  const stops = new Stops({ journal, engine, world }, host, () => clock.now(), onTrouble);
  for (const run of [A, B]) await engine.submit(run, begin);
  const works = async () => (await journal.read(B)).filter(({ kind }) => kind === 'begun').length;
  return { engine, stops, works };
}

test('9.6 without a stop the one that is told works', async () => {
  const { engine, works } = await setting();
  await engine.submit(A, go);
  await expect.poll(works).toBe(1);
});

test('8.3, 10.6 a message at the moment of a stop of all begins nothing, and is a dead letter there', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { engine, stops, works } = await setting(promise);
  const stopping = stops.stopAll(ada);
  await engine.submit(A, go);
  // All that it would have set going has had its time.
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  resolve();
  expect((await stopping).map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
  await expect.poll(async () => (await engine.load(A))?.tells).toEqual([]);
  expect((await engine.load(B))?.dead).toMatchObject([{ reason: 'ended' }]);
  expect(await works()).toBe(0);
});
