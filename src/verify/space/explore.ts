import type { Driver, Incoming, World } from '../../kernel/system.ts';
import { Compact } from './compact.ts';
import { judge, Search, type SearchProgress, type Verdict } from './search.ts';
import type { Environment } from './environment.ts';
import type { Machinery } from './machinery.ts';
import { Several, type Part } from './several.ts';
import { Plain, type Step } from './plain.ts';
import { control, type Projection } from './projection.ts';
import type { Property } from './properties.ts';
import { eventsOf, nameOf } from './trace.ts';

export interface Limit {
  /** States; default 5,000,000. */
  readonly states?: number;
  /** Edges; default 100,000,000. */
  readonly edges?: number;
}

export interface ExploreOptions {
  /** Of one system; of several that tell each other one each, with a fault budget each. */
  readonly environment: Environment | readonly Environment[];
  readonly properties: readonly Property[];
  readonly limit?: Limit;
  /** True: ends at the first counterexample, with what it has. */
  readonly first?: boolean;
  /** True: every delivery inside of the system is a step of its own; for small instances. */
  readonly deliveries?: boolean;
  /** Letters under way beyond which nothing comes from outside, with `deliveries`; default 3. */
  readonly maxQueued?: number;
  /** Messages from one system to another that may be under way at once, with several; default 4. */
  readonly maxUnderWay?: number;
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
  /** The run of each event. */
  readonly runs: readonly string[];
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
const DEFAULT_MAX_UNDER_WAY = 4;

/**
 * Walks through everything that can happen to a system, or to several that tell each other, shortest ways first.
 * @throws RangeError for no system, and for single deliveries, whole systems or a step of one's own with several.
 */
export function explore(world: World, options: ExploreOptions): Explored {
  const { environment, properties, limit = {}, first = false } = options;
  const parts = [environment]
    .flat()
    .flatMap((one) => one.systems.map((beginning): Part => ({ beginning, environment: one })));
  const search = new Search(machineryOf(world, parts, options), properties, {
    states: limit.states ?? DEFAULT_MAX_STATES,
    edges: limit.edges ?? DEFAULT_MAX_EDGES,
    first,
    ...(options.progress && { progress: options.progress }),
  });
  const why = search.run();
  const { broken, verdicts } = judge(search, why === undefined);
  const beginnings = parts.map(({ beginning }) => beginning);
  return {
    complete: why === undefined,
    ...(why !== undefined && { why }),
    states: search.machinery.size,
    edges: search.edges,
    depth: search.depth,
    calls: search.machinery.calls,
    counterexamples: broken.map(({ property, moves }) => ({
      property,
      ...(options.deliveries === true
        ? { events: [], runs: [] }
        : eventsOf(world, beginnings, moves, options.step)),
      moves: moves.map(nameOf),
    })),
    verdicts,
  };
}

function machineryOf(world: World, parts: readonly Part[], options: ExploreOptions): Machinery {
  const { projection = control, driver } = options;
  const [part, ...others] = parts;
  if (part === undefined) throw new RangeError('there is no system to explore');
  const { beginning, environment } = part;
  const isPlain = options.plain === true || options.step !== undefined;
  if (others.length > 0) {
    if (isPlain || options.deliveries === true)
      throw new RangeError('several systems are explored compactly, and at quiescence');
    const maxUnderWay = options.maxUnderWay ?? DEFAULT_MAX_UNDER_WAY;
    return new Several(world, parts, { projection, maxUnderWay, ...(driver && { driver }) });
  }
  if (isPlain)
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
