import { builtinMachines } from '../../machines/builtin.ts';
import { roleContracts } from '../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { Incoming, Machine, World } from '../kernel/system.ts';
import type { AnyAgent } from '../team/agent.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation, type Organisation } from '../team/define-organisation.ts';
import type { AnyTeam } from '../team/team.ts';
import { worldOf } from '../team/world.ts';
import { explore } from './space/explore.ts';
import { faults, type PartSample } from './space/faults.ts';
import { laws } from './laws.ts';
import { lint } from './lint/lint.ts';
import { builtinHints } from './paths/builtin-hints.ts';
import { paths } from './paths/paths.ts';
import { everyEdge, type Property } from './space/properties.ts';
import { sampleOf } from './sample.ts';

/** Faults on one path, unless all are asked for. */
const FAULTS_PER_PATH = 2;
const MAX_STATES = 3_000_000;

/** One thing that was checked, and what was found. */
export interface Checked {
  readonly kind: 'lint' | 'paths' | 'space';
  readonly name: string;
  readonly faults: readonly string[];
  readonly states?: number;
  readonly edges?: number;
  readonly properties?: number;
  /** The shortest way to the first fault, as events that `step` folds and in words. */
  readonly counterexample?: {
    readonly events: readonly Incoming[];
    readonly moves: readonly string[];
  };
}

export interface CheckOptions {
  /** True: any number of faults on a path; default 2. */
  readonly full?: boolean;
}

/** Checks one machine's definition. */
export function checkMachine(name: string, machine: Machine): Checked {
  const found = lint(machine).map(({ rule, where, what }) => `${where}: ${what} (${rule})`);
  return { kind: 'lint', name, faults: found };
}

/**
 * Checks an organisation: each of its machines by lint, then by walking through everything that can happen to a request
 * over its own agents, and over each of its teams.
 * Agents are taken by their contract alone (one turn, any declared outcome, or any way to fail): that a task keeps to this is
 * proved apart from it.
 */
export function* checkOrganisation(
  organisation: Organisation,
  options: CheckOptions = {},
): Generator<Checked> {
  const staffed = withRouter(organisation);
  const world = checkedWorld(organisation);
  const { teams = [], agents, roles } = staffed;
  for (const id of ['request', 'plan', 'task', 'gate', ...teams.map((team) => `team-${team.id}`)]) {
    const machine = world.machine(id);
    if (machine !== undefined) yield checkMachine(id, machine.logic);
  }
  const playing = new Set(Object.values(roles));
  const workers = agents.filter(({ id }) => !playing.has(id)).slice(0, 2);
  if (workers.length > 0) yield space(staffed, world, 'a request', workers, options);
  for (const team of teams) yield space(staffed, world, `team ${team.id}`, [team], options);
}

/** Takes each built-in machine, alone, along every transition that it has: on the pure step, on live actors and on the engine. */
export async function* checkPaths(): AsyncGenerator<Checked> {
  for (const [id, machine] of Object.entries(builtinMachines)) {
    const {
      states,
      transitions,
      faults: found,
      uncovered,
    } = await paths(machine as Machine, {
      hints: builtinHints[id as keyof typeof builtinHints],
    });
    const missed = uncovered.filter(({ kind }) => kind === 'transition');
    const broken = [
      ...found.map(({ where, what }) => `${where}: ${what}`),
      ...missed.map(({ where, why }) => `${where}: ${why}`),
    ];
    yield { kind: 'paths', name: id, states, edges: transitions.all, faults: broken };
  }
}

/** Somebody has to give the work to those who are checked: where nobody does, a router that may say anything. */
function withRouter(organisation: Organisation): Organisation {
  const { roles, agents } = organisation;
  if (roles.router !== undefined || roles.planner !== undefined) return organisation;
  const router = defineAgent({
    id: 'any-router',
    version: 1,
    does: 'Routes in any way that its contract allows.',
    ...roleContracts.router,
    examples: [],
    instructions: () => '',
  });
  return defineOrganisation({
    ...organisation,
    agents: [...agents, router],
    roles: { ...roles, router: router.id },
  });
}

/** The world in which an organisation is checked; the events of a counterexample are folded in it. */
export const checkedWorld = (organisation: Organisation): World =>
  abstracted(worldOf(withRouter(organisation), { hasModel: true }));

