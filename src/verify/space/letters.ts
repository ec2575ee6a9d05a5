import type { Json } from '../../../machines/protocol/values.ts';
import type { Cell } from './cell.ts';
import type { Beginning, Move } from './environment.ts';
import { expiry } from './interpreter.ts';
import type { Locals } from './locals.ts';

/** The letter that a move is to the actor that it comes to, by its number; 0 where it is none. */
export function letterOf(
  locals: Locals,
  { started }: Beginning,
  move: Move,
  cell: Cell | undefined,
): number {
  switch (move.kind) {
    case 'answer':
      bring(locals, Object.entries(move.offer.values ?? {}));
      return locals.letter('answer', move.offer.event);
    case 'external': {
      const { event, principal, values } = move.offer;
      bring(locals, Object.entries(values ?? {}));
      const id = principal?.id ?? '';
      const by = { id, isRequester: id === started.principal.id };
      return locals.letter('external', { ...event, by } as typeof event);
    }
    case 'told':
      return locals.letter('told', { ...move.event, from: move.from } as typeof move.event);
    case 'expiry':
      return locals.letter('internal', expiry(move.effect.id));
    case 'timer': {
      const timer = cell?.timers.find(({ id }) => id === move.timer);
      return timer ? locals.letter('internal', timer.event) : 0;
    }
    case 'restored':
    case 'delivered':
      return 0;
  }
}

export type Values = Iterable<readonly [string, Json]>;

/** Puts values into the table. */
export function bring(locals: Locals, values: Values): void {
  for (const [hash, value] of values) locals.values.set(hash, value);
}
