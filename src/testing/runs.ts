import { fileURLToPath } from 'node:url';
import { Answer, Ask, Placed } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { AnyAgent } from '../team/agent.ts';
import { parse, type Contract } from '../team/contract.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { AnyNode } from '../team/gathered.ts';
import type { AnyTeam } from '../team/team.ts';
import { laws } from '../verify/laws.ts';
import type { Beginning } from '../verify/space/environment.ts';
import { faults, type PartSample } from '../verify/space/faults.ts';
import { inputsOf } from '../verify/sample.ts';
import type { Property } from '../verify/space/properties.ts';
import {
  beginning,
  promisesOf,
  RUN,
  wholeWorld,
  withRouter,
  type RequestSample,
} from '../verify/spaces.ts';
import type { WrittenWay } from '../verify/way.ts';
import { arbitraryOf } from './arbitrary-of.ts';
import { fc, type Arbitrary } from './fast-check.ts';
import { ScheduleArbitrary, type Run } from './schedule.ts';

/** Parts of one plan. */
const MAX_PARTS = 6;
const DEFAULT_EVENTS = 120;

/** A value as it is behind the border: parsed, with every default in its place. */
function behind(contract: Contract, value: unknown): Json {
  const parsed = parse(contract, value);
  return parsed.ok ? parsed.value : null;
}
const parsedOf = (contract: Contract): Arbitrary<Json> =>
  arbitraryOf(contract).map((value) => behind(contract, value));

/** Values of a contract and of its examples; those alone where chance does not meet it. */
function valuesOf(contract: Contract, examples: readonly unknown[]): Arbitrary<Json> {
  const drawn = parsedOf(contract);
  if (examples.length === 0) return drawn;
  const shown = fc.constantFrom(...examples.map((example) => behind(contract, example)));
  try {
    fc.sample(drawn, { seed: 0, numRuns: 1 });
    return fc.oneof(drawn, shown);
  } catch {
    return shown;
  }
}

const recordOf = <T>(entries: readonly (readonly [string, Arbitrary<T>])[]) =>
  fc.record(Object.fromEntries(entries), { noNullPrototype: true }) as Arbitrary<Record<string, T>>;

/** What people ask for: what their request says, and within which limits it is taken. */
const samples: Arbitrary<RequestSample> = fc.record({
  request: parsedOf(Ask),
  planGate: fc.boolean(),
  maxAsks: fc.integer({ min: 0, max: 2 }),
  maxParallel: fc.integer({ min: 1, max: 3 }),
});

/** How a run of an organisation begins: anybody's words, with or without a gate on the plan. */
export const requests = (organisation: Organisation): Arbitrary<Beginning> =>
  samples.map((sample) => beginning(withRouter(organisation).roles, sample));

/** One declared outcome of an agent or a team, with a value that its contract takes, as it is behind the border. */
export const outcomes = ({
  outcomes: declared,
}: Pick<AnyAgent | AnyTeam, 'outcomes'>): Arbitrary<{ outcome: string; value: Json }> =>
  fc.oneof(
    ...Object.entries(declared).map(([outcome, contract]) =>
      parsedOf(contract).map((value) => ({ outcome, value })),
    ),
  );

/** What is drawn for one run: all that agents and people will say in it, and the plan that is made of it. */
interface Given {
  readonly begin: Beginning;
  readonly says: Record<string, Record<string, Json>>;
  readonly inputs: Record<string, Json>;
  readonly parts: readonly string[];
  readonly edits: Record<string, Json>;
}

function givenOf(organisation: Organisation): Arbitrary<Given> {
  const { agents, teams = [], machines = [], roles } = withRouter(organisation);
  const playing = new Set(Object.values(roles));
  const nodes = [...agents.filter(({ id }) => !playing.has(id)), ...teams, ...machines];
  const gates = teams.flatMap((team) =>
    Object.entries(team.nodes).flatMap(([key, node]): (readonly [string, Arbitrary<Json>])[] => {
      if (node.kind === 'decision')
        return [[`decision:${node.decision}`, parsedOf(node.question.referral)]];
      return node.kind === 'gate' ? [[`${team.id}.${key}`, parsedOf(node.input)]] : [];
    }),
  );
  const saysOf = ({ outcomes: declared, examples }: AnyAgent) =>
    recordOf(
      Object.entries(declared).map(([outcome, of]) => {
        const said = examples.map(({ says }) => (says as Record<string, unknown>)[outcome]);
        return [
          outcome,
          valuesOf(
            of,
            said.filter((value) => value !== undefined),
          ),
        ];
      }),
    );
  const inputOf = (node: AnyNode): Arbitrary<Json> => valuesOf(node.input, inputsOf(node));
  return fc.record({
    begin: requests(organisation),
    says: recordOf(agents.map((agent) => [agent.id, saysOf(agent)])),
    inputs: recordOf(nodes.map((node) => [node.id, inputOf(node)])),
    parts: fc.subarray(
      nodes.map(({ id }) => id),
      { minLength: Math.min(1, nodes.length), maxLength: Math.min(MAX_PARTS, nodes.length) },
    ),
    edits: recordOf([['plan', parsedOf(Placed)], ['release', parsedOf(Answer)], ...gates]),
  });
}

