import type { Edge, Graph, Path } from './graph.ts';
import type { Stand } from './stand.ts';

/** Events of one tour; what is left over begins another one. */
const MAX_EVENTS_PER_TOUR = 60;

/** The edges of a graph by the stand they leave. */
export const edgesFrom = (edges: readonly Edge[]): Map<Stand, Edge[]> =>
  Map.groupBy(edges, ({ from }) => from);

/** A path as the edges it goes along. @throws RangeError where it leaves the graph. */
export function along({ beginning }: Graph, leaving: Map<Stand, Edge[]>, path: Path): Edge[] {
  let at = beginning.to;
  return path.offers.map((offer) => {
    const edge = leaving.get(at)?.find((one) => one.offer === offer);
    if (edge === undefined) throw new RangeError('the path leaves the graph');
    at = edge.to;
    return edge;
  });
}

/**
 * Walks that go along the shortest path to every stand, and along every edge at least once: what changes nothing is
 * offered on the way, and a walk that has come to its stand goes on for as long as there is something new.
 */
export function toursOf(graph: Graph): Edge[][] {
  const leaving = edgesFrom(graph.edges);
  const left = new Map([...leaving].map(([stand, edges]) => [stand, new Set(edges)]));
  const walked = new Set<Stand>();
  const tours: Edge[][] = [];
  const take = (tour: Edge[], edge: Edge): void => {
    tour.push(edge);
    left.get(edge.from)?.delete(edge);
  };
  const stay = (tour: Edge[], at: Stand): void => {
    for (const edge of left.get(at) ?? []) {
      if (tour.length >= MAX_EVENTS_PER_TOUR) return;
      if (edge.to === at) take(tour, edge);
    }
  };
  const goOn = (tour: Edge[], from: Stand): void => {
    let at = from;
    while (tour.length < MAX_EVENTS_PER_TOUR) {
      stay(tour, at);
      const rest = [...(left.get(at) ?? [])];
      // What ends the machine comes last, because nothing comes after it.
      const next = rest.find(({ to }) => to.ended === undefined) ?? rest[0];
      if (next === undefined) return;
      take(tour, next);
      at = next.to;
    }
  };
  const walk = (path: Path): void => {
    const tour: Edge[] = [];
    for (const edge of along(graph, leaving, path)) {
      stay(tour, edge.from);
      take(tour, edge);
      walked.add(edge.to);
    }
    goOn(tour, path.to);
    tours.push(tour);
  };
  // The longest first: the shorter ones are their beginnings.
  const paths = graph.shortest.toSorted((a, b) => b.offers.length - a.offers.length);
  for (const path of paths) if (path.offers.length > 0 && !walked.has(path.to)) walk(path);
  for (const path of paths) while ((left.get(path.to)?.size ?? 0) > 0) walk(path);
  return tours;
}

/** The same walks, those that begin alike beside each other. */
export function besideEachOther(
  { edges }: Graph,
  walks: readonly (readonly Edge[])[],
): (readonly Edge[])[] {
  const places = new Map(edges.map((edge, at) => [edge, at]));
  return walks
    .map((walk) => ({ walk, way: walk.map((edge) => places.get(edge) ?? 0) }))
    .toSorted(({ way: one }, { way: other }) => {
      const parting = one.findIndex((place, at) => place !== other[at]);
      return parting < 0 ? -1 : (one[parting] ?? 0) - (other[parting] ?? -1);
    })
    .map(({ walk }) => walk);
}
