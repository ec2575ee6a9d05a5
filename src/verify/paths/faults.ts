import { canonical } from '../../kernel/canonical.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import type { Edge, Graph } from './graph.ts';
import { replay, type Difference, type Stage } from './replay.ts';
import type { Offer } from './stand.ts';
import { along, edgesFrom } from './tours.ts';

/** Faults in one report; the first are the shortest, and the others mostly follow from them. */
const MAX_FAULTS = 20;

/** Something that must not be, with the events that lead to it. */
export interface PathFault {
  /** The state, and the event that came in. */
  readonly where: string;
  readonly what: string;
  readonly input: Json;
  readonly events: readonly Offer[];
}

/** A walk that went elsewhere. */
export interface Found {
  readonly graph: Graph;
  readonly edges: readonly Edge[];
  readonly difference: Difference;
  readonly by: 'live' | 'engine';
}

const whereOf = (edge: Edge | undefined): string =>
  edge === undefined ? 'at its beginning' : `${canonical(edge.from.value)} on ${edge.offer.type}`;

/** The shortest path to where a walk went wrong, where that goes wrong as well; else the walk so far. */
function shortened(stage: Stage, { graph, edges, difference, by }: Found): PathFault {
  const so = edges.slice(0, difference.afterEvents);
  const last = so.at(-1);
  const path = last && graph.shortest.find(({ to }) => to === last.from);
  const straight = path && [...along(graph, edgesFrom(graph.edges), path), last];
  const again = by === 'live' && straight ? replay(stage, graph, straight) : undefined;
  const isSame = straight !== undefined && again?.afterEvents === straight.length;
  return {
    where: whereOf(last),
    what: isSame ? again.what : difference.what,
    input: graph.input,
    events: (isSame ? straight : so).map(({ offer }) => offer),
  };
}

/** Throws that a path comes to, by the shortest path. */
function thrown(graph: Graph): PathFault[] {
  const leaving = edgesFrom(graph.edges);
  const { input, beginning } = graph;
  const atOnce =
    beginning.threw === undefined
      ? []
      : [{ where: whereOf(undefined), what: `threw ${beginning.threw}`, input, events: [] }];
  return [
    ...atOnce,
    ...graph.shortest.flatMap(({ to, offers }) =>
      (leaving.get(to) ?? [])
        .filter(({ threw }) => threw !== undefined)
        .map((edge) => ({
          where: whereOf(edge),
          what: `threw ${edge.threw}`,
          input,
          events: [...offers, edge.offer],
        })),
    ),
  ];
}

/** One fault for each place, the shortest of them. */
export function faultsOf(
  stage: Stage,
  graphs: readonly Graph[],
  found: readonly Found[],
): PathFault[] {
  const all = [...graphs.flatMap(thrown), ...found.map((one) => shortened(stage, one))];
  const sorted = all.toSorted((a, b) => a.events.length - b.events.length);
  const places = new Map<string, PathFault>();
  for (const fault of sorted) if (!places.has(fault.where)) places.set(fault.where, fault);
  return [...places.values()].slice(0, MAX_FAULTS);
}
