// The space of one system as @xstate/graph walks through it: its own search, over the same step and the same environment.
import { getAdjacencyMap } from '@xstate/graph';
import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../src/kernel/system.ts';
import { isWithin } from '../../src/kernel/timers.ts';
import { isAsking } from '../../src/verify/space/cell.ts';
import { cellsOf, remembered, stateKey, type Memory } from '../../src/verify/space/control.ts';
import {
  movesAt,
  saidToRoot,
  type Environment,
  type Move,
} from '../../src/verify/space/environment.ts';
import { control } from '../../src/verify/space/projection.ts';
import { incomingOf } from '../../src/verify/space/trace.ts';

type Stand = Snapshot<unknown> & {
  readonly system: System;
  readonly memory: Memory;
  readonly at: number;
};
type Taken = EventObject & { readonly number: number; readonly move: Move };

const cellsAt = ({ system, memory }: Stand) => cellsOf(system, memory, control);

function enabled(environment: Environment, stand: Stand): Move[] {
  const cells = cellsAt(stand);
  const asking = [...cells].filter(([, cell]) => isAsking(cell)).map(([path]) => path);
  const [root = ''] = cells.keys();
  const moves = [...cells].flatMap(([path, cell]) => movesAt(environment, path, cell));
  const isHeld = (move: Move): boolean =>
    move.kind === 'timer' && move.work && asking.some((path) => isWithin(path, move.actor));
  const restored = environment.crashes ? [{ kind: 'restored' } as const] : [];
  return [...saidToRoot(environment, root), ...restored, ...moves.filter((move) => !isHeld(move))];
}

/** The numbers of states and edges to which `getAdjacencyMap` comes; for environments without a fault budget. */
export function adjacency(
  world: World,
  environment: Environment,
): { states: number; edges: number } {
  const [beginning] = environment.systems;
  if (beginning === undefined) throw new RangeError('no system');
  const { run, scope, started } = beginning;
  const take = (stand: Pick<Stand, 'system' | 'memory' | 'at'>, incoming: Incoming): Stand => {
    const { system } = step(world, stand.system, incoming);
    const memory = remembered(stand.memory, stand.system, system);
    const at = Math.max(stand.at, incoming.at);
    return { status: 'active', output: undefined, error: undefined, system, memory, at };
  };
  const logic: ActorLogic<Stand, Taken> = {
    transition: (stand, { move }) => take(stand, incomingOf(stand.system, move, stand.at)),
    getInitialSnapshot: () =>
      take({ system: emptySystem(run, scope), memory: new Map(), at: started.at }, started),
    getPersistedSnapshot: (stand) => stand,
  };
  const map = getAdjacencyMap(logic, {
    events: (stand: Stand) =>
      enabled(environment, stand).map((move, number) => ({ type: move.kind, number, move })),
    serializeState: (stand: Stand) => stateKey(cellsAt(stand), control),
    serializeEvent: ({ number }: Taken) => String(number),
    limit: Infinity,
  } as never);
  const rows = Object.values(map);
  const edges = rows.reduce((sum, { transitions }) => sum + Object.keys(transitions).length, 0);
  return { states: rows.length, edges };
}
