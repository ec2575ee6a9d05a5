import { live } from '../../kernel/live.ts';
import type { Machine, MachineSchemas } from '../../kernel/system.ts';
import { viewOf } from '../lint/view.ts';
import { coverageOf, type Coverage, type Uncovered } from './coverage.ts';
import { replayOnEngine, sampled } from './engine-replay.ts';
import { faultsOf, type Found, type PathFault } from './faults.ts';
import { graphOf, type Edge, type Graph, type GraphOptions } from './graph.ts';
import { valuesOf, type Hints } from './hints.ts';
import { idleIn, type Idle } from './idle.ts';
import { offersFor } from './offers.ts';
import { worldAround } from './puppets.ts';
import { replay, type Runner, type Stage, type Trail } from './replay.ts';
import { along, besideEachOther, edgesFrom, toursOf } from './tours.ts';
import { Watched } from './watched.ts';

/** Paths that also go through the engine, of each graph. */
const DEFAULT_ENGINE_PATHS = 12;

export interface PathsOptions extends GraphOptions {
  readonly hints: Hints;
  /** What is held against the pure step; default live actors of XState. */
  readonly beside?: Runner;
  /** Chooses the paths that go through the engine; default 1. */
  readonly seed?: number;
  /** How many of them in each graph; default 12. */
  readonly enginePaths?: number;
}

export interface PathsReport {
  readonly machine: string;
  /** States of all graphs: value, context, and what is open around the machine. */
  readonly states: number;
  readonly transitions: Coverage['transitions'];
  /** Of an atomic state and an event that the machine declares. */
  readonly pairs: Coverage['pairs'];
  readonly uncovered: readonly Uncovered[];
  readonly replayed: {
    readonly paths: number;
    readonly events: number;
    readonly enginePaths: number;
  };
  /** What went elsewhere than the machine alone, or threw, each by its shortest path. */
  readonly faults: readonly PathFault[];
  /** Where it waits on nothing that must come: only somebody outside leads on. */
  readonly idle: readonly Idle[];
}

/** The walks of a graph: along every shortest path and every edge, and along the simple paths that were asked for. */
function walksOf(graph: Graph): Edge[][] {
  const leaving = edgesFrom(graph.edges);
  const simple = graph.simple.filter(({ offers }) => offers.length > 0);
  return [...toursOf(graph), ...simple.map((path) => along(graph, leaving, path))];
}

/**
 * Takes a machine, alone, along the shortest path to everything it can come to and along every event there, and holds
 * that against the pure step, live actors, and for a seeded sample the engine with a restart in the middle.
 * @throws RangeError where a graph is above its limit, TypeError where a schema needs a hint.
 */
export async function paths(machine: Machine, options: PathsOptions): Promise<PathsReport> {
  const { hints, beside = live, seed = 1 } = options;
  const { refs, table } = valuesOf(hints);
  const offersAt = offersFor((machine.schemas as MachineSchemas).events, hints, refs);
  const watched = new Watched(machine);
  const stage: Stage = { world: worldAround(machine), values: table, beside };
  const replayed = { paths: 0, events: 0, enginePaths: 0 };
  const found: Found[] = [];
  const graphs = hints.inputs(refs).map((input) => graphOf(watched, input, offersAt, options));
  for (const graph of graphs) {
    const walks = walksOf(graph);
    const trail: Trail = [];
    // A machine that ends at once is still begun.
    for (const edges of walks.length === 0 ? [[]] : besideEachOther(graph, walks)) {
      const difference = replay(stage, graph, edges, trail);
      replayed.paths += 1;
      replayed.events += edges.length;
      if (difference !== undefined) found.push({ graph, edges, difference, by: 'live' });
    }
    for (const edges of sampled(walks, options.enginePaths ?? DEFAULT_ENGINE_PATHS, seed)) {
      const difference = await replayOnEngine(stage, graph, edges);
      replayed.enginePaths += 1;
      if (difference !== undefined) found.push({ graph, edges, difference, by: 'engine' });
    }
  }
  return {
    machine: viewOf(machine).id,
    states: graphs.reduce((sum, { shortest }) => sum + shortest.length, 0),
    ...coverageOf(machine, graphs),
    replayed,
    faults: faultsOf(stage, graphs, found),
    idle: idleIn(graphs),
  };
}
