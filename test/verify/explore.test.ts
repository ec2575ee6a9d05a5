// Goal: what the explorer says can be relied on: it says when it has not seen all, its ways are shortest, and they replay.
// Method: sown defects are found, and their counterexamples are folded by step, event by event.
import { describe, expect, test } from 'vitest';
import { always, canEnd, explore, laws, sometimes, type SearchProgress } from 'nova-agents/verify';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../src/kernel/system.ts';
import { cellsOf, isHeldRightly } from '../../src/verify/space/control.ts';
import { exact } from '../../src/verify/space/projection.ts';
import type { Property, StateView } from '../../src/verify/space/properties.ts';
import { hunt, machineChanged, type Mutant } from './mutants/mutant.ts';
import { machineMutants } from './mutants/all.ts';
import { space } from './small-space.ts';

const bare = { roles: ['router'], tools: [] } as const;

/** The systems along a way. */
function foldOf(world: World, events: readonly Incoming[]): System[] {
  const systems = [emptySystem('local/space/main/r1', 'local/space/main')];
  for (const event of events) systems.push(step(world, systems.at(-1) as System, event).system);
  return systems.slice(1);
}

function viewOf(system: System): StateView {
  const cells = cellsOf(system, new Map(), exact);
  return {
    cells,
    root: 'request',
    ended: system.ended,
    isHeldRightly: isHeldRightly(system),
    queued: 0,
  };
}

const holdsIn = (property: Property | undefined, view: StateView): boolean => {
  if (property?.kind === 'always') return property.holds(view);
  if (property?.kind !== 'cells') throw new Error('not a property of states');
  return [...view.cells.values()].every((cell) => property.holds(cell, view.cells.get(view.root)));
};

const stateful = [
  'a repair without limit',
  'turns without limit',
  'a plan ignores maxParallel',
  'a plan forgets that it is paused',
  'a plan does not write down that a part has ended',
  'a deadline is ignored in one state',
  'no deadline is armed at all',
  'an answer of the requester leaves the question open',
];

describe('a counterexample', () => {
  const mutants = machineMutants.filter(({ name }) => stateful.includes(name));

  test.each(mutants)('of "$name" is folded by step to what it shows', (mutant: Mutant) => {
    const { world, environment } = space(mutant.in);
    const changed = mutant.world?.(world) ?? world;
    const [found] = hunt(mutant).counterexamples;
    const property = laws(world, environment).find(({ name }) => name === found?.property);
    const views = foldOf(changed, found?.events ?? []).map(viewOf);
    expect(views.length).toBeGreaterThan(1);
    expect(views.map((view) => holdsIn(property, view))).toEqual(
      views.map((_, at) => at < views.length - 1),
    );
  });

  test('of an event shows the effect that should not have begun', () => {
    const mutant = machineMutants.find(({ name }) => name.startsWith('gate skipped')) as Mutant;
    const [found] = hunt(mutant).counterexamples;
    const world = mutant.world?.(space(mutant.in).world) as World;
    const last = foldOf(world, found?.events ?? []).at(-1);
    expect(Object.values(last?.effects ?? {})).toMatchObject([
      { kind: 'tool.call', params: { tool: 'mail' } },
    ]);
  });

  test('is a shortest one', () => {
    const { world, environment } = space(bare);
    const never = always('no task is at work', ({ cells }) => !cells.has('request/plan/one'));
    const { counterexamples } = explore(world, { environment, properties: [never] });
    expect(counterexamples).toMatchObject([
      { moves: ['request/router turn-1.1 says routed', 'request check.1 accepts the plan'] },
    ]);
  });
});

describe('the search', () => {
  const properties = [
    always('holds', () => true),
    sometimes('is reached', () => true),
    canEnd('ends', () => true),
  ];

  test('7 says where it stopped at its limit, and leaves open what it has not seen', () => {
    const { world, environment } = space(bare);
    const limited = explore(world, { environment, properties, limit: { states: 20 } });
    expect(limited).toMatchObject({ complete: false, why: expect.stringContaining('20 states') });
    expect(Object.fromEntries(limited.verdicts)).toEqual({
      holds: 'open',
      'is reached': 'holds',
      ends: 'open',
    });
    const few = explore(world, { environment, properties, limit: { edges: 20 } });
    expect(few).toMatchObject({ complete: false, why: expect.stringContaining('20 edges') });
  });

  test('tells how far it has come, and sees no more and no less for it', () => {
    const { world, environment } = space({ tasks: 2, agents: 2, tools: ['mail'] });
    const told: SearchProgress[] = [];
    const { states, edges } = explore(world, {
      environment,
      properties,
      progress: (seen) => told.push(seen),
    });
    const silent = explore(world, { environment, properties });
    expect([states, edges]).toEqual([silent.states, silent.edges]);
    expect(told).toHaveLength(Math.floor((states - 1) / 1_000));
    expect(told.length).toBeGreaterThan(1);
    for (const [at, one] of told.entries()) {
      expect(one.states - one.queued).toBe((at + 1) * 1_000);
      expect(one.states).toBeGreaterThan(told[at - 1]?.states ?? 0);
      expect(one.edges).toBeLessThan(edges);
    }
  });

  test('finds what is never reached, and what cannot end', () => {
    const { world, environment } = space(bare);
    const { verdicts, complete } = explore(world, {
      environment,
      properties: [sometimes('never', () => false), canEnd('by nothing', () => false)],
    });
    expect(complete).toBe(true);
    expect(Object.fromEntries(verdicts)).toEqual({ never: 'broken', 'by nothing': 'broken' });
  });

  test('10 takes an action that is no output for a defect, as the kernel does', () => {
    const { world, environment } = space(bare);
    const silent = machineChanged('plan', (_, { actions }) => {
      actions['begin'] = () => {};
    })(world);
    const [compact, plain] = [false, true].map((isPlain) =>
      explore(silent, {
        environment,
        properties: laws(world, environment),
        plain: isPlain,
        first: true,
      }),
    );
    expect(compact?.counterexamples).toEqual(plain?.counterexamples);
    expect(plain?.counterexamples[0]?.property).toMatch(/^7 .*throws/);
  });

  test('sees a machine that throws as a way to an end, not as its own failure', () => {
    const { world, environment } = space(bare);
    const thrown = machineChanged('task', (_, { guards }) => {
      guards['isUnfit'] = () => {
        throw new Error('broken');
      };
    })(world);
    const { complete, counterexamples } = explore(thrown, {
      environment,
      properties: laws(world, environment),
    });
    expect(complete).toBe(true);
    expect(counterexamples[0]?.property).toMatch(/^7 .*throws/);
  });
});
