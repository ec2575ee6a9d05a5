// Goal: what is explored is what runs: the compact interpreter comes to the same as the kernel's step, event by event.
// Method: random ways through the explored moves are folded by step at the same time; actors, effects, timers, accounts and
// dead letters must agree, with everything in them, and under the projection by what it keeps.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine } from 'nova-agents';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../src/kernel/system.ts';
import type { Cell } from '../../src/verify/space/cell.ts';
import { Compact } from '../../src/verify/space/compact.ts';
import {
  cellsOf,
  isHeldRightly,
  remembered,
  stateKey,
  type Memory,
} from '../../src/verify/space/control.ts';
import type { Beginning, Environment, Move } from '../../src/verify/space/environment.ts';
import { explore } from '../../src/verify/space/explore.ts';
import { laws } from '../../src/verify/laws.ts';
import { control, exact, type Projection } from '../../src/verify/space/projection.ts';
import { shapesOf } from '../../src/verify/plan-space.ts';
import { faults } from '../../src/verify/space/faults.ts';
import {
  beginning as aRequest,
  promisesOf,
  wholeWorld,
  withRouter,
} from '../../src/verify/spaces.ts';
import { incomingOf } from '../../src/verify/space/trace.ts';
import { space } from './small-space.ts';

const RUNS = Number(process.env['NOVA_RUNS'] ?? 150);
const EVENTS_PER_RUN = 40;

type Space = { readonly world: World; readonly environment: Environment };
interface Both {
  readonly world: World;
  readonly beginning: Beginning;
  readonly compact: Compact;
}

function both({ world, environment }: Space, projection: Projection): Both {
  const [beginning] = environment.systems;
  if (beginning === undefined) throw new Error('no system');
  const options = { environment, projection, deliveries: false, maxQueued: 0 };
  const compact = new Compact(world, beginning, options);
  compact.begin(() => {});
  return { world, beginning, compact };
}

interface Edged {
  readonly next: number;
  readonly move: number;
  readonly accounts: readonly unknown[];
}

const isCutShort = (move: Move): boolean =>
  (move.kind === 'external' && move.offer.event.type === 'run.stopped') || move.kind === 'timer';

/** A way at random through both, compared after every event. */
function walk(
  { world, beginning, compact }: Both,
  projection: Projection,
  choices: readonly number[],
): string {
  let state = 0;
  let system: System = emptySystem(beginning.run, beginning.scope);
  let memory: Memory = new Map();
  let at = 0;
  const take = (incoming: Incoming): readonly unknown[] => {
    const before = system;
    const { system: next, outgoing } = step(world, before, incoming);
    memory = remembered(memory, before, next);
    ({ at } = incoming);
    system = next;
    const { in: came, handled } = next.accounts;
    return [
      came - before.accounts.in,
      handled - before.accounts.handled,
      next.dead.slice(before.dead.length).map(({ reason }) => reason),
      outgoing.flatMap((item) => (item.kind === 'handed' ? [item.actor] : [])),
      outgoing
        .flatMap((item) =>
          item.kind === 'effect' ? [`${item.effect.actor} ${item.effect.id}`] : [],
        )
        .toSorted(),
      outgoing.flatMap((item) => (item.kind === 'ended' ? [item.actor] : [])).toSorted(),
    ];
  };
  take(beginning.started);
  for (let turn = 0; turn < EVENTS_PER_RUN; turn += 1) {
    const same = (cells: ReadonlyMap<string, Cell>) => stateKey(cells, projection);
    expect(same(compact.view(state).cells)).toBe(same(cellsOf(system, memory, projection)));
    expect(isHeldRightly(system)).toBe(true);
    const edges: Edged[] = [];
    compact.expand(state, (next, move, edge) => {
      const begun = edge.begun.map(({ actor, effect }) => `${actor} ${effect.id}`).toSorted();
      const ended = edge.ended.map(({ actor }) => actor).toSorted();
      const accounts = [edge.in, edge.handled, [...edge.dead], [...edge.handed], begun, ended];
      edges.push({ next, move, accounts });
    });
    const choice = choices[turn % choices.length] ?? 0;
    // Mostly onwards: what changes nothing, and what ends everything, would be most of the way.
    const onwards = edges.filter(
      ({ next, move }) => next !== state && !isCutShort(compact.move(move)),
    );
    const from = choice % 9 > 0 && onwards.length > 0 ? onwards : edges;
    const edge = from[choice % from.length];
    if (edge === undefined) break;
    const accounts = take(incomingOf(system, compact.move(edge.move), at));
    expect(edge.accounts).toEqual(accounts);
    state = edge.next;
  }
  return system.ended?.outcome ?? 'open';
}

