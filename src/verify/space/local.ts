import type { Fact, Tell } from '../../../machines/protocol/effects.ts';
import type { EventKind } from '../../../machines/protocol/events.ts';
import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { CellEffect } from './cell.ts';

/** A child as it begins: its first local step, or the way it ended before it could begin. */
export type Birth = {
  readonly local: Local;
  readonly isHanded: boolean;
  /** Where the same work may be in flight: what begins in its place then. */
  readonly claim?: { readonly name: string; joins(): Local; circles(owner: string): Local };
};

/** What one local step asks of the rest of the system, in order. */
export type Out =
  | {
      readonly kind: 'send';
      readonly child?: string;
      readonly path?: string;
      readonly event: number;
      /** It is given its sender's path. */
      readonly isSigned: boolean;
    }
  | { readonly kind: 'child'; readonly id: string; readonly birth: () => Birth }
  | { readonly kind: 'begun'; readonly effect: CellEffect }
  | { readonly kind: 'tell'; readonly tell: Tell }
  | { readonly kind: 'end'; readonly ending: Ending };

/** One step of one actor: where it came to, and what it asks. */
export interface Local {
  readonly cell: number;
  readonly outs: readonly Out[];
}

/** An event with where it comes from. */
export interface Letter {
  readonly kind: EventKind;
  readonly event: Fact;
}
