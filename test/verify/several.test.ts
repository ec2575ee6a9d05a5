// Goal: systems that tell each other are seen in every order in which messages can come, and what only such an order breaks
// is found.
// Method: two workers want one lock; the whole space, four sown defects, and random ways, also of what runs share, that are folded
// by step at the same time over outboxes of the kernel's own.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { always, canEnd, explore, sometimes } from 'nova-agents/verify';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../src/kernel/system.ts';
import { fundSystems, fundWorld } from '../../src/verify/fund-space.ts';
import { sharedSystems, sharedWorld } from '../../src/verify/shared-space.ts';
import { cellsOf, stateKey } from '../../src/verify/space/control.ts';
import { exact } from '../../src/verify/space/projection.ts';
import { everyCell, type Property, type StateView } from '../../src/verify/space/properties.ts';
import type { Environment, Move } from '../../src/verify/space/environment.ts';
import { Several, type Part } from '../../src/verify/space/several.ts';
import { eventsOf } from '../../src/verify/space/trace.ts';
import { lockSpace, lockWorld, type Defect } from './lock-space.ts';

const working = ({ all = [] }: StateView): number =>
  all.filter(({ cells, ended }) => !ended && cells.get('worker')?.state.value === 'working').length;
const lineOf = ({ all = [] }: StateView): readonly string[] => {
  const { line = [] } = (all[0]?.cells.get('lock')?.state.context ?? {}) as { line?: string[] };
  return line;
};

const properties: readonly Property[] = [
  always('3 one works at a time', (state) => working(state) <= 1),
  always(
    '10 a lock is free once everybody has ended and been heard',
    (state) => state.isOver !== true || state.underWay !== 0 || lineOf(state).length === 0,
  ),
  canEnd('1 nobody waits for ever', (move) => move.kind !== 'external' && move.kind !== 'timer'),
  sometimes('two want it', (state) => lineOf(state).length === 2),
];

test('3, 9, 10 the lock holds, whatever is late, comes twice, crashes or is stopped', () => {
  const explored = explore(lockWorld(), { environment: lockSpace(2), properties });
  expect(explored.why).toBeUndefined();
  expect(explored.counterexamples).toEqual([]);
  expect([...explored.verdicts.values()]).toEqual(properties.map(() => 'holds'));
  expect(explored.states).toBeGreaterThan(500);
});

test.each<[Defect, number, RegExp]>([
  ['grants twice', 2, /^3/],
  ['forgets who waits', 3, /^3/],
  ['keeps it when stopped', 2, /^(?:1|10)/],
  ['wants a key that nobody sends', 1, /^1/],
])('what the defect "%s" breaks for %i is found by a short way', (defect, workers, law) => {
  const world = lockWorld(defect);
  const environment = lockSpace(workers);
  const { counterexamples } = explore(world, { environment, properties, first: true });
  const [found] = counterexamples;
  expect(found?.property).toMatch(law);
  expect(found?.moves.length).toBeLessThan(9);
  const systems = new Map<string, System>();
  for (const [at, event] of (found?.events ?? []).entries()) {
    const run = found?.runs[at] as string;
    const before = systems.get(run) ?? emptySystem(run, 'local/lock/main');
    systems.set(run, step(world, before, event).system);
  }
  expect(systems.size).toBe(workers + 1);
});

test('the first state of each system is asked about, not only that of one', () => {
  const never = (machine: string) =>
    everyCell(`no ${machine} begins`, (cell) => cell.machine !== machine);
  const options = { environment: lockSpace(1), properties: [never('lock'), never('worker')] };
  const { counterexamples } = explore(lockWorld(), options);
  expect(counterexamples.map(({ property, moves }) => [property, moves])).toEqual([
    ['no lock begins', []],
    ['no worker begins', []],
  ]);
});

test('messages that pile up are said, not left out', () => {
  const options = { environment: lockSpace(1), properties: [], maxUnderWay: 1 };
  expect(explore(lockWorld('asks for ever'), options)).toMatchObject({
    complete: false,
    why: 'more than 1 messages under way from local/lock/main/w1 to local/lock/main/lock',
  });
});

