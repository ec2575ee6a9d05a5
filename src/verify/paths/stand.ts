import { asksPerson, type Fact, type Wish } from '../../../machines/protocol/effects.ts';
import type { Json } from '../../../machines/protocol/values.ts';

/** What hangs on the machine in its run: kept here anew, so that the kernel's own tables are checked against it. */
export interface Open {
  /** By id; true where a person is asked. */
  readonly effects: Readonly<Record<string, boolean>>;
  /** By id; false once it has ended, because an id is never used again. */
  readonly children: Readonly<Record<string, boolean>>;
  readonly timers: Readonly<Record<string, { readonly event: Fact; readonly work: boolean }>>;
}
export const NOTHING_OPEN: Open = { effects: {}, children: {}, timers: {} };

/** Where a machine's end left it. */
export interface Ended {
  readonly outcome: string;
  readonly reason?: string;
  readonly note?: Json;
}

/** One state of a machine's graph. */
export interface Stand {
  /** Value, context, history, what is open and how it ended, as one text. */
  readonly key: string;
  readonly value: Json;
  readonly context: Json;
  readonly history: Readonly<Record<string, readonly string[]>>;
  /** Ids of the atomic states it rests in. */
  readonly resting: readonly string[];
  readonly open: Open;
  readonly ended: Ended | undefined;
}

/** Where an event comes from, as the run knows it. */
export type Source =
  | { readonly kind: 'external'; readonly principal: string }
  | { readonly kind: 'answer'; readonly effect: string }
  | { readonly kind: 'child'; readonly child: string }
  | { readonly kind: 'expiry'; readonly effect: string }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'parent' }
  /** Another system, named in the event. */
  | { readonly kind: 'told' };

/** One event of a path, and where it comes from. */
export interface Offer {
  readonly type: string;
  readonly from: Source;
  readonly fact: Fact;
}

/** True where a work timer stands still. */
export const isAsking = ({ effects }: Open): boolean => Object.values(effects).includes(true);

const without = <T>(table: Readonly<Record<string, T>>, id: string): Record<string, T> =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key !== id));

/** What an event closes by coming in; all but an answer also where it is not taken. */
export function received(open: Open, { from }: Offer): Open {
  switch (from.kind) {
    case 'answer':
    case 'expiry':
      return { ...open, effects: without(open.effects, from.effect) };
    case 'child':
      return { ...open, children: { ...open.children, [from.child]: false } };
    case 'timer':
      return { ...open, timers: without(open.timers, from.timer) };
    case 'external':
    case 'told':
    case 'parent':
      return open;
  }
}

/** What a wish opens or closes; undefined where the run would call it a defect. */
export function granted(open: Open, { type, params }: Wish): Open | undefined {
  switch (type) {
    case 'effect':
      if (Object.hasOwn(open.effects, params.id)) return undefined;
      return { ...open, effects: { ...open.effects, [params.id]: asksPerson(params.kind) } };
    case 'abort':
      return { ...open, effects: without(open.effects, params.id) };
    case 'hand':
    case 'spawn':
      if (Object.hasOwn(open.children, params.id)) return undefined;
      return { ...open, children: { ...open.children, [params.id]: true } };
    case 'timer': {
      const timer = { event: params.event, work: params.work ?? false };
      return { ...open, timers: { ...open.timers, [params.id]: timer } };
    }
    case 'clear':
      return { ...open, timers: without(open.timers, params.id) };
    case 'send':
    case 'tell':
      return open;
  }
}
