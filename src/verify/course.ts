import { step } from '../kernel/step.ts';
import {
  emptySystem,
  type Incoming,
  type System,
  type World,
  systemOf,
  type WrittenSystem,
} from '../kernel/system.ts';
import type { Cell } from './space/cell.ts';
import { cellsOf, isHeldRightly, remembered, stateKey, type Memory } from './space/control.ts';
import { costOf, movesAt, saidToRoot, type Environment, type Move } from './space/environment.ts';
import { edgeOf, type Step } from './space/plain.ts';
import { control, exact } from './space/projection.ts';
import type { Edge, Property, StateView } from './space/properties.ts';
import { maskOf, seenOn } from './space/search.ts';
import { incomingOf } from './space/trace.ts';

/** What a concrete run goes by. */
export interface Course {
  readonly world: World;
  readonly environment: Environment;
  /** The kernel's own by default. */
  readonly step?: Step;
}

/** Where a concrete run stands, and what of its way there decides how it is judged. */
export interface Stand {
  readonly system: System;
  readonly memory: Memory;
  readonly cells: ReadonlyMap<string, Cell>;
  /** The latest instant so far; milliseconds. */
  readonly at: number;
  /** What the way has cost of the fault budget. */
  readonly faults: number;
}

/** @throws RangeError for an environment without a system. */
export function beforeAll({ environment: { systems } }: Course): Stand {
  const [beginning] = systems;
  if (beginning === undefined) throw new RangeError('there is no system');
  const { run, scope, started } = beginning;
  const system = emptySystem(run, scope);
  return { system, memory: new Map(), cells: new Map(), at: started.at, faults: 0 };
}

/** Everything that the environment may do to a concrete system, by actor in the order of their birth. */
export function enabledIn(environment: Environment, { system, memory }: Stand): Move[] {
  const cells = cellsOf(system, memory, exact);
  const moves = [...cells].flatMap(([actor, cell]) => movesAt(environment, actor, cell));
  const [root = ''] = cells.keys();
  moves.push(...saidToRoot(environment, root));
  if (environment.crashes) moves.push({ kind: 'restored' });
  // A work timer that stands still while a person is asked cannot fire.
  const isHeld = (move: Move): boolean =>
    move.kind === 'timer' && system.timers[`${move.actor}:${move.timer}`]?.leftMs !== undefined;
  return moves.filter((move) => !isHeld(move));
}

/** Takes one event, and says what came of it; a restart goes over what was written down. */
export function advance(
  { world, environment, step: take = step }: Course,
  from: Stand,
  incoming: Incoming,
  move: Move,
): { readonly stand: Stand; readonly edge: Edge } {
  const { system, outgoing } = take(
    world,
    move.kind === 'restored'
      ? systemOf(JSON.parse(JSON.stringify(from.system)) as WrittenSystem)
      : from.system,
    incoming,
  );
  const memory = remembered(from.memory, from.system, system);
  const cells = cellsOf(system, memory, control);
  const cost = Number.isFinite(environment.faultsPerPath) ? costOf(move) : 0;
  const isCharged = cost > 0 && stateKey(cells, control) !== stateKey(from.cells, control);
  const root = environment.systems[0]?.started.machine ?? '';
  const viewOf = (stand: Pick<Stand, 'cells' | 'system'>): StateView => ({
    cells: stand.cells,
    root,
    ended: stand.cells.get(root)?.ended,
    isHeldRightly: isHeldRightly(stand.system),
    queued: 0,
  });
  const stand = {
    system,
    memory,
    cells,
    at: Math.max(from.at, incoming.at),
    faults: from.faults + (isCharged ? cost : 0),
  };
  const views = { before: viewOf(from), after: viewOf(stand) };
  return { stand, edge: edgeOf(move, from.system, system, outgoing, views) };
}

/** The first of the properties that one event breaks; those of whole spaces (`sometimes`, `canEnd`) are not asked. */
export function brokenOn(properties: readonly Property[], edge: Edge): Property | undefined {
  const seen = seenOn(edge);
  const { cells, root } = edge.after;
  return properties.find((property) => {
    switch (property.kind) {
      case 'always':
        return !property.holds(edge.after);
      case 'cells':
        return [...cells.values()].some((cell) => !property.holds(cell, cells.get(root)));
      case 'edges':
        return (maskOf(property) & seen) !== 0 && !property.holds(edge);
      case 'sometimes':
      case 'ends':
        return false;
    }
  });
}

/** States that are looked through for an end. */
const MAX_STATES = 20_000;

/**
 * True where the run can still end from here by such moves alone, within what is left of the fault budget.
 * @throws RangeError where more than 20,000 states would have to be seen to say so.
 */
export function canStillEnd(course: Course, from: Stand, by: (move: Move) => boolean): boolean {
  const keyOf = ({ cells, faults }: Stand): string => `${faults}\n${stateKey(cells, control)}`;
  const { faultsPerPath } = course.environment;
  const seen = new Set([keyOf(from)]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.system.ended !== undefined) return true;
    if (seen.size > MAX_STATES) throw new RangeError(`more than ${MAX_STATES} states, and no end`);
    for (const move of enabledIn(course.environment, at)) {
      if (!by(move) || costOf(move) > faultsPerPath - at.faults) continue;
      const { stand } = advance(course, at, incomingOf(at.system, move, at.at), move);
      if (!seen.has(keyOf(stand))) open.push(stand);
      seen.add(keyOf(stand));
    }
  }
  return false;
}