const full = {
  tasks: 3,
  agents: 2,
  maxTurns: 3,
  planGate: true,
  mayLeaveOut: true,
  roles: ['router', 'planner', 'composer', 'verifier'],
} as const;

/** A machine of a user's own that hears of no failure: each ends it with the reason that its promise failed with. */
function guestSpace(): Space {
  const machine = setup({ actors: { job: fromPromise(async () => 1) } }).createMachine({
    id: 'm',
    initial: 'first',
    states: {
      first: { invoke: { src: 'job', onDone: 'second' } },
      second: { invoke: { src: 'job', onDone: 'over' }, after: { 10: 'over' } },
      over: { type: 'final' },
    },
  });
  const node = fromMachine(machine, {
    id: 'm',
    version: 1,
    does: 'x',
    input: z.strictObject({ text: z.string() }),
    outcomes: { done: z.null() },
    samples: { job: [1] },
    says: () => ({ outcome: 'done', value: null }),
  });
  const organisation = withRouter(defineOrganisation({ id: 'o', agents: [], machines: [node] }));
  const world = wholeWorld(organisation);
  const part = { id: 'one', node: 'm', input: { text: 'do it' } };
  const routed = { plan: { parts: [part] }, unplaced: [] };
  const { router = '' } = organisation.roles;
  const environment = faults(world, {
    system: aRequest(organisation.roles),
    says: { [router]: { routed } },
    plans: [[part]],
    promises: promisesOf(organisation),
  });
  return { world, environment };
}

test.each([
  { says: 'in everything', projection: exact },
  { says: 'in control', projection: control },
])('11 it is equal to step for a machine of a user’s own $says', ({ projection }) => {
  const guest = both(guestSpace(), projection);
  const ends = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 30, maxLength: 40 }), (choices) => {
      ends.add(walk(guest, projection, choices));
    }),
    { numRuns: RUNS },
  );
  expect(ends.size).toBeGreaterThan(1);
});

test.each([
  { says: 'in everything', projection: exact },
  { says: 'in control', projection: control },
])('11 the compact interpreter is equal to step $says', ({ projection }) => {
  const wide = both(space(full), projection);
  const plain = both(space({ tasks: 2, agents: 2, maxTurns: 3 }), projection);
  const edged = both(space({ tasks: 3, shapes: shapesOf(3), mayDiffer: true }), projection);
  const team = both(space({ team: true, tasks: 2, tools: ['mail'] }), projection);
  const bought = both(space({ tasks: 2, agents: 2, tools: ['look'], steps: 5 }), projection);
  const same = both(space({ tasks: 3, isSame: true, maxParallel: 3 }), projection);
  const ends = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000_000), { minLength: 30, maxLength: 40 }),
      fc.constantFrom(wide, plain, edged, team, same, bought),
      (choices, way) => {
        ends.add(walk(way, projection, choices));
      },
    ),
    { numRuns: RUNS },
  );
  // A generator that never gets anywhere would prove nothing.
  expect(ends.size).toBeGreaterThan(2);
});

test('compact and whole systems have the same states and edges', () => {
  const { world, environment } = space({ maxTurns: 2 });
  const properties = laws(world, environment);
  const compact = explore(world, { environment, properties });
  const plain = explore(world, { environment, properties, plain: true });
  expect(compact.complete && plain.complete).toBe(true);
  expect([plain.states, plain.edges, plain.depth]).toEqual([
    compact.states,
    compact.edges,
    compact.depth,
  ]);
  expect([...plain.verdicts]).toEqual([...compact.verdicts]);
});
