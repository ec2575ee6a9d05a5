import type { EffectKind, Fact } from '../../machines/protocol/effects.ts';
import type { EventSchemas } from '../../machines/protocol/events.ts';
import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { Json, Wire } from '../../machines/protocol/values.ts';
import type { DeadLetter, LetterBound } from './dead-letter.ts';
import type { KernelLimits } from './limits.ts';
import type { NodeSpec, Parsed } from './node-spec.ts';
import { Table } from './table.ts';

/** Where an actor stands: XState's snapshot without what can be computed from it. */
export interface ActorState {
  readonly value: Json;
  readonly context: Json;
  /** Ids of the state nodes that history states remember. */
  readonly history?: Readonly<Record<string, readonly string[]>>;
}

export interface ActorRecord {
  readonly machine: string;
  readonly version: number;
  /** The node it plays, where it was handed over by name. */
  readonly node?: { readonly id: string; readonly version: number };
  readonly state: ActorState;
  /** Names the work that it does or waits for, where that is done once at a time. */
  readonly claim?: string;
  readonly ended?: Ending;
}

export interface OpenEffect {
  readonly actor: string;
  readonly id: string;
  /** Where it has the idempotency key of another one: the id of that. */
  readonly key?: string;
  readonly kind: EffectKind;
  readonly params: Json;
  readonly attempt: number;
  readonly withinMs: number;
}

/** An instant of the system; a held one keeps what was left instead. */
export interface SystemTimer {
  readonly actor: string;
  readonly event: Fact;
  readonly dueAt: number;
  /** Stands still while a person is asked at its actor or below. */
  readonly work: boolean;
  readonly leftMs?: number;
  /** The effect whose time this is. */
  readonly effectId?: string;
}

/** A message to another system, numbered for each receiver from 1 on. */
export interface Told {
  readonly run: string;
  /** Its path; empty for the first actor. */
  readonly actor: string;
  readonly seq: number;
  readonly event: Fact;
}

/** What is known of another system, by the numbers of messages. */
export interface Peer {
  /** The last to it, and the last that is known to have arrived there. */
  readonly sent: number;
  readonly arrived: number;
  /** The last that was taken from it. */
  readonly heard: number;
}

/** One run; all plain JSON but for its tables that only grow, which are objects as JSON. */
export interface System {
  readonly format: 1;
  /** `scope/run`: with `#actor` behind it, an address. */
  readonly run: string;
  readonly scope: string;
  /** Committed events so far. */
  readonly seq: number;
  readonly requester: string;
  /** By path: `request`, `request/plan`, … */
  readonly actors: Table<ActorRecord>;
  /** By hash. */
  readonly values: Table<Json>;
  /** By effect id: `key.attempt`. */
  readonly effects: Readonly<Record<string, OpenEffect>>;
  /** By `path:id`. */
  readonly timers: Readonly<Record<string, SystemTimer>>;
  /** Messages to other systems that are not known to have arrived, oldest first. */
  readonly tells: readonly Told[];
  /** By system, once there was a message. */
  readonly peers?: Table<Peer>;
  /** Who has a piece of work in flight or waits for it, by what it is; in order of their beginning. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  readonly dead: readonly DeadLetter[];
  /** Once there were more than the limit. */
  readonly letters?: LetterBound;
  /** Law 10: in = handled + dead at quiescence. */
  readonly accounts: { readonly in: number; readonly handled: number };
  readonly ended?: Ending;
}

/** A system as JSON. */
export interface WrittenSystem extends Omit<System, 'actors' | 'values' | 'peers'> {
  readonly actors: Readonly<Record<string, ActorRecord>>;
  readonly values: Readonly<Record<string, Json>>;
  readonly peers?: Readonly<Record<string, Peer>>;
}

/** What a receiver may have against a message. */
export type ToldFault = 'contract' | 'leak';

interface IncomingBase {
  /** Milliseconds since 1970 by the host's clock. */
  readonly at: number;
  /** The values that the event brings, by hash; parsed at their producer's border. */
  readonly values?: Readonly<Record<string, Json>>;
  /** With which definitions actors began at this event, by path: the step that chose says it, a replay reads it. */
  readonly versions?: Readonly<Record<string, Versions>>;
}

/** An actor's machine, and the node that it plays, each as `id@version`; version 0 where nobody knew it. */
export type Versions = readonly [machine: string, node?: string, settings?: Json];

/** A run without its values: they come with the event. */
export type Unvalued = Omit<WrittenSystem, 'values'>;