test('single deliveries and whole systems are for one system alone', () => {
  const [, worker] = lockSpace(1);
  const options = { environment: lockSpace(1), properties };
  expect(() => explore(lockWorld(), { ...options, plain: true })).toThrow(RangeError);
  expect(() => explore(lockWorld(), { ...options, deliveries: true })).toThrow(RangeError);
  expect(() => explore(lockWorld(), { ...options, environment: [] })).toThrow(/no system/);
  const alone = () =>
    explore(lockWorld(), { environment: [worker as never, worker as never], properties });
  expect(alone).toThrow(/is not explored with it/);
});

const ordersOf = (moves: readonly Move[]): string[] =>
  moves
    .flatMap((move) => (move.kind === 'told' ? [`${move.from} ${move.system} ${move.order}`] : []))
    .toSorted();

/** All systems after some events. */
function folded(
  world: World,
  parts: readonly Part[],
  events: readonly Incoming[],
  runs: readonly string[],
): Map<string, System> {
  const systems = new Map(
    parts.map(({ beginning: { run, scope } }) => [run, emptySystem(run, scope)]),
  );
  for (const [at, event] of events.entries()) {
    const run = runs[at] as string;
    systems.set(run, step(world, systems.get(run) as System, event).system);
  }
  return systems;
}

/** What may come of messages, by the outboxes and counters of the concrete systems. */
function expectedOrders(world: World, parts: readonly Part[], moves: readonly Move[]): string[] {
  const { events, runs } = eventsOf(
    world,
    parts.map(({ beginning }) => beginning),
    moves,
  );
  const all = [...folded(world, parts, events, runs).values()];
  return all
    .flatMap((from) =>
      all.flatMap((to) => {
        const under = from.tells.filter(({ run }) => run === to.run).length;
        const orders = [
          ...(under > 0 ? ['next'] : []),
          ...(under > 1 ? ['early'] : []),
          ...((to.peers?.get(from.run)?.heard ?? 0) > 0 ? ['twice'] : []),
        ];
        return orders.map((order) => `${from.run} ${to.run} ${order}`);
      }),
    )
    .toSorted();
}

/** One random way through the numbers, folded by step over the kernel's own outboxes. */
function walk(
  world: World,
  environments: readonly Environment[],
  choices: readonly number[],
): number {
  const parts = environments.flatMap((environment) =>
    environment.systems.map((beginning) => ({ beginning, environment })),
  );
  const several = new Several(world, parts, { projection: exact, maxUnderWay: 8 });
  several.begin(() => {});
  const moves: Move[] = [];
  let state = 0;
  for (const choice of choices) {
    const edges: { next: number; move: number }[] = [];
    several.expand(state, (next, move) => edges.push({ next, move }));
    expect(ordersOf(edges.map(({ move }) => several.move(move)))).toEqual(
      expectedOrders(world, parts, moves),
    );
    const onwards = edges.filter(({ next }) => next !== state);
    const from = choice % 5 > 0 && onwards.length > 0 ? onwards : edges;
    const edge = from[choice % from.length] as { next: number; move: number };
    moves.push(several.move(edge.move));
    state = edge.next;
    const beginnings = parts.map(({ beginning }) => beginning);
    const { events, runs } = eventsOf(world, beginnings, moves);
    const systems = folded(world, parts, events, runs);
    const view = several.view(state);
    // What is remembered of closed effects is the explorer's own.
    const bare = (cells: ReturnType<typeof cellsOf>) =>
      stateKey(
        new Map([...cells].map(([path, { first: _, last: __, ...cell }]) => [path, cell])),
        exact,
      );
    for (const [at, system] of [...systems.values()].entries())
      expect(bare(view.all?.[at]?.cells ?? new Map())).toBe(
        bare(cellsOf(system, new Map(), exact)),
      );
    const outboxes = [...systems.values()].flatMap(({ tells }) => tells);
    expect(outboxes).toHaveLength(view.underWay ?? -1);
  }
  return several.size;
}

test.each<[string, World, readonly Environment[], number]>([
  ['two that want one lock', lockWorld(), lockSpace(2), 100],
  ['two that share their work', sharedWorld, sharedSystems, 12],
  ['two that borrow of one fund', fundWorld, fundSystems, 12],
])('11 what is explored of %s is what step makes of them', (_, world, systems, numRuns) => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 5, maxLength: 25 }), (choices) => {
      expect(walk(world, systems, choices)).toBeGreaterThan(1);
    }),
    { numRuns },
  );
});
