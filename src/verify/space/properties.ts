import type { DeadReason } from '../../kernel/dead-letter.ts';
import type { Tell } from '../../../machines/protocol/effects.ts';
import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { Cell, CellEffect } from './cell.ts';
import type { Move } from './environment.ts';

/** A state as a property sees it. */
export interface StateView {
  /** By path; what has ended below an actor that has ended is left out. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** The path of the first actor. */
  readonly root: string;
  readonly ended: Ending | undefined;
  /** Work timers stand still exactly while a person is asked at their actor or below. */
  readonly isHeldRightly: boolean;
  /** Letters still under way, where every delivery is a step of its own. */
  readonly queued: number;
  /** All systems as they stand, where there are several: this is the one that the event came to. */
  readonly all?: readonly StateView[];
  /** True where every system that can end has ended; only where there are several. */
  readonly isOver?: boolean;
  /** Messages between them that have not arrived. */
  readonly underWay?: number;
}

/** An effect that was issued on an edge, by its actor. */
export interface Begun {
  readonly actor: string;
  readonly effect: CellEffect;
}

/** One event and all that came of it. Reused from edge to edge: keep nothing of it. */
export interface Edge {
  readonly move: Move;
  readonly before: StateView;
  readonly after: StateView;
  readonly begun: readonly Begun[];
  readonly handed: readonly string[];
  readonly ended: readonly { readonly actor: string; readonly ending: Ending }[];
  readonly dead: readonly DeadReason[];
  /** Messages to other systems. */
  readonly tells: readonly Tell[];
  /** Events that came in, and that a transition took. */
  readonly in: number;
  readonly handled: number;
}

/** What may happen on an edge: a property that is about some of it is asked only there. */
export type About = 'begun' | 'handed' | 'ended' | 'restored' | 'late' | 'said';

export type Property =
  | { readonly kind: 'always'; readonly name: string; readonly holds: (s: StateView) => boolean }
  | {
      readonly kind: 'cells';
      readonly name: string;
      readonly holds: (cell: Cell, root: Cell | undefined) => boolean;
    }
  | { readonly kind: 'sometimes'; readonly name: string; readonly holds: (s: StateView) => boolean }
  | {
      readonly kind: 'edges';
      readonly name: string;
      readonly about: readonly About[];
      readonly holds: (edge: Edge) => boolean;
    }
  | { readonly kind: 'ends'; readonly name: string; readonly by: (move: Move) => boolean };

/** Holds in every reachable state. */
export const always = (name: string, holds: (state: StateView) => boolean): Property => ({
  kind: 'always',
  name,
  holds,
});
/** Holds of every actor in every reachable state at rest: asked once for each cell under each root. */
export const everyCell = (
  name: string,
  holds: (cell: Cell, root: Cell | undefined) => boolean,
): Property => ({ kind: 'cells', name, holds });
/** Holds in some reachable state: an exploration that never gets there would prove nothing. */
export const sometimes = (name: string, holds: (state: StateView) => boolean): Property => ({
  kind: 'sometimes',
  name,
  holds,
});
/** Holds of every event that comes to something of that; of every event at all where nothing is named. */
export const everyEdge = (
  name: string,
  about: readonly About[],
  holds: (edge: Edge) => boolean,
): Property => ({ kind: 'edges', name, about, holds });
/**
 * From every reachable state the run can still end by such moves alone; a state that has none of them, or goes round
 * for ever, is a counterexample.
 */
export const canEnd = (name: string, by: (move: Move) => boolean): Property => ({
  kind: 'ends',
  name,
  by,
});
