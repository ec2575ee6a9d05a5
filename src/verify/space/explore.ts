import { step } from '../../kernel/step.ts';
import { emptySystem, type Driver, type Incoming, type World } from '../../kernel/system.ts';
import { Compact } from './compact.ts';
import { judge, Search, type SearchProgress, type Verdict } from './search.ts';
import type { Beginning, Environment, Move } from './environment.ts';
import { Plain, type Step } from './plain.ts';
import { control, type Projection } from './projection.ts';
import type { Property } from './properties.ts';
import { incomingOf, nameOf } from './trace.ts';

export interface Limit {
  /** States; default 5,000,000. */
  readonly states?: number;
  /** Edges; default 100,000,000. */
  readonly edges?: number;
}

export interface ExploreOptions {
  readonly environment: Environment;
  readonly properties: readonly Property[];
  readonly limit?: Limit;
  /** True: ends at the first counterexample, with what it has. */
  readonly first?: boolean;
  /** True: every delivery inside of the system is a step of its own; for small instances. */
  readonly deliveries?: boolean;
  /** Letters under way beyond which nothing comes from outside, with `deliveries`; default 3. */
  readonly maxQueued?: number;
  /** True: whole systems through the kernel itself, slowly; implied by `step`. */
  readonly plain?: boolean;
  readonly step?: Step;
  readonly projection?: Projection;
  readonly driver?: Driver;
  /** Told how far the walk has come, every 1,000 states that were expanded. */
  readonly progress?: (seen: SearchProgress) => void;
}

/** A shortest way to where a property does not hold. */
export interface Counterexample {
  readonly property: string;
  /** The events, the first included, that `step` folds to it; none where single deliveries are steps. */
  readonly events: readonly Incoming[];
  /** What the environment did after the first event, in words. */
  readonly moves: readonly string[];
}

export interface Explored {
  /** False: the search stopped before it had seen everything. */
  readonly complete: boolean;
  readonly why?: string;
  readonly states: number;
  readonly edges: number;
  /** Longest of the shortest ways, in events. */
  readonly depth: number;
  /** Calls of XState; of `step` where whole systems are explored. */
  readonly calls: number;
  readonly counterexamples: readonly Counterexample[];
  /** How it stands with each property; `open` where the search stopped too early to say. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

const DEFAULT_MAX_STATES = 5_000_000;
const DEFAULT_MAX_EDGES = 100_000_000;
const DEFAULT_MAX_QUEUED = 3;

/**
 * Walks through everything that can happen to a system, shortest ways first.
 * @throws RangeError for another number of systems than one: messages between several are not explored yet.
 */
export function explore(world: World, options: ExploreOptions): Explored {
  const { environment, properties, limit = {}, first = false } = options;
  const [beginning, ...others] = environment.systems;
  if (beginning === undefined || others.length > 0)
    throw new RangeError(`one system can be explored, not ${environment.systems.length}`);
  const search = new Search(machineryOf(world, beginning, options), properties, {
    states: limit.states ?? DEFAULT_MAX_STATES,
    edges: limit.edges ?? DEFAULT_MAX_EDGES,
    first,
    ...(options.progress && { progress: options.progress }),
  });
  const why = search.run();
  const { broken, verdicts } = judge(search, why === undefined);
  return {
    complete: why === undefined,
    ...(why !== undefined && { why }),
    states: search.machinery.size,
    edges: search.edges,
    depth: search.depth,
    calls: search.machinery.calls,
    counterexamples: broken.map(({ property, moves }) => ({
      property,
      events: options.deliveries === true ? [] : eventsOf(world, beginning, moves, options.step),
      moves: moves.map(nameOf),
    })),
    verdicts,
  };
}

function machineryOf(world: World, beginning: Beginning, options: ExploreOptions) {
  const { environment, projection = control, driver } = options;
  if (options.plain === true || options.step !== undefined)
    return new Plain(world, beginning, {
      environment,
      projection,
      ...(options.step && { step: options.step }),
    });
  return new Compact(world, beginning, {
    environment,
    projection,
    deliveries: options.deliveries ?? false,
    maxQueued: options.maxQueued ?? DEFAULT_MAX_QUEUED,
    ...(driver && { driver }),
  });
}

/** The events of a way, with the instants at which a concrete system takes them. */
function eventsOf(
  world: World,
  { run, scope, started }: Beginning,
  moves: readonly Move[],
  take: Step = step,
): Incoming[] {
  const events: Incoming[] = [started];
  let { system } = take(world, emptySystem(run, scope), started);
  let { at } = started;
  for (const move of moves) {
    const incoming = incomingOf(system, move, at);
    events.push(incoming);
    ({ system } = take(world, system, incoming));
    ({ at } = incoming);
  }
  return events;
}
