import type { TaskLimits, TaskSettings } from '../../machines/protocol/handoff.ts';
import { roleContracts } from '../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { NodeSpec, World } from '../kernel/system.ts';
import type { AnyAgent } from '../team/agent.ts';
import type { AnyArbiter } from '../team/decision.ts';
import { defineAgent } from '../team/define-agent.ts';
import { organised, type Organisation } from '../team/define-organisation.ts';
import type { AnyNode } from '../team/gathered.ts';
import type { AnyMachineNode, AnyTeam } from '../team/team.ts';
import { worldOf } from '../team/world.ts';
import { inputsOf, sampleOf } from './sample.ts';
import type { Beginning, Environment } from './space/environment.ts';
import { faults, type FaultsOptions, type PartSample } from './space/faults.ts';
import type { SearchProgress } from './space/search.ts';

/** Faults on one path, unless all are asked for. */
const FAULTS_PER_PATH = 2;
/** Agents of a request that is walked through: what two may do to each other, three do not do differently. */
const AGENTS = 2;

export interface CheckOptions {
  /** True: any number of faults on a path; default 2. */
  readonly full?: boolean;
  /** Told how far the walk through one space has come: its name, and the counts of `explore`. */
  readonly progress?: (name: string, seen: SearchProgress) => void;
}

/** One request that can be walked through, or why it cannot. */
export interface Space {
  readonly name: string;
  readonly world: World;
  readonly nodes: readonly AnyNode[];
  readonly environment: Environment | undefined;
  /** The examples that are missing. */
  readonly lacking: readonly string[];
}

/**
 * What of an organisation is walked through: a request over its own agents, and one over each of its teams.
 * Agents and machines of users' own are taken by their contract alone: one turn, and then any declared outcome or any way to fail.
 */
export function spacesOf(organisation: Organisation, options: CheckOptions = {}): Space[] {
  const staffed = withRouter(organisation);
  const world = checkedWorld(organisation);
  const { teams = [], machines = [], agents, roles } = staffed;
  const playing = new Set(Object.values(roles));
  const workers = [...agents, ...machines].filter(({ id }) => !playing.has(id)).slice(0, AGENTS);
  const all = [
    ...(workers.length > 0 ? [['a request', workers] as const] : []),
    ...teams.map((team) => [`team ${team.id}`, [team]] as const),
  ];
  return all.map(([name, nodes]) => spaceOf(staffed, world, name, nodes, options));
}

/** Somebody has to give the work to those who are checked: where nobody does, a router that may say anything. */
export function withRouter(organisation: Organisation): Organisation {
  const { roles, agents } = organisation;
  if (roles.router !== undefined || roles.planner !== undefined) return organisation;
  const router = defineAgent({
    id: 'any-router',
    version: 1,
    does: 'Routes in any way that its contract allows.',
    ...roleContracts.router,
    examples: [],
    instructions: () => '',
    structured: 'prompt',
  });
  const definition = {
    ...organisation,
    agents: [...agents, router],
    roles: { ...roles, router: router.id },
  };
  return organised(definition, true);
}

/** The world of whole tasks: turns, repairs, tools and gates, within the limits of each agent. */
export const wholeWorld = (organisation: Organisation): World =>
  unshared(worldOf(withRouter(organisation), { hasModel: true }));

/** One run is walked through alone: the ledger of shared work, a system of its own, would never answer it. */
const unshared = (world: World): World => ({
  ...world,
  node(id, version) {
    const { shared: _, ...spec } = world.node(id, version) ?? {};
    return 'id' in spec ? spec : undefined;
  },
});

/** What the promises of its machines may give, as they say themselves. */
export const promisesOf = ({ machines = [] }: Organisation): FaultsOptions['promises'] =>
  Object.fromEntries(machines.map(({ id, samples }) => [id, samples]));

/** The world in which an organisation is checked; the events of a counterexample are folded in it. */
export const checkedWorld = (organisation: Organisation): World =>
  abstracted(wholeWorld(organisation));

/** A machine of a user's own does to others what an agent does: it ends once, in a declared way or a common one. */
function agentLike(spec: NodeSpec, limits: TaskLimits): NodeSpec {
  const settings = { performer: 'code', tools: {}, approveWithinMs: 1, limits };
  return { ...spec, machine: 'task', settings, begin: undefined };
}

/** Each agent by its contract: offered, then exactly one end; in between those that write may ask a person. */
export function abstracted(world: World): World {
  const limits = { maxRepairs: 0, deadlineMs: 1_000, maxTokens: 0, maxStalls: 6 };
  return {
    ...world,
    limits: { ...world.limits, maxAttempts: 2 },
    node(id, version) {
      const spec = world.node(id, version);
      if (spec?.machine === 'below' || spec?.machine.startsWith('machine-'))
        return agentLike(spec, { ...limits, maxTurns: 1 });
      if (spec?.machine !== 'task') return spec;
      const { tools, ...settings } = spec.settings as unknown as TaskSettings;
      const asks = ({ isGranted }: (typeof tools)[string]) => isGranted !== true;
      const writing = Object.entries(tools)
        .filter(([, { effect }]) => effect === 'writes')
        .toSorted(([, a], [, b]) => Number(asks(b)) - Number(asks(a)));
      const maxTurns = writing.length > 0 ? 2 : 1;
      const kept = {
        ...settings,
        tools: Object.fromEntries(writing.slice(0, 1)),
        limits: { ...limits, maxTurns },
      };
      return { ...spec, settings: kept as unknown as Json };
    },
  };
}

interface Says {
  readonly says: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Outcomes for which no value could be made. */
  readonly lacking: string[];
}

