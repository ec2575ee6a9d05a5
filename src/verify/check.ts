import { builtinMachines } from '../../machines/builtin.ts';
import { teamMachine } from '../../machines/team.ts';
import type { Machine } from '../kernel/system.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { walkGuest } from './guests.ts';
import { because } from './because.ts';
import { laws } from './laws.ts';
import { lint } from './lint/lint.ts';
import { builtinHints } from './paths/builtin-hints.ts';
import type { Hints } from './paths/hints.ts';
import { paths } from './paths/paths.ts';
import { teamHints } from './paths/team-hints.ts';
import { explore, type Counterexample } from './space/explore.ts';
import { everyEdge, type Property } from './space/properties.ts';
import { foundationSpaces, walkShared } from './foundations.ts';
import { decisionSpaces } from './panel.ts';
import { planSpace } from './plan-space.ts';
import { taskRefinement } from './task-refinement.ts';
import type { Confusion } from './told-apart.ts';
import { checkedWorld, spacesOf, type CheckOptions, type Space } from './spaces.ts';

const MAX_STATES = 3_000_000;
const PARTS = 4;

/** One thing that was checked, and what was found. */
export interface Checked {
  readonly kind: 'lint' | 'lock' | 'paths' | 'space' | 'refines' | 'routing';
  readonly name: string;
  readonly faults: readonly string[];
  readonly states?: number;
  readonly edges?: number;
  readonly properties?: number;
  /** Of routing: who comes first for whose requests. */
  readonly confusion?: readonly Confusion[];
  /** The shortest way to the first fault, as events that `step` folds and in words. */
  readonly counterexample?: Counterexample;
}

/** Checks one machine's definition. */
export function checkMachine(name: string, machine: Machine): Checked {
  const found = lint(machine).map(({ rule, where, what }) => `${where}: ${what} (${rule})`);
  return { kind: 'lint', name, faults: found };
}

/** Checks an organisation: each of its machines by lint, then by walking through everything that can happen to its requests. */
export function* checkOrganisation(
  organisation: Organisation,
  options: CheckOptions = {},
): Generator<Checked> {
  const world = checkedWorld(organisation);
  const teams = organisation.teams ?? [];
  for (const id of [...Object.keys(builtinMachines), ...teams.map((team) => `team-${team.id}`)]) {
    const machine = world.machine(id);
    if (machine !== undefined) yield checkMachine(id, machine.logic);
  }
  for (const machine of organisation.machines ?? []) {
    const { unseen, ...seen } = walkGuest(machine);
    const name = `machine ${machine.id}${unseen === undefined ? '' : `, ${unseen}`}`;
    yield { kind: 'space', name, ...seen };
  }
  for (const space of spacesOf(organisation, options)) yield walked(space, options);
}

/**
 * What every organisation stands on: the paths of the built-in machines, that tasks keep to their contract, decisions by any
 * rule, gates of several people, claims, budgets, shared work and a tenant's fund, and plans of any shape of up to four parts to the laws.
 */
export async function* checkProtocol(options: CheckOptions = {}): AsyncGenerator<Checked> {
  for (const [id, machine] of Object.entries(builtinMachines))
    yield walkedAlong(id, machine as Machine, builtinHints[id as keyof typeof builtinHints]);
  yield { kind: 'refines', name: 'task', faults: taskRefinement() };
  for (const space of [...decisionSpaces(), ...foundationSpaces()]) yield walked(space, options);
  for (const shared of walkShared()) yield { kind: 'space', ...shared };
  for (let maxParallel = 1; maxParallel <= PARTS; maxParallel += 1) {
    const space = planSpace(PARTS, maxParallel);
    const name = `${space.name}, ${maxParallel} parts at once`;
    yield walked({ ...space, name }, options);
  }
}

/** Takes the machine of each team, alone, along every transition that it has: on the pure step, on live actors and on the engine. */
export async function* checkPaths(
  organisations: readonly Organisation[] = [],
): AsyncGenerator<Checked> {
  for (const team of organisations.flatMap(({ teams = [] }) => teams))
    yield walkedAlong(`team-${team.id}`, teamMachine(team.charter) as Machine, teamHints(team));
}

async function walkedAlong(name: string, machine: Machine, hints: Hints): Promise<Checked> {
  const { states, transitions, faults: found, uncovered } = await paths(machine, { hints });
  const missed = uncovered.filter(
    ({ kind, where }) => kind === 'transition' && hints.never?.(where) === undefined,
  );
  const broken = [
    ...found.map(({ where, what }) => `${where}: ${what}`),
    ...missed.map(({ where, why }) => `${where}: ${why}`),
  ];
  return { kind: 'paths', name, states, edges: transitions.all, faults: broken };
}

/** Notes how the teams end, and finds nothing wrong with it. */
const noting = (seen: Set<string>): Property =>
  everyEdge('how teams end is noted', ['ended'], ({ ended }) => {
    for (const { actor, ending } of ended) seen.add(`${actor.split('/').at(-1)} ${ending.outcome}`);
    return true;
  });

function walked(
  { name, world, nodes, environment, lacking }: Space,
  { progress }: CheckOptions,
): Checked {
  if (environment === undefined) return { kind: 'space', name, faults: lacking };
  const seen = new Set<string>();
  const properties = laws(world, environment);
  const explored = explore(world, {
    environment,
    properties: [...properties, noting(seen)],
    limit: { states: MAX_STATES },
    ...(progress && { progress: (far) => progress(name, far) }),
  });
  const silent = nodes.flatMap((node) =>
    'charter' in node
      ? Object.keys(node.outcomes)
          .filter((outcome) => !seen.has(`part-${node.id} ${outcome}`))
          .map((outcome) => `${node.id} never ends as ${outcome}`)
      : [],
  );
  const [first] = explored.counterexamples;
  const broken = [...explored.verdicts]
    .filter(([, verdict]) => verdict === 'broken')
    .map(([property]) => {
      const way = explored.counterexamples.find((one) => one.property === property);
      const why = way === undefined ? '' : because(world, way);
      return why === '' ? property : `${property}: ${why}`;
    });
  return {
    kind: 'space',
    name,
    states: explored.states,
    edges: explored.edges,
    properties: properties.length,
    faults: [
      ...(explored.complete ? [] : [`not seen whole: ${explored.why ?? ''}`]),
      ...broken,
      ...(explored.complete ? silent : []),
    ],
    ...(first !== undefined && { counterexample: first }),
  };
}
