import {
  adjacencyMapToArray,
  getAdjacencyMap,
  getShortestPaths,
  getSimplePaths,
} from '@xstate/graph';
import type { Json } from '../../../machines/protocol/values.ts';
import type { Offer, Stand } from './stand.ts';
import { nameOf, type Move, type Watched } from './watched.ts';

/** Moves of one graph, some 20,000 states; a machine with more needs narrower hints. */
const DEFAULT_MAX_MOVES = 150_000;

/** One event at one stand, and what it did. */
export interface Edge extends Move {
  readonly from: Stand;
  readonly offer: Offer;
}
/** Events from the beginning to a stand. */
export interface Path {
  readonly offers: readonly Offer[];
  readonly to: Stand;
}
export interface Graph {
  readonly input: Json;
  readonly beginning: Move;
  readonly edges: readonly Edge[];
  /** The shortest path to each stand, the beginning's own first. */
  readonly shortest: readonly Path[];
  /** Every path that comes to no stand twice, where they were asked for. */
  readonly simple: readonly Path[];
}

export interface GraphOptions {
  /** Also every path that comes to no state twice; only for small sequential machines. Default false. */
  readonly isSimple?: boolean;
  /** Of each graph; default 150,000. */
  readonly maxMoves?: number;
}

interface StatePath {
  readonly state: unknown;
  readonly steps: readonly { readonly event: unknown }[];
}
/** XState's paths begin with an event of its own for the beginning. */
const pathOf = ({ state, steps }: StatePath): Path => ({
  offers: steps.slice(1).map(({ event }) => event as Offer),
  to: state as Stand,
});

/**
 * Everything that a machine can come to from one input.
 * @param isSimple also every simple path: only for small sequential machines, their number explodes with regions.
 * @param maxMoves of the whole graph; default 150,000.
 * @throws RangeError above it.
 */
export function graphOf(
  watched: Watched,
  input: Json,
  offersAt: (stand: Stand) => readonly Offer[],
  { isSimple = false, maxMoves = DEFAULT_MAX_MOVES }: GraphOptions,
): Graph {
  const beginning = watched.begin(input);
  // A logic of our own in place of the machine: then a state is a stand, and no default event is added to ours.
  const logic = {
    getInitialSnapshot: () => beginning.to,
    transition: (stand: Stand, offer: Offer) => watched.move(stand, offer).to,
  };
  const options = {
    events: offersAt,
    serializeState: ({ key }: Stand) => key,
    serializeEvent: nameOf,
    limit: maxMoves,
  };
  const adjacency = within(maxMoves, () => getAdjacencyMap(logic as never, options as never));
  const edges = adjacencyMapToArray(adjacency).map(({ state, event }) => {
    const from = state as unknown as Stand;
    const offer = event as unknown as Offer;
    return { from, offer, ...watched.move(from, offer) };
  });
  const shortest = getShortestPaths(logic as never, options as never).map(pathOf);
  const simple = isSimple ? getSimplePaths(logic as never, options as never).map(pathOf) : [];
  return { input, beginning, edges, shortest, simple };
}

function within<T>(maxMoves: number, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof Error) || cause.message !== 'Traversal limit exceeded') throw cause;
    throw new RangeError(`more than ${maxMoves} moves: narrow the hints`, { cause });
  }
}