/** What comes in from outside of a system; time and principal come in with it. */
export type Incoming = IncomingBase &
  (
    | {
        readonly kind: 'started';
        readonly machine: string;
        readonly input: Json;
        readonly principal: Principal;
      }
    | {
        readonly kind: 'external';
        readonly to: string;
        readonly event: Fact;
        readonly principal: Principal;
      }
    | { readonly kind: 'answer'; readonly effectId: string; readonly event: Fact }
    | { readonly kind: 'timer'; readonly timer: string }
    | {
        readonly kind: 'told';
        readonly from: string;
        readonly seq: number;
        readonly to: string;
        readonly event: Fact;
        /** What its receiver must have heard before. */
        readonly after: number;
        /** Found at the border: it breaks its receiver's schema, or names what may not be read there. */
        readonly fault?: ToldFault;
      }
    | {
        readonly kind: 'arrived';
        readonly run: string;
        readonly seq: number;
        /** True: there is no such system. */
        readonly isLost: boolean;
      }
    | { readonly kind: 'restored' }
    /** A dead letter, counted from 1, comes once more; `event` is what it says, parsed anew. */
    | {
        readonly kind: 'redelivered';
        readonly letter: number;
        readonly event: Fact;
        readonly principal: Principal;
      }
    /** Where the run stands from now on, whatever was before: actors of versions that are gone, in those that there are. */
    | { readonly kind: 'migrated'; readonly system: Unvalued }
    /** The end of a run that nobody can step any more, with the actors that it takes along. */
    | {
        readonly kind: 'retired';
        readonly actors: readonly string[];
        readonly principal: Principal;
      }
  );

/** What a step wants done outside, in order. */
export type Outgoing =
  | {
      readonly kind: 'effect';
      readonly effectId: string;
      readonly key: string;
      readonly effect: OpenEffect;
    }
  | { readonly kind: 'abort'; readonly effectId: string; readonly effect: OpenEffect }
  | { readonly kind: 'handed'; readonly actor: string; readonly node: string }
  | {
      readonly kind: 'ended';
      readonly actor: string;
      readonly ending: Ending;
      /** The node that it was meant for, where it never began. */
      readonly node?: string;
    }
  | {
      readonly kind: 'tell';
      readonly tell: Told;
      /** Those that it refers to: its receiver has none of them. */
      readonly values: Readonly<Record<string, Json>>;
    };

/** What the kernel reads in a machine itself: the protocol's event schemas. The rest is the driver's business. */
export interface Machine {
  readonly schemas: unknown;
}
export interface MachineSchemas {
  readonly events: EventSchemas;
}

export type { NodeSpec, Parsed };

/**
 * Everything a system is interpreted with. Without a version the newest definition, with one exactly that;
 * a definition does not change under its version.
 */
export interface World {
  machine(
    id: string,
    version?: number,
  ): { readonly version: number; readonly logic: Machine } | undefined;
  node(id: string, version?: number): NodeSpec | undefined;
  /** What a wire's `mapped` names, of the machine with that version. */
  mapping(name: string, version: number): ((of: Json) => unknown) | undefined;
  /** Where an actor of a node's version that is gone stands in the newest; undefined where nothing is declared. */
  migrate?(node: NonNullable<ActorRecord['node']>, state: ActorState): ActorState | undefined;
  readonly limits: KernelLimits;
}

/** How the transitions of one actor are taken: pure, or by a live XState actor. Both must be equal. */
export interface Driver {
  start(path: string, logic: Machine, input: unknown): Moved;
  /** Undefined where no transition takes the event. */
  move(path: string, logic: Machine, state: ActorState, event: Fact): Moved | undefined;
  /** The actor has ended. */
  drop(path: string): void;
}

export interface Moved {
  readonly state: ActorState;
  readonly wishes: readonly { readonly type: string; readonly params: unknown }[];
  /** What the machine's final state put out. */
  readonly done?:
    | { readonly outcome: string; readonly value?: Wire; readonly [key: string]: unknown }
    | undefined;
}

/** True for an event that does not need what was before it: a replay may begin there. */
export const isBeginning = ({ kind }: Incoming): boolean =>
  kind === 'migrated' || kind === 'retired';

/** A fresh system in which nothing has happened yet. */
export function emptySystem(run: string, scope: string): System {
  return {
    format: 1,
    run,
    scope,
    seq: 0,
    requester: '',
    actors: Table.of({}),
    values: Table.of({}),
    effects: {},
    timers: {},
    tells: [],
    dead: [],
    accounts: { in: 0, handled: 0 },
  };
}

/** A system as it was before it was written as JSON. */
export function systemOf({ actors, values, peers, ...rest }: WrittenSystem): System {
  return {
    ...rest,
    actors: Table.of(actors),
    values: Table.of(values),
    ...(peers && { peers: Table.of(peers) }),
  };
}

/** The child of the first actor that keeps the run's budget, where there is one. */
export const BUDGET = 'budget';

/** The path of the first actor; empty where nothing has begun. */
export const rootOf = ({ actors }: Pick<System, 'actors'>): string =>
  actors.keys().next().value ?? '';
