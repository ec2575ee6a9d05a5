import type { EffectKind, Fact } from '../../../machines/protocol/effects.ts';
import { asksPerson } from '../../../machines/protocol/effects.ts';
import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import type { ActorState } from '../../kernel/system.ts';

/** An open effect, or one that was open. */
export interface CellEffect {
  readonly id: string;
  readonly kind: EffectKind;
  readonly params: Json;
  readonly attempt: number;
  readonly withinMs: number;
  /** False where the timer that bounds it is gone. */
  readonly isTimed: boolean;
}

/** A timer of the actor itself; those of its effects go with the effects. */
export interface CellTimer {
  readonly id: string;
  readonly event: Fact;
  readonly work: boolean;
}

/** One actor with everything that hangs on it: what the checker interns. Time and place are not in it. */
export interface Cell {
  readonly machine: string;
  readonly version: number;
  readonly node?: { readonly id: string; readonly version: number };
  readonly state: ActorState;
  readonly claim?: string;
  readonly effects: readonly CellEffect[];
  readonly timers: readonly CellTimer[];
  /** The effects that were closed first and last: whose answers may still be on their way. */
  readonly first?: CellEffect;
  readonly last?: CellEffect;
  /** How it ended; under a projection only the root keeps how, the others keep that. */
  readonly ended?: Ending;
}

/** True where the actor itself waits for a person. */
export const isAsking = ({ effects }: Cell): boolean =>
  effects.some(({ kind }) => asksPerson(kind));

/** The cell with what it remembers of a closed effect. */
export const closing = (cell: Cell, effect: CellEffect): Pick<Cell, 'first' | 'last'> => ({
  first: cell.first ?? effect,
  last: effect,
});

/** The parent's path, and nothing for the root. */
export function parentOf(path: string): string | undefined {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? undefined : path.slice(0, cut);
}

/** The id by which a parent knows the actor. */
export const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