/** Each agent by its contract: offered, then exactly one end. */
function abstracted(world: World): World {
  const limits = { maxTurns: 1, maxRepairs: 0, deadlineMs: 1_000, maxTokens: 0 };
  return {
    ...world,
    limits: { ...world.limits, maxAttempts: 2 },
    node(id) {
      const spec = world.node(id);
      if (spec?.machine !== 'task') return spec;
      return { ...spec, settings: { ...(spec.settings as object), tools: {}, limits } };
    },
  };
}

interface Says {
  readonly says: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Outcomes for which no value could be made. */
  readonly lacking: readonly string[];
}

/** What each agent may say: from its own examples, else the smallest value that its contract takes. */
function saysOf(agents: readonly AnyAgent[]): Says {
  const lacking: string[] = [];
  const of = ({ id, outcomes, examples }: AnyAgent) =>
    Object.entries(outcomes).flatMap(([outcome, contract]) => {
      const example = examples.find(({ says }) => Object.hasOwn(says, outcome))?.says;
      const sample =
        example === undefined ? sampleOf(contract) : (example as Record<string, Json>)[outcome];
      if (sample === undefined)
        lacking.push(`${id} has no example of its outcome ${outcome}, and none can be made`);
      return sample === undefined ? [] : [[outcome, sample] as const];
    });
  const says = Object.fromEntries(agents.map((agent) => [agent.id, Object.fromEntries(of(agent))]));
  return { says, lacking };
}

function partsOf(nodes: readonly (AnyAgent | AnyTeam)[]): PartSample[] | undefined {
  const parts = nodes.flatMap(({ id, input, ...node }) => {
    const sample =
      'examples' in node ? (node.examples[0]?.input ?? sampleOf(input)) : sampleOf(input);
    return sample === undefined ? [] : [{ id: `part-${id}`, node: id, input: sample as Json }];
  });
  return parts.length === nodes.length ? parts : undefined;
}

/** Notes how the teams end, and finds nothing wrong with it. */
const noting = (seen: Set<string>): Property =>
  everyEdge('how teams end is noted', ['ended'], ({ ended }) => {
    for (const { actor, ending } of ended) seen.add(`${actor.split('/').at(-1)} ${ending.outcome}`);
    return true;
  });

/** Every subject that a person may edit at a gate of these teams. */
const editsOf = (teams: readonly AnyTeam[]): Record<string, Json> =>
  Object.fromEntries(
    teams.flatMap((team) =>
      Object.entries(team.nodes).flatMap(([key, node]) => {
        const sample = node.kind === 'gate' ? sampleOf(node.input) : undefined;
        return sample === undefined ? [] : [[`${team.id}.${key}`, sample] as const];
      }),
    ),
  );

function space(
  organisation: Organisation,
  world: World,
  name: string,
  nodes: readonly (AnyAgent | AnyTeam)[],
  { full = false }: CheckOptions,
): Checked {
  const { agents, teams = [], roles } = organisation;
  const { says, lacking } = saysOf(agents);
  const parts = partsOf(nodes);
  if (parts === undefined || lacking.length > 0)
    return {
      kind: 'space',
      name,
      faults: [...lacking, ...(parts === undefined ? ['an input has no example'] : [])],
    };
  const environment = faults(world, {
    system: beginning(roles),
    says,
    plans: [parts],
    edits: editsOf(teams),
    troubles: full ? {} : { perPath: FAULTS_PER_PATH },
  });
  const seen = new Set<string>();
  const properties = laws(world, environment);
  const explored = explore(world, {
    environment,
    properties: [...properties, noting(seen)],
    limit: { states: MAX_STATES },
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
    .map(([property]) => property);
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
    ...(first !== undefined && { counterexample: { events: first.events, moves: first.moves } }),
  };
}

const SCOPE = 'local/check/main';

function beginning(roles: Organisation['roles']) {
  const values: Record<string, Json> = {};
  const put = (contract: string, value: Json): ValueRef => {
    const hash = hashOf(value);
    values[hash] = value;
    return { hash, scope: SCOPE, contract };
  };
  const input = {
    request: put('request', { text: 'do it', project: '.' }),
    clarified: put('clarified', { text: '' }),
    catalogue: put('catalogue', []),
    roles,
    planGate: false,
    maxAsks: 1,
    maxParallel: 2,
    deadlineMs: 10_000,
    checkWithinMs: 500,
    personWithinMs: 5_000,
  };
  const principal = { id: 'somebody', proof: 'embedder' } as const;
  const started = {
    kind: 'started',
    machine: 'request',
    input: input as unknown as Json,
    principal,
    at: 0,
    values,
  } as const;
  return { run: `${SCOPE}/r1`, scope: SCOPE, started };
}
