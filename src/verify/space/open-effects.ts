import { asksPerson } from '../../../machines/protocol/effects.ts';
import { closing, type Cell, type CellEffect } from './cell.ts';
import type { Move } from './environment.ts';

/** The parts of a cell without one of its effects. */
export function closed(cell: Cell, effect: CellEffect): Pick<Cell, 'effects' | 'first' | 'last'> {
  return {
    effects: cell.effects.filter((other) => other !== effect),
    ...closing(cell, { ...effect, isTimed: true }),
  };
}

/** What a restore makes of a cell: what is issued again, and what counts as hung. */
export function reissued(
  cell: Cell,
  maxAttempts: number,
): { cell: Cell; begun: CellEffect[]; expired: CellEffect[] } {
  let next = cell;
  const begun: CellEffect[] = [];
  const expired: CellEffect[] = [];
  for (const effect of cell.effects) {
    if (asksPerson(effect.kind)) {
      begun.push(effect);
      continue;
    }
    next = { ...next, ...closed(next, effect) };
    if (effect.attempt >= maxAttempts) {
      expired.push(effect);
      continue;
    }
    const again = { ...effect, attempt: effect.attempt + 1, isTimed: true };
    next = { ...next, effects: [...next.effects, again] };
    begun.push(again);
  }
  return { cell: next, begun, expired };
}

/** The cell without the effect or timer that a move uses up. */
export function withoutCause(cell: Cell, move: Move): Cell {
  if (move.kind === 'expiry' || move.kind === 'answer')
    return { ...cell, ...closed(cell, move.effect) };
  if (move.kind !== 'timer') return cell;
  return { ...cell, timers: cell.timers.filter(({ id }) => id !== move.timer) };
}
