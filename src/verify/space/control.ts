import { asksPerson } from '../../../machines/protocol/effects.ts';
import type { OpenEffect, System } from '../../kernel/system.ts';
import { effectTimer, isWithin } from '../../kernel/timers.ts';
import { closing, parentOf, type Cell, type CellEffect } from './cell.ts';
import { keyOf, type Projection } from './projection.ts';

/** What is remembered of an actor's closed effects, which a system itself does not keep. */
export type Memory = ReadonlyMap<string, Pick<Cell, 'first' | 'last'>>;

function cellEffect(effectId: string, { timers }: System, effect: OpenEffect): CellEffect {
  const { id, kind, params, attempt, withinMs } = effect;
  const isTimed = Object.hasOwn(timers, effectTimer(effectId));
  return { id, kind, params, attempt, withinMs, isTimed };
}

/** The open effects of a system by their actors. */
function effectsOf(system: System): { actor: string; effectId: string; effect: CellEffect }[] {
  return Object.entries(system.effects).map(([effectId, effect]) => ({
    actor: effect.actor,
    effectId,
    effect: cellEffect(effectId, system, effect),
  }));
}

/** What is remembered after a step: the effects that it closed. */
export function remembered(memory: Memory, before: System, after: System): Memory {
  const next = new Map(memory);
  for (const { actor, effectId, effect } of effectsOf(before)) {
    if (Object.hasOwn(after.effects, effectId)) continue;
    next.set(actor, closing((next.get(actor) ?? {}) as Cell, { ...effect, isTimed: true }));
  }
  return next;
}

/** The cells of a concrete system, without what the projection leaves out. */
export function cellsOf(
  system: System,
  memory: Memory,
  projection: Projection,
): ReadonlyMap<string, Cell> {
  const open = effectsOf(system);
  const cells = new Map<string, Cell>();
  const paths = [...system.actors.keys()].toSorted((a, b) => a.length - b.length);
  for (const path of paths) {
    const actor = system.actors.get(path);
    if (actor === undefined) continue;
    const timers = Object.entries(system.timers)
      .filter(([, timer]) => timer.actor === path && timer.effectId === undefined)
      .map(([key, { event, work }]) => ({ id: key.slice(path.length + 1), event, work }));
    const effects = open.filter((one) => one.actor === path).map(({ effect }) => effect);
    const { machine, version, node, state, claim, ended } = actor;
    const parent = parentOf(path);
    const isShort = ended !== undefined && !projection.isExact && parent !== undefined;
    const cell: Cell = {
      machine,
      version,
      ...(node && { node }),
      state,
      ...(claim !== undefined && { claim }),
      effects,
      timers,
      ...memory.get(path),
      ...(ended && { ended: isShort ? { outcome: 'ended' } : ended }),
    };
    if (!isForgotten(cell, path, cells, projection)) cells.set(path, cell);
  }
  return cells;
}

function isForgotten(
  cell: Cell,
  path: string,
  above: ReadonlyMap<string, Cell>,
  { isExact, forgets }: Projection,
): boolean {
  const parentPath = parentOf(path);
  const isGone = cell.ended !== undefined && cell.effects.length + cell.timers.length === 0;
  if (isExact || !isGone || parentPath === undefined) return false;
  const parent = above.get(parentPath);
  if (parent === undefined || parent.ended !== undefined) return true;
  return forgets(parent, path.slice(parentPath.length + 1));
}

/** True where exactly the work timers of those at or below whom a person is asked stand still. */
export function isHeldRightly({ effects, timers }: System): boolean {
  const askers = Object.values(effects).filter(({ kind }) => asksPerson(kind));
  return Object.values(timers).every(({ actor, work, leftMs }) => {
    const isHeld = work && askers.some((asker) => isWithin(asker.actor, actor));
    return isHeld === (leftMs !== undefined);
  });
}

/** The text by which whole states are told apart. */
export function stateKey(cells: ReadonlyMap<string, Cell>, projection: Projection): string {
  return [...cells]
    .map(([path, cell]) => `${path} ${keyOf(cell, projection)}`)
    .toSorted()
    .join('\n');
}