/** What each agent may say: from its own examples, else the smallest value that its contract takes. */
function saysOf(nodes: readonly (AnyAgent | AnyMachineNode)[]): Says {
  const lacking: string[] = [];
  const of = ({ id, outcomes, ...node }: AnyAgent | AnyMachineNode) =>
    Object.entries(outcomes).flatMap(([outcome, contract]) => {
      const examples = 'examples' in node ? node.examples : [];
      const example = examples.find(({ says }) => Object.hasOwn(says, outcome))?.says;
      const sample =
        example === undefined ? sampleOf(contract) : (example as Record<string, Json>)[outcome];
      if (sample === undefined)
        lacking.push(`${id} has no example of its outcome ${outcome}, and none can be made`);
      return sample === undefined ? [] : [[outcome, sample] as const];
    });
  const says = Object.fromEntries(nodes.map((node) => [node.id, Object.fromEntries(of(node))]));
  return { says, lacking };
}

function partsOf(nodes: readonly AnyNode[]): PartSample[] | undefined {
  const parts = nodes.flatMap((node) => {
    const [input] = inputsOf(node);
    return input === undefined ? [] : [{ id: `part-${node.id}`, node: node.id, input }];
  });
  return parts.length === nodes.length ? parts : undefined;
}

/** What a person may write in the place of what was proposed: the last option, with an answer to everybody. */
const wordsOf = ({ question: { options }, advisers }: AnyArbiter): Json => ({
  choice: options.at(-1) ?? null,
  answers: answersTo(advisers),
});
const answersTo = (advisers: AnyArbiter['advisers']): Json =>
  Object.fromEntries(Object.keys(advisers).map((name) => [name, 'seen']));

/** Who rules says for the last option nothing to those who hold another one, so that both are walked through. */
function ruledIn(teams: readonly AnyTeam[], says: Says['says']): Says['says'] {
  const all = { ...says };
  for (const node of teams.flatMap(({ nodes }) => Object.values(nodes)))
    if (node.kind === 'decision' && node.ruler !== undefined)
      all[node.ruler.id] = Object.fromEntries(
        Object.entries(says[node.ruler.id] ?? {}).map(([option, said]) => {
          const answers = option === node.question.options.at(-1) ? {} : answersTo(node.advisers);
          return [option, { ...(said as object), answers }];
        }),
      );
  return all;
}

/** Every subject that a person may edit at a gate of these teams. */
const editsOf = (teams: readonly AnyTeam[]): Record<string, Json> =>
  Object.fromEntries(
    teams.flatMap((team) =>
      Object.entries(team.nodes).flatMap(([key, node]): (readonly [string, Json])[] => {
        if (node.kind === 'decision') return [[`decision:${node.decision}`, wordsOf(node)]];
        const sample = node.kind === 'gate' ? sampleOf(node.input) : undefined;
        return sample === undefined ? [] : [[`${team.id}.${key}`, sample]];
      }),
    ),
  );

/** What works below says what its node does, and where it is from. */
const saidBelow = (teams: readonly AnyTeam[], says: Says['says']): Says['says'] => {
  const crossed = (said: Says['says'][string] = {}) =>
    Object.fromEntries(
      Object.entries(said).map(([outcome, value]) => [outcome, { from: `${RUN}/below`, value }]),
    );
  return Object.fromEntries(
    teams.flatMap((team) =>
      Object.entries(team.nodes).flatMap(([key, node]) =>
        node.kind === 'below' ? [[`${team.id}.${key}.run`, crossed(says[node.node.id])]] : [],
      ),
    ),
  ) as Says['says'];
};

function spaceOf(
  { agents, teams = [], machines = [], roles }: Organisation,
  world: World,
  name: string,
  nodes: readonly AnyNode[],
  { full = false }: CheckOptions,
): Space {
  const { says, lacking } = saysOf([...agents, ...machines]);
  const parts = partsOf(nodes);
  if (parts === undefined) lacking.push('an input has no example, and none can be made');
  if (parts === undefined || lacking.length > 0)
    return { name, world, nodes, environment: undefined, lacking };
  const environment = faults(world, {
    system: beginning(roles),
    says: { ...ruledIn(teams, says), ...saidBelow(teams, says) },
    plans: [parts],
    edits: editsOf(teams),
    troubles: full ? {} : { perPath: FAULTS_PER_PATH },
  });
  return { name, world, nodes, environment, lacking };
}

const SCOPE = 'local/check/main';
/** The run that every space begins. */
export const RUN = `${SCOPE}/r1`;

/** What a request begins with, where it is not as in every space that is walked through. */
export interface RequestSample {
  readonly request?: Json;
  readonly planGate?: boolean;
  readonly maxAsks?: number;
  readonly maxParallel?: number;
  readonly budget?: Json;
}

/** A request of somebody to an organisation in which those roles are played. */
export function beginning(roles: Organisation['roles'], sample: RequestSample = {}): Beginning {
  const { request = { text: 'do it', project: '.' }, ...settings } = sample;
  const values: Record<string, Json> = {};
  const put = (contract: string, value: Json): ValueRef => {
    const hash = hashOf(value);
    values[hash] = value;
    return { hash, scope: SCOPE, contract };
  };
  const input = {
    request: put('request', request),
    clarified: put('clarified', { text: '' }),
    catalogue: put('catalogue', []),
    roles,
    planGate: false,
    maxAsks: 1,
    maxParallel: AGENTS,
    deadlineMs: 10_000,
    checkWithinMs: 500,
    personWithinMs: 5_000,
    ...settings,
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
  return { run: RUN, scope: SCOPE, started };
}
