import type { Fact } from '../../../machines/protocol/effects.ts';
import type { Principal } from '../../../machines/protocol/principal.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import type { Incoming } from '../../kernel/system.ts';
import type { Cell, CellEffect } from './cell.ts';

/** One thing that the world outside may do; an external event where a principal is named, else an answer. */
export interface Offer {
  readonly name: string;
  readonly event: Fact;
  readonly values?: Readonly<Record<string, Json>>;
  readonly principal?: Principal;
  /** What it takes from the fault budget of a path. */
  readonly cost: 0 | 1;
}

/** A system as it begins. */
export interface Beginning {
  readonly run: string;
  readonly scope: string;
  readonly started: Extract<Incoming, { kind: 'started' }>;
}

/** Everything that may happen to a system from outside; faults are events like any other. */
export interface Environment {
  /** One system; several that tell each other have an environment each. */
  readonly systems: readonly Beginning[];
  /** True: the system serves others and never ends by itself. */
  readonly lasts?: boolean;
  /** What may answer an open effect, and what people may say while they are asked. */
  readonly answers: (effect: CellEffect, actor: string) => readonly Offer[];
  /**
   * What may still come to an effect that is closed: late, or a second time, and as often as it will. Asked for the
   * first and the last effect that an actor has closed, and for the first once it has ended: a state that knew every
   * one of them would tell apart what has the same future.
   */
  readonly late: (effect: CellEffect, actor: string) => readonly Offer[];
  /** What may be said to the root at any time. */
  readonly always: readonly Offer[];
  /** True: timers fire. */
  readonly hangs: boolean;
  /** True: the process may end at any time and is restored from JSON. */
  readonly crashes: boolean;
  /** Faults on one path; Infinity where any number may come. */
  readonly faultsPerPath: number;
}

/** One event of the environment, named by actor and effect so that any equal state can take it. */
export type Move = Happening & {
  /** The system that it comes to, where there are several. */
  readonly system?: string;
};
type Happening =
  | {
      readonly kind: 'answer';
      readonly actor: string;
      readonly effect: CellEffect;
      readonly offer: Offer;
      readonly isLate: boolean;
    }
  | { readonly kind: 'external'; readonly actor: string; readonly offer: Offer }
  | { readonly kind: 'expiry'; readonly actor: string; readonly effect: CellEffect }
  | {
      readonly kind: 'timer';
      readonly actor: string;
      readonly timer: string;
      readonly work: boolean;
    }
  | { readonly kind: 'restored' }
  /** A message of another system: the next one, or one that comes twice or before its time. */
  | {
      readonly kind: 'told';
      readonly actor: string;
      readonly from: string;
      readonly event: Fact;
      readonly order: 'next' | 'twice' | 'early';
    }
  /** Only where every delivery is a step of its own. */
  | { readonly kind: 'delivered' };

/** Where others are asked next, it is no fault that time is up. */
const escalates = ({ params }: CellEffect): boolean =>
  (params as { readonly escalates?: boolean } | null)?.escalates === true;

/** What a move takes from the fault budget: an event of time is a fault like a failure. */
export function costOf(move: Move): number {
  switch (move.kind) {
    case 'answer':
    case 'external':
      return move.offer.cost;
    case 'expiry':
      return escalates(move.effect) ? 0 : 1;
    case 'timer':
    case 'restored':
      return 1;
    case 'told':
    case 'delivered':
      return 0;
  }
}

const toMove =
  (actor: string, effect: CellEffect, isLate: boolean) =>
  (offer: Offer): Move =>
    offer.principal === undefined
      ? { kind: 'answer', actor, effect, offer, isLate }
      : { kind: 'external', actor, offer };

/**
 * What may happen at one actor. Timers fire in any order, whatever the clocks say, but for two effects of one actor:
 * the one that was opened first and waits for less time expires first. That is more than real clocks can do, never less.
 * A work timer is offered here and left out by whoever sees that it is held.
 */
export function movesAt(environment: Environment, actor: string, cell: Cell): Move[] {
  const { first, last, effects, timers, ended } = cell;
  const closed = new Set(ended ? [first] : [first, last]);
  const moves = [...closed].flatMap((effect) =>
    effect ? environment.late(effect, actor).map(toMove(actor, effect, true)) : [],
  );
  if (ended) return moves;
  for (const effect of effects)
    moves.push(...environment.answers(effect, actor).map(toMove(actor, effect, false)));
  if (!environment.hangs) return moves;
  const mustWait = (effect: CellEffect): boolean =>
    effects
      .slice(0, effects.indexOf(effect))
      .some((before) => before.isTimed && before.withinMs < effect.withinMs);
  for (const effect of effects)
    if (effect.isTimed && !mustWait(effect)) moves.push({ kind: 'expiry', actor, effect });
  for (const { id, work } of timers) moves.push({ kind: 'timer', actor, timer: id, work });
  return moves;
}

/** What may be said to the root, whatever it does. */
export const saidToRoot = ({ always }: Environment, actor: string): Move[] =>
  always.map((offer) => ({ kind: 'external', actor, offer }));
