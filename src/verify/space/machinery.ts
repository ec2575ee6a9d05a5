import type { Move } from './environment.ts';
import type { Edge, StateView } from './properties.ts';

/** How the states of one exploration are made and told apart; the search itself knows no more of them. */
export interface Machinery {
  /** States met so far; they are numbered in the order in which they were met. */
  readonly size: number;
  /** Distinct calls of XState so far. */
  readonly calls: number;
  /** Why no more states can be told apart; nothing while they can. */
  readonly full: string | undefined;
  /** Puts the state after the first event. The edge to it is reported like any other. */
  begin(visit: Visit): void;
  /** Takes every move that the environment has in a state. */
  expand(state: number, visit: Visit): void;
  view(state: number): StateView;
  /** The move of that number, as `visit` was told. */
  move(number: number): Move;
}

/** Told of each edge: the state it leads to, the number of its move, and what came of it. */
export type Visit = (next: number, move: number, edge: Edge) => void;
