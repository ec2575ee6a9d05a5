// Goal: the same work in flight twice is done once and both receive it; another input or purpose is other work.
// Method: fans of one agent over the whole host, which counts its turns; and the pure step where an owner is stopped or a
// circle would close.
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTeam, fan, Nova } from 'nova-agents';
import { setup } from 'xstate';
import type { BudgetContext } from '../../machines/budget/schemas.ts';
import { outputs } from '../../machines/protocol/effects.ts';
import { childEnded, paused, stopRequested } from '../../machines/protocol/events.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import { ada } from '../kernel/small-world.ts';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../src/kernel/system.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import { worldOf } from '../../src/team/world.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const Text = z.strictObject({ text: z.string(), shout: z.boolean().default(false) });
const Count = z.strictObject({ n: z.int() });
let turns = 0;
const worker = defineAgent({
  id: 'worker',
  version: 1,
  does: 'Counts.',
  input: Text,
  outcomes: { done: Count },
  examples: [],
  act: ({ text }, say) => {
    turns += 1;
    if (text === 'bad') throw new Error('it is ill');
    return say.done({ n: turns });
  },
});
type Input = z.input<typeof Text>;
const threeOf = (one: Input, two: Input, three: Input, purposes = {}) => {
  const all = fan({
    input: z.strictObject({}),
    branches: { one: worker, two: worker, three: worker },
    with: { one: () => one, two: () => two, three: () => three },
    purposes,
  });
  return defineTeam({
    id: 'three',
    version: 1,
    does: 'Asks three times.',
    input: z.strictObject({}),
    outcomes: { said: z.array(z.unknown()) },
    nodes: { all },
    start: { to: 'all' },
    routes: {
      all: {
        all: { end: 'said', with: ({ got }) => got.map(({ value }) => value) },
        some: { end: 'said', with: ({ lost }) => lost.map(({ reason }) => reason) },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
};
const organised = (...all: Parameters<typeof threeOf>) =>
  defineOrganisation({ id: 'claims', agents: [worker], teams: [threeOf(...all)], roles: {} });

async function asked(...all: Parameters<typeof threeOf>) {
  const nova = new Nova({ organisation: organised(...all) });
  open.push(nova);
  turns = 0;
  const result = await nova.run('three', {});
  return { outcome: result.outcome, value: result.value, turns };
}

test('3.4 what differs only until its contract has put it in order is the same work, and fails as one', async () => {
  expect(
    await asked({ text: 'a' }, { text: 'a', shout: false }, { shout: false, text: 'a' }),
  ).toMatchObject({ turns: 1 });
  expect(await asked({ text: 'bad' }, { text: 'bad' }, { text: 'bad' })).toMatchObject({
    outcome: 'failed',
    turns: 1,
  });
});

test('3.4 another input, or the same for another purpose, is other work', async () => {
  const a = { text: 'a' };
  expect(await asked(a, { text: 'b' }, a)).toMatchObject({ turns: 2 });
  expect(await asked(a, a, a, { three: 'cross-check' })).toMatchObject({ turns: 2 });
});

const scope = 'local/claims/main';
const input = { hash: hashOf({ text: 'a', shout: false }), scope, contract: 'any' };
/** Hands what it is told to whom it is told, and stops whom it is told. */
const boss = setup({
  types: {} as {
    events: { type: 'hand'; id: string; node: string } | { type: 'drop'; id: string };
  },
  schemas: {
    events: {
      external: {
        hand: z.strictObject({ id: z.string(), node: z.string(), by: Decider }),
        drop: z.strictObject({ id: z.string(), by: Decider }),
        'run.paused': z.strictObject({ by: Decider }),
      },
      answer: {},
      internal: { ...childEnded, ...stopRequested, ...paused },
    },
  } as never,
  actions: outputs,
}).createMachine({
  id: 'boss',
  version: '1',
  on: {
    hand: {
      actions: {
        type: 'hand',
        params: ({ event: { id, node } }) => ({ id, node, input: { ref: input } }),
      },
    },
    drop: {
      actions: {
        type: 'send',
        params: ({ event: { id } }) => ({ to: { child: id }, event: { type: 'stop.requested' } }),
      },
    },
    '*': {},
  },
});
const plain = worldOf(defineOrganisation({ id: 'claims', agents: [worker], roles: {} }));
/** A node that is a boss again, so that work may come back to who asked for it. */
const world: World = {
  ...plain,
  machine: (id, version) =>
    id === 'boss' ? { version: 1, logic: boss as never } : plain.machine(id, version),
  node: (id, version) =>
    id.startsWith('boss')
      ? ({ ...plain.node('worker'), id, version: 1, machine: 'boss' } as never)
      : plain.node(id, version),
};

/** A run of bosses and workers, taken by hand. */
class Steps {
  system: System = emptySystem(`${scope}/r1`, scope);
  constructor(machine = 'boss', begun: object = {}) {
    const values = { [input.hash]: { text: 'a', shout: false } };
    this.put({ kind: 'started', machine, input: begun, values, principal: ada });
  }
  put(incoming: object) {
    this.system = step(world, this.system, { at: 0, ...incoming } as Incoming).system;
    return this;
  }
  tell(to: string, event: object) {
    return this.put({ kind: 'external', to, event, principal: ada });
  }
  at(path: string) {
    const actor = this.system.actors.get(`boss/${path}`);
    return (
      actor && [actor.machine, actor.ended?.reason ?? actor.ended?.outcome ?? actor.state.value]
    );
  }
}

test('3.5 where the owner is stopped another takes its work over, and a late result is a dead letter', () => {
  const run = new Steps();
  for (const id of ['p1', 'p2', 'p3']) run.tell('boss', { type: 'hand', id, node: 'worker' });
  expect([run.at('p1'), run.at('p2'), run.at('p3')]).toEqual([
    ['task', 'thinking'],
    ['claim', 'waiting'],
    ['claim', 'waiting'],
  ]);
  const [late] = Object.keys(run.system.effects);
  run.tell('boss', { type: 'drop', id: 'p1' });
  expect([run.at('p1'), run.at('p2/work'), run.at('p3/work')]).toEqual([
    ['task', 'cancelled'],
    ['task', 'thinking'],
    ['claim', 'waiting'],
  ]);
  const said = { type: 'agent.answered', outcome: 'done', meets: true, value: input };
  run.put({ kind: 'answer', effectId: late, event: said });
  expect(run.system.dead.map(({ reason }) => reason)).toEqual(['effect_closed']);
  const [effectId] = Object.keys(run.system.effects);
  run.put({ kind: 'answer', effectId, event: said });
  expect([run.at('p2'), run.at('p3')]).toEqual([
    ['claim', 'done'],
    ['claim', 'done'],
  ]);
  expect(run.system.claims).toBeUndefined();
  expect(run.system.dead).toHaveLength(1);
});

test('3.5 who would wait for itself ends as a loop', () => {
  const run = new Steps();
  run.tell('boss', { type: 'hand', id: 'a', node: 'boss-a' });
  run.tell('boss/a', { type: 'hand', id: 'a', node: 'boss-a' });
  expect(run.at('a/a')).toEqual(['claim', 'loop']);
  // Also by way of another: b waits for a, so a may not wait for b.
  run.tell('boss', { type: 'hand', id: 'b', node: 'boss-b' });
  run.tell('boss/b', { type: 'hand', id: 'a', node: 'boss-a' });
  run.tell('boss/a', { type: 'hand', id: 'b', node: 'boss-b' });
  expect([run.at('b/a'), run.at('a/b')]).toEqual([
    ['claim', 'waiting'],
    ['claim', 'loop'],
  ]);
});

test('3.5 who took work over and is stopped in turn gives back what it was granted', () => {
  const budget = { allowance: { steps: 24 }, agents: {}, maxRaises: 0, waitMs: 1_000 };
  const begun = { node: 'boss-a', input, project: input, deadlineMs: 1_000, budget };
  const run = new Steps('solo', begun);
  for (const id of ['p1', 'p2']) run.tell('solo/node', { type: 'hand', id, node: 'worker' });
  for (const id of ['p1', 'p2']) run.tell('solo/node', { type: 'drop', id });
  expect(run.system.actors.get('solo/node/p2')?.ended?.outcome).toBe('cancelled');
  expect(run.system.actors.get('solo/budget')?.state.context).toMatchObject({
    held: {},
    spent: { worker: { steps: 2 } },
  });
});

test('7.10 what ends over the head of a task, be it the whole run, takes nothing of the budget along', () => {
  const budget = { allowance: { steps: 24 }, agents: {}, maxRaises: 0, waitMs: 1_000 };
  const begun = { node: 'boss-a', input, project: input, deadlineMs: 1_000, budget };
  const working = () => {
    const run = new Steps('solo', begun);
    run.tell('solo/node', { type: 'hand', id: 'a', node: 'boss-b' });
    return run.tell('solo/node/a', { type: 'hand', id: 'p1', node: 'worker' });
  };
  const settled = { held: {}, spent: { worker: { tokens: 0, steps: 1, cost: 0 } } };
  const budgetOf = ({ system }: Steps) => {
    const { context } = system.actors.get('solo/budget')?.state ?? {};
    const { held, spent } = context as unknown as BudgetContext;
    return { held, spent };
  };
  // No child can be called so: its parent fails.
  const parted = working().tell('solo/node/a', { type: 'hand', id: 'p/2', node: 'worker' });
  expect(parted.system.actors.get('solo/node/a')?.ended?.reason).toBe('defect');
  expect(budgetOf(parted)).toEqual(settled);
  const stopped = working().tell('solo', { type: 'run.stopped' });
  expect(stopped.system.ended?.outcome).toBe('cancelled');
  expect(budgetOf(stopped)).toEqual(settled);
  expect([parted.system.dead, stopped.system.dead]).toEqual([[], []]);
});
