import { barrierTo, type DeadLetter, type DeadReason, type LetterBound } from './dead-letter.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import type { EventKind } from '../../machines/protocol/events.ts';
import type { Ending, Reason } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { hashOf } from './canonical.ts';
import { MissingVersionError } from './missing-version-error.ts';
import type {
  ActorRecord,
  Driver,
  Incoming,
  Machine,
  MachineSchemas,
  NodeSpec,
  OpenEffect,
  Outgoing,
  Peer,
  System,
  SystemTimer,
  Versions,
  World,
} from './system.ts';
import { Table } from './table.ts';

/** A message on its way inside the run. */
export interface Letter {
  readonly to: string;
  readonly kind: EventKind;
  readonly event: Fact;
  /** The effect that it answers; open again where nobody takes the answer. */
  readonly answers?: string;
}

export interface Stepped {
  readonly system: System;
  readonly outgoing: readonly Outgoing[];
  /** What a replay must be told, where an actor began. */
  readonly versions?: Incoming['versions'];
}

const NO_PEERS = Table.of<Peer>({});

const versionIn = (name: string | undefined): number | undefined =>
  name === undefined ? undefined : Number(name.slice(name.lastIndexOf('@') + 1));

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One event being taken to quiescence: a draft of the system, the queue, and what is wanted outside. */
export class Turn {
  readonly world: World;
  readonly driver: Driver;
  readonly at: number;
  actors: System['actors'];
  readonly effects: Record<string, OpenEffect>;
  readonly timers: Record<string, SystemTimer>;
  peers: Table<Peer>;
  readonly claims: Record<string, readonly string[]>;
  /** Claims whose owner has ended, until those who wait are told. */
  readonly freed: { readonly claim: string; readonly ending: Ending }[] = [];
  readonly queue: Letter[] = [];
  /** Letters that were delivered. */
  deliveries = 0;
  readonly outgoing: Outgoing[] = [];
  /** With which definitions actors begin. */
  readonly versions: Record<string, Versions> = {};
  /** Settings that are kept with them. */
  readonly varied: Record<string, Json> = {};
  readonly draft: Draft<
    Pick<System, 'format' | 'run' | 'scope' | 'seq' | 'requester' | 'tells'>
  > & {
    ended: Ending | undefined;
    letters: LetterBound | undefined;
  };
  private table: System['values'];
  private dead: System['dead'];
  private inCount: number;
  private handled: number;
  /** Of a replay: with which definitions actors began then. */
  private readonly recorded: Incoming['versions'];

  constructor(world: World, driver: Driver, system: System, incoming: Incoming) {
    // A message's values come in only where it is taken.
    const values = incoming.kind === 'told' ? undefined : incoming.values;
    this.world = world;
    this.driver = driver;
    this.at = incoming.at;
    this.recorded = incoming.versions;
    const { format, run, scope, seq, requester, tells, ended, letters } = system;
    this.draft = { format, run, scope, seq: seq + 1, requester, tells, ended, letters };
    this.actors = system.actors;
    this.table = system.values;
    if (values !== undefined) this.bring(values);
    this.effects = { ...system.effects };
    this.timers = { ...system.timers };
    this.peers = system.peers ?? NO_PEERS;
    this.claims = { ...system.claims };
    this.dead = system.dead;
    this.inCount = system.accounts.in;
    this.handled = system.accounts.handled;
  }

  get scope(): string {
    return this.draft.scope;
  }

  /** The address of an actor of this run. */
  address(path: string): string {
    return `${this.draft.run}#${path}`;
  }

  post(letter: Letter): void {
    this.inCount += 1;
    this.queue.push(letter);
  }

  take(): void {
    this.handled += 1;
  }

  bury({ to, event, kind }: Pick<DeadLetter, 'to' | 'event' | 'kind'>, reason: DeadReason): void {
    const { seq } = this.draft;
    this.dead = [...this.dead, { seq, to, event, reason, ...(kind !== undefined && { kind }) }];
  }

  /** Takes a letter, counted from 1, to be delivered again: once. Undefined where it may not be. */
  exhume(at: number): DeadLetter | undefined {
    const letter = this.dead[at - 1];
    if (letter === undefined || barrierTo(letter, this.draft.ended !== undefined) !== undefined)
      return undefined;
    this.dead = this.dead.with(at - 1, { ...letter, again: this.draft.seq });
    return letter;
  }

