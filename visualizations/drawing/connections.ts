import type { ChartAction } from '../statechart/actions.ts';
import { statesWithin, type ChartArrow, type ChartState, type Statechart } from '../statechart.ts';
import { blockHeight, blockWidth, drawBlock, lines, type Line } from './blocks.ts';
import type { Placement, Wire } from './elk.ts';
import { arrowThrough } from './lines.ts';
import { element, escaped } from './xml.ts';

/** Everything that leads from one box to another, drawn as one arrow. */
export interface Connection {
  readonly wire: Wire;
  readonly label: readonly Line[];
  /** The whole of it in words, for who points at it. */
  readonly says: string;
  /** True for a line that is less than the others. */
  readonly isQuiet?: boolean;
}

/** Boxes that are no states, by the state they lie in. */
export const initialOf = (id: string): string => `${id} initial`;
export const anywhereIn = (id: string): string => `${id} anywhere`;

const plate = { x: 5, y: 2 };

/** The connections of a chart: transitions with targets, and where each state begins. */
export function connectionsOf({ root, arrows }: Statechart): Connection[] {
  const states = statesWithin(root);
  const pairs = arrows.flatMap((arrow) =>
    arrow.targets.map((to) => ({ arrow, from: departureOf(arrow.source, to, states), to })),
  );
  const groups = Map.groupBy(pairs, ({ from, to }) => JSON.stringify([from, to]));
  const connections = [
    ...states.flatMap((state) => beginnings(state)),
    ...[...groups].flatMap(([id, [first, ...rest]]) =>
      first === undefined
        ? []
        : connection(id, first.from, first.to, [first.arrow, ...rest.map(({ arrow }) => arrow)]),
    ),
  ];
  const inside = new Map(
    states.map(({ id, states: parts }) => [id, [initialOf(id), ...parts.map((state) => state.id)]]),
  );
  return directed(root.id, connections, inside);
}

/**
 * Connections that say which of them lead forward: not back to where the way from the beginning has already been.
 * @param inside what is entered with a box, by its id.
 */
export function directed(
  first: string,
  connections: readonly Connection[],
  inside: ReadonlyMap<string, readonly string[]> = new Map(),
): Connection[] {
  const leaving = Map.groupBy(connections, ({ wire }) => wire.from);
  const back = new Set<string>();
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): void => {
    if (done.has(id)) return;
    done.add(id);
    const next = [...way, id];
    for (const box of inside.get(id) ?? []) visit(box, next);
    for (const { wire } of leaving.get(id) ?? [])
      if (next.includes(wire.to)) back.add(wire.id);
      else visit(wire.to, next);
  };
  visit(first, []);
  return connections.map((one) => ({
    ...one,
    wire: { ...one.wire, isForward: !back.has(one.wire.id) },
  }));
}

/** A state whose transition leads into itself is left from anywhere in it. */
function departureOf(source: string, to: string, states: readonly ChartState[]): string {
  const state = states.find(({ id }) => id === source);
  const leadsInside =
    state !== undefined && source !== to && statesWithin(state).some(({ id }) => id === to);
  return leadsInside ? anywhereIn(source) : source;
}

function beginnings(state: ChartState): Connection[] {
  const from = state.kind === 'history' ? state.id : initialOf(state.id);
  return state.initial.map((to) => ({
    wire: { id: JSON.stringify([from, to, 'initial']), from, to },
    label: [],
    says: state.kind === 'history' ? 'where nothing is remembered' : `${state.key} begins here`,
  }));
}

function connection(
  id: string,
  from: string,
  to: string,
  arrows: readonly ChartArrow[],
): Connection {
  return connectionOf({ id, from, to }, labelOf(arrows), arrows.map(saying).join('\n'));
}

/** A connection whose wire has room for its label. */
export function connectionOf(wire: Wire, label: readonly Line[], says: string): Connection {
  const size = {
    width: blockWidth(label) + 2 * plate.x,
    height: blockHeight(label) + 2 * plate.y,
  };
  return { wire: { ...wire, label: size }, label, says };
}

/** A transition in one line, as UML writes it: `event [guard] / actions`. */
export function saying({ event, guard, actions }: ChartArrow): string {
  const done = actions.map(({ text }) => text).join(', ');
  return [event ?? 'always', guard && `[${guard}]`, done && `/ ${done}`].filter(Boolean).join(' ');
}

/** Events with their guards below them; of the actions only what leaves the machine. */
function labelOf(arrows: readonly ChartArrow[]): Line[] {
  const byEvent = Map.groupBy(arrows, ({ event }) => event);
  return [...byEvent].flatMap(([event, taken]) => [
    ...(event === undefined ? [] : lines('event', event)),
    ...taken.flatMap((arrow) => [
      ...conditionOf(arrow),
      ...arrow.actions.filter(({ isWish }) => isWish).flatMap(wishOf),
    ]),
  ]);
}

function conditionOf({ event, guard }: ChartArrow): Line[] {
  if (guard !== undefined) return lines('guard', `[${guard}]`);
  return event === undefined ? lines('quiet', 'always') : [];
}

export const wishOf = ({ text }: ChartAction): Line[] => lines('does', `▸ ${text}`);

/** The line of a connection, or what is written on it: labels lie over all lines. */
export function drawArrow(
  { wire, label, says, isQuiet }: Connection,
  placed: Placement,
  part: 'line' | 'label',
): string[] {
  const found = placed.wires.get(wire.id);
  if (found === undefined) return [];
  if (part === 'line') return arrowThrough(found.points, isQuiet === true ? 'divider' : 'edge');
  if (found.label === undefined || label.length === 0) return [];
  const { x, y, width, height } = found.label;
  return [
    element(
      'g',
      {},
      element('title', {}, escaped(says)),
      element('rect', { class: 'plate', x, y, width, height, rx: 4 }),
      ...drawBlock(label, x + width / 2, y + plate.y, 'middle'),
    ),
  ];
}