export interface RunsOptions {
  /** Events of one run after its first, at most; default 120. */
  readonly events?: number;
  /** What has to hold after each event, beside the laws. */
  readonly properties?: readonly Property[];
}

/**
 * Whole runs of an organisation, by the same `step`: whole tasks with their turns, tools and gates, and at random every
 * answer, failure, late copy, timer, decision, stop, pause and crash that the environment of `nova check` offers. A run
 * ends where the laws are broken; what shrinks leaves events out by their names, so that it stays a run.
 * What agents say is drawn from their contracts, what promises of machines give from their samples; what tools are asked and return is not control, and a placeholder.
 */
export function runs(
  organisation: Organisation,
  { events = DEFAULT_EVENTS, properties = [] }: RunsOptions = {},
): Arbitrary<Run> {
  const world = wholeWorld(organisation);
  const promises = promisesOf(organisation);
  return new ScheduleArbitrary({
    given: givenOf(organisation),
    courseOf: ({ begin, says, inputs, parts, edits }) => {
      const plan = parts.map((node): PartSample => ({
        id: `part-${node}`,
        node,
        input: inputs[node] as Json,
      }));
      const plans = plan.length === 0 ? [] : [plan];
      return { world, environment: faults(world, { system: begin, says, plans, edits, promises }) };
    },
    propertiesOf: ({ environment }) => [...laws(world, environment), ...properties],
    events,
  });
}

export interface SimulateOptions extends RunsOptions {
  /** Default: another one each time, which the result names. */
  readonly seed?: number;
  /** Default 100. */
  readonly runs?: number;
}

export interface Simulated {
  readonly seed: number;
  /** Runs and events that were taken, without those of shrinking. */
  readonly runs: number;
  readonly events: number;
  /** The first run that broke a property, and what it shrank to. */
  readonly failure?: {
    readonly property: string;
    /** Events of the run as it was drawn, and as it shrank; both up to the one that broke the property. */
    readonly drawn: number;
    readonly shrunk: number;
    readonly run: Run;
  };
}

const DEFAULT_RUNS = 100;

/** Draws runs until one breaks a property, and shrinks that to a short one that breaks the same. */
export function simulated(
  drawn: Arbitrary<Run>,
  { seed, runs: most = DEFAULT_RUNS }: Pick<SimulateOptions, 'seed' | 'runs'> = {},
): Simulated {
  let first: Run | undefined;
  let events = 0;
  const details = fc.check(
    fc.property(drawn, (run) => {
      if (first === undefined) events += run.events.length;
      if (run.broken !== undefined) first ??= run;
      return run.broken === undefined || run.broken.property !== first?.broken?.property;
    }),
    { numRuns: most, ...(seed !== undefined && { seed }) },
  );
  const counted = { seed: details.seed, runs: details.numRuns, events };
  const [run] = details.counterexample ?? [];
  if (run?.broken === undefined || first === undefined) return counted;
  const { property } = run.broken;
  return {
    ...counted,
    failure: { property, drawn: first.events.length, shrunk: run.events.length, run },
  };
}

/**
 * Runs random schedules of a whole organisation, and holds the laws after each event: conservation (10) among them.
 * @returns what was run; where a property was broken, the shortest way to it that was found, as `nova show` goes along it and
 *   `checkWay` keeps it.
 */
export function simulate(
  organisation: Organisation,
  options: SimulateOptions = {},
): Simulated & { readonly way?: WrittenWay } {
  const found = simulated(runs(organisation, options), options);
  if (found.failure === undefined) return found;
  const { property, run } = found.failure;
  const { id, module } = organisation;
  const way = {
    name: 'a simulated request',
    fault: property,
    module: module === undefined ? null : fileURLToPath(module),
    organisation: id,
    run: RUN,
    full: true,
    whole: true,
    moves: [...run.moves],
    events: run.events as unknown as WrittenWay['events'],
  };
  return { ...found, way };
}