  /** How many dead letters there are. */
  get buried(): number {
    return this.dead.length;
  }

  /** Accounts for an event that is the kernel's own. */
  account(): void {
    this.inCount += 1;
    this.handled += 1;
  }

  /** Accounts for an event that came in and could not even be queued. */
  refuse(to: string, event: Fact, reason: DeadReason): void {
    this.inCount += 1;
    this.bury({ to, event }, reason);
  }

  /** The machine that an actor begins with: the one of then, else the one that is wanted, else the newest. */
  machineFor(path: string, id: string, wanted?: number): ReturnType<World['machine']> {
    const then = versionIn(this.recorded?.[path]?.[0]);
    return this.found(path, `machine ${id}`, then, () => this.world.machine(id, then ?? wanted));
  }

  /** The node that is played at a path, by the same order. */
  nodeFor(path: string, id: string, wanted?: number): NodeSpec | undefined {
    const then = versionIn(this.recorded?.[path]?.[1]);
    return this.found(path, `node ${id}`, then, () => this.world.node(id, then ?? wanted));
  }

  /** What a node is begun with at a path: as then, where it may be otherwise now. */
  settingsFor(
    path: string,
    { settings, isVaried = false }: Pick<NodeSpec, 'settings' | 'isVaried'>,
  ): Json {
    const then = this.recorded?.[path]?.[2] ?? settings;
    if (isVaried) this.varied[path] = then;
    return then;
  }

  private found<T>(path: string, what: string, then: number | undefined, find: () => T): T {
    const found = find();
    // Version 0 was nobody then, and is nobody still.
    if (found === undefined && then) throw new MissingVersionError(path, what, then);
    return found;
  }

  /** The machine that an actor began with. @throws MissingVersionError. */
  logicOf(path: string, { machine, version }: ActorRecord): Machine {
    const found = this.world.machine(machine, version);
    if (found === undefined) throw new MissingVersionError(path, `machine ${machine}`, version);
    return found.logic;
  }

  /** True where the receiver takes events of this type from there. */
  accepts(path: string, actor: ActorRecord, kind: EventKind, type: string): boolean {
    const { events } = this.logicOf(path, actor).schemas as MachineSchemas;
    return Object.hasOwn(events[kind] ?? {}, type);
  }

  /** The values of the run by hash. */
  get values(): System['values'] {
    return this.table;
  }

  /** Takes values that an event brings. */
  bring(values: Readonly<Record<string, Json>>): void {
    for (const hash of Object.keys(values)) this.put(hash, values[hash] as Json);
  }

  /** Puts a value into the table, under the run's own label, and returns its reference. */
  keep(contract: string, value: Json): ValueRef {
    const hash = hashOf(value);
    this.put(hash, value);
    return { hash, scope: this.scope, contract };
  }

  private put(hash: string, value: Json): void {
    if (!this.table.has(hash)) this.table = this.table.with(hash, value);
  }

  /** Writes down an actor. */
  record(path: string, actor: ActorRecord): void {
    this.actors = this.actors.with(path, actor);
  }

  /** An ending with its explanation as a value. */
  badEnd(outcome: 'failed' | 'refused', reason: Reason, note?: string): Ending {
    if (note === undefined) return { outcome, reason };
    return { outcome, reason, note: this.keep('note', note) };
  }

  finish(): Stepped {
    const {
      actors,
      table: values,
      effects,
      timers,
      peers,
      claims,
      dead,
      outgoing,
      versions,
    } = this;
    const { format, run, scope, seq, requester, tells, ended, letters } = this.draft;
    const accounts = { in: this.inCount, handled: this.handled };
    const open = {
      format,
      run,
      scope,
      seq,
      requester,
      actors,
      values,
      effects,
      timers,
      tells,
      // Most runs never speak with another one.
      ...(peers.size > 0 && { peers }),
      ...(Object.keys(claims).length > 0 && { claims }),
      dead,
      ...(letters !== undefined && { letters }),
      accounts,
    };
    const chosen = Object.keys(versions).length > 0 && { versions };
    return { system: ended === undefined ? open : { ...open, ended }, outgoing, ...chosen };
  }
}
