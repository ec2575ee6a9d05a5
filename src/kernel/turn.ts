import type { Fact } from '../../machines/protocol/effects.ts';
import type { EventKind } from '../../machines/protocol/events.ts';
import type { Ending, Reason } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { hashOf } from './canonical.ts';
import type {
  ActorRecord,
  DeadReason,
  Driver,
  Machine,
  MachineSchemas,
  OpenEffect,
  Outgoing,
  Peer,
  System,
  SystemTimer,
  World,
} from './system.ts';

/** A message on its way inside the run. */
export interface Letter {
  readonly to: string;
  readonly kind: EventKind;
  readonly event: Fact;
  /** The effect that it answers; open again where nobody takes the answer. */
  readonly answers?: string;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One event being taken to quiescence: a draft of the system, the queue, and what is wanted outside. */
export class Turn {
  readonly world: World;
  readonly driver: Driver;
  readonly at: number;
  actors: System['actors'];
  readonly effects: Record<string, OpenEffect>;
  readonly timers: Record<string, SystemTimer>;
  readonly peers: Record<string, Peer>;
  readonly queue: Letter[] = [];
  readonly outgoing: Outgoing[] = [];
  readonly draft: Draft<
    Pick<System, 'format' | 'run' | 'scope' | 'seq' | 'requester' | 'tells'>
  > & {
    ended: Ending | undefined;
  };
  private table: System['values'];
  private dead: System['dead'];
  private inCount: number;
  private handled: number;

  constructor(
    world: World,
    driver: Driver,
    system: System,
    at: number,
    values: Readonly<Record<string, Json>> | undefined,
  ) {
    this.world = world;
    this.driver = driver;
    this.at = at;
    const { format, run, scope, seq, requester, tells, ended } = system;
    this.draft = { format, run, scope, seq: seq + 1, requester, tells, ended };
    this.actors = system.actors;
    this.table = system.values;
    if (values !== undefined) this.bring(values);
    this.effects = { ...system.effects };
    this.timers = { ...system.timers };
    this.peers = { ...system.peers };
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

  bury({ to, event }: { readonly to: string; readonly event: Fact }, reason: DeadReason): void {
    this.dead = [...this.dead, { seq: this.draft.seq, to, event, reason }];
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

  logicOf(actor: ActorRecord): Machine {
    const machine = this.world.machine(actor.machine);
    if (machine === undefined)
      throw new RangeError(`the machine ${actor.machine} is gone from the world`);
    return machine.logic;
  }

  /** True where the receiver takes events of this type from there. */
  accepts(actor: ActorRecord, kind: EventKind, type: string): boolean {
    const { events } = this.logicOf(actor).schemas as MachineSchemas;
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

  finish(): { readonly system: System; readonly outgoing: readonly Outgoing[] } {
    const { actors, table: values, effects, timers, peers, dead, outgoing } = this;
    const { format, run, scope, seq, requester, tells, ended } = this.draft;
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
      ...(Object.keys(peers).length > 0 && { peers }),
      dead,
      accounts,
    };
    return { system: ended === undefined ? open : { ...open, ended }, outgoing };
  }
}
