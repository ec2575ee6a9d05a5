import type { Incoming, System } from '../../kernel/system.ts';
import { effectTimer } from '../../kernel/timers.ts';
import type { CellEffect } from './cell.ts';
import type { Move } from './environment.ts';

const effectIdOf = ({ run }: System, actor: string, { id, attempt }: CellEffect): string =>
  `${run}#${actor}:${id}.${attempt}`;

/** A timer's event at the first instant at which it is due and the system's time does not go back. */
function fired({ timers }: System, timer: string, at: number): Incoming {
  return { kind: 'timer', timer, at: Math.max(at, timers[timer]?.dueAt ?? at) };
}

/**
 * The move as the event of a concrete system, as `step` takes it.
 * @param at milliseconds; a timer moves it on to its instant.
 * @throws RangeError for a delivery, which is no event from outside.
 */
export function incomingOf(system: System, move: Move, at: number): Incoming {
  switch (move.kind) {
    case 'answer': {
      const { event, values = {} } = move.offer;
      const effectId = effectIdOf(system, move.actor, move.effect);
      return { kind: 'answer', effectId, event, values, at };
    }
    case 'external': {
      const { event, values = {}, principal = { id: '', proof: 'embedder' } } = move.offer;
      return { kind: 'external', to: move.actor, event, principal, values, at };
    }
    case 'expiry':
      return fired(system, effectTimer(effectIdOf(system, move.actor, move.effect)), at);
    case 'timer':
      return fired(system, `${move.actor}:${move.timer}`, at);
    case 'restored':
      return { kind: 'restored', at };
    case 'delivered':
      throw new RangeError('a delivery is no event from outside');
  }
}

/** What a move is called in a printed trace. */
export function nameOf(move: Move): string {
  switch (move.kind) {
    case 'answer':
      return `${move.actor} ${move.effect.id}.${move.effect.attempt} ${move.isLate ? 'late ' : ''}${move.offer.name}`;
    case 'external':
      return `${move.actor} ${move.offer.name}`;
    case 'expiry':
      return `${move.actor} ${move.effect.id}.${move.effect.attempt} expires`;
    case 'timer':
      return `${move.actor} ${move.timer} passes`;
    case 'restored':
      return 'crash and restore';
    case 'delivered':
      return 'one delivery';
  }
}
