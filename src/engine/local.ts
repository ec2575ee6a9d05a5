import { asksPerson, type Fact } from '../../machines/protocol/effects.ts';
import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { BadEventError } from '../errors/bad-event-error.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { canonical } from '../kernel/canonical.ts';
import { step } from '../kernel/step.ts';
import { faultOf } from '../kernel/tells.ts';
import {
  rootOf,
  type Incoming,
  type MachineSchemas,
  type Outgoing,
  type System,
  type World,
} from '../kernel/system.ts';
import type { Journal, JournalRecord, Store } from '../store/ports.ts';
import { beginning, digestOf, fold, recordedOf, stripped, type Folded } from './fold.ts';
import type { Commit, Engine } from './ports.ts';
import { readSnapshot, writeSnapshot } from './snapshots.ts';
import { checkpointOf, foldedAt, without } from './checkpoint.ts';
import { FORGOTTEN } from '../store/scrub.ts';

/** A snapshot is written after as many events, or that part of all of them where it is more, and at the end. */
const EVENTS_PER_SNAPSHOT = 64;
const EVENTS_SHARE = 4;
/** Runs that wait on people and stay in memory all the same: those that were asked about last. */
const MAX_WAITING = 64;

interface Resident {
  folded: Folded;
  /** The event after which the last snapshot was written. */
  keptSeq: number;
  /** One event after the other. */
  line: Promise<unknown>;
  /** Events that wait in line or are being committed. */
  pending: number;
  /** Values that are in the journal already. */
  readonly written: Set<string>;
}

/** An event from outside as its receiver's schema makes it, and as a replay will read it. @throws BadEventError. */
function parsedEvent(world: World, system: System, incoming: Incoming): Incoming {
  if (incoming.kind !== 'external' && incoming.kind !== 'answer') return incoming;
  const path =
    incoming.kind === 'external' ? incoming.to : (system.effects[incoming.effectId]?.actor ?? '');
  const machine = world.machine(system.actors.get(path)?.machine ?? '');
  const { type, ...rest } = incoming.event as Fact & Record<string, unknown>;
  const schema = (machine?.logic.schemas as MachineSchemas | undefined)?.events[incoming.kind][
    type
  ];
  // An unknown receiver or event is the kernel's to account for, as a dead letter.
  if (schema === undefined) return incoming;
  const isExternal = incoming.kind === 'external';
  const by = isExternal && { by: { id: incoming.principal.id, isRequester: false } };
  try {
    const parsed = schema.parse({ ...rest, ...by });
    // Who sent it comes with its principal; a replay knows no undefined.
    const kept = canonical({ ...parsed, ...(isExternal && { by: undefined }), type } as never);
    return { ...incoming, event: JSON.parse(kept) as Fact };
  } catch (error) {
    const issues = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new BadEventError(system.run, type, issues);
  }
}

/** A message of another system that its receiver may not take so is marked, and brings nothing. */
function judged(world: World, system: System, incoming: Incoming): Incoming {
  if (incoming.kind !== 'told') return incoming;
  const { from, to, event } = incoming;
  const actor = system.actors.get(to === '' ? rootOf(system) : to);
  const logic = world.machine(actor?.machine ?? '')?.logic;
  const fault = faultOf(logic, system.scope, from, event);
  if (fault === undefined) return incoming;
  const kept = fault === 'leak' ? { type: event.type } : event;
  return { ...incoming, event: kept, values: {}, fault };
}

/** True where only people, time or other runs can move it: nothing of its own work is in flight. */
const isAtRest = ({ ended, effects, tells }: System): boolean =>
  tells.length === 0 &&
  (ended !== undefined || Object.values(effects).every(({ kind }) => asksPerson(kind)));

/** What of an outgoing list is kept: who was handed what, what was begun, aborted and ended. */
function outboxOf(outgoing: readonly Outgoing[]): Json {
  return outgoing.map((item) => {
    if (item.kind === 'tell') return { kind: item.kind, tell: item.tell } as unknown as Json;
    if (item.kind !== 'effect' && item.kind !== 'abort') return item as unknown as Json;
    const { actor, id, kind, attempt } = item.effect;
    return { kind: item.kind, effectId: item.effectId, effect: { actor, id, kind, attempt } };
  });
}

/** Hashes of values that no record brings yet; most events bring none, and their table is the one before. */
function unwritten(before: System, { values }: System, written: ReadonlySet<string>): string[] {
  const hashes: string[] = [];
  if (values === before.values) return hashes;
  for (const [hash] of values.changedSince(before.values))
    if (!written.has(hash)) hashes.push(hash);
  return hashes;
}

/** The default engine: runs of one process over one journal, each event committed before it is heard of. */
export class LocalEngine implements Engine {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #store: Store;
  readonly #residents = new Map<string, Promise<Resident | undefined>>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  /** Those in which nothing is in flight, the one that was asked about last at the end. */
  readonly #waiting = new Set<string>();

  constructor(world: World, journal: Journal, store: Store) {
    this.#world = world;
    this.#journal = journal;
    this.#store = store;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load(run: string): Promise<System | undefined> {
    const resident = await this.#resident(run);
    await resident?.line.catch(() => {});
    if (resident !== undefined) this.#rest(run, resident);
    const system = resident?.folded.system;
    // Its beginning may not have come to the disk.
    return system?.seq === 0 ? undefined : system;
  }

  async submit(run: string, incoming: Incoming): Promise<Commit> {
    const resident = await this.#enter(run, incoming.kind === 'started');
    const turn = resident.line.then(() => this.#commit(run, resident, incoming));
    resident.line = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      resident.pending -= 1;
      this.#rest(run, resident);
    }
  }

  /** What has ended costs no memory, what waits on people hardly any: the next event reads it back. */
  #rest(run: string, { folded: { system }, pending }: Resident): void {
    this.#waiting.delete(run);
    if (pending > 0 || !isAtRest(system)) return;
    if (system.ended !== undefined || system.seq === 0) return void this.#residents.delete(run);
    this.#waiting.add(run);
    if (this.#waiting.size <= MAX_WAITING) return;
    const [longest = run] = this.#waiting;
    this.#waiting.delete(longest);
    void this.#passivate(longest);
  }

  async #passivate(run: string): Promise<void> {
    const resident = await this.#residents.get(run);
    // Somebody may have asked for it since.
    if (resident === undefined || resident.pending > 0 || this.#waiting.has(run)) return;
    this.#residents.delete(run);
    this.#keep(run, resident);
  }

  /** The one resident of a run, with a place in its line taken. */
  async #enter(run: string, mayBegin: boolean): Promise<Resident> {
    for (;;) {
      const loading = this.#resident(run);
      const resident = (await loading) ?? (mayBegin ? this.#begin(run) : undefined);
      if (resident === undefined) throw new UnknownRunError(run);
      // It may have left memory while we waited: then there is, or will be, another one.
      if ((await this.#residents.get(run)) !== resident) continue;
      resident.pending += 1;
      return resident;
    }
  }

  #resident(run: string): Promise<Resident | undefined> {
    const known = this.#residents.get(run);
    if (known !== undefined) return known;
    const loading = this.#read(run);
    this.#residents.set(run, loading);
    // What could not be read, or is not there, is looked for again the next time.
    loading.then(
      (resident) => resident ?? this.#residents.delete(run),
      () => this.#residents.delete(run),
    );
    return loading;
  }

  #begin(run: string): Resident {
    const resident: Resident = {
      folded: beginning(run),
      keptSeq: 0,
      line: Promise.resolve(),
      pending: 0,
      written: new Set(),
    };
    if (!this.#residents.has(run)) this.#residents.set(run, Promise.resolve(resident));
    return resident;
  }

  async #read(run: string): Promise<Resident | undefined> {
    const recorded = recordedOf(await this.#journal.read(run));
    if (recorded.events.length === 0) return undefined;
    const kept = await readSnapshot(this.#store, run, recorded);
    const { checkpoint } = recorded;
    const from =
      checkpoint !== undefined && checkpoint.seq >= (kept?.system.seq ?? 0)
        ? foldedAt(checkpoint, recorded)
        : kept;
    const folded = fold(this.#world, run, recorded, from);
    return {
      folded,
      keptSeq: from?.system.seq ?? 0,
      line: Promise.resolve(),
      pending: 0,
      // What was forgotten may be said again.
      written: new Set(
        Object.keys(recorded.blobs).filter((hash) => recorded.blobs[hash] !== FORGOTTEN),
      ),
    };
  }

  async #commit(run: string, resident: Resident, submitted: Incoming): Promise<Commit> {
    const { system: before } = resident.folded;
    if (before.seq === 0 && submitted.kind !== 'started') throw new UnknownRunError(run);
    const incoming = judged(this.#world, before, parsedEvent(this.#world, before, submitted));
    const stepped = step(this.#world, before, incoming);
    const { system, outgoing } = stepped;
    const digest = digestOf(resident.folded, stepped);
    const hashes = unwritten(before, system, resident.written);
    const records: JournalRecord[] = hashes.map((hash) => ({
      kind: 'blob',
      run,
      hash,
      value: system.values.get(hash) as Json,
    }));
    records.push({
      kind: 'committed',
      run,
      seq: system.seq,
      incoming: stripped(incoming, system),
      outbox: outboxOf(outgoing),
      digest,
    });
    // Until this resolves nothing has happened: a failure leaves the run as it was.
    await this.#journal.append(records, { sync: true });
    for (const hash of hashes) resident.written.add(hash);
    resident.folded = { system, digest };
    const commit = { run, incoming, outgoing, system };
    for (const listener of this.#listeners) listener(commit);
    const since = system.seq - resident.keptSeq;
    // Ever more events, as it grows: else a long run would spend its time on writing itself down.
    if (
      system.ended !== undefined ||
      since >= Math.max(EVENTS_PER_SNAPSHOT, system.seq / EVENTS_SHARE)
    )
      this.#keep(run, resident);
    return commit;
  }

  /** Forgets the words of a run that has ended, or one value; how many. @throws as `Nova.forget`. */
  async forget(run: string, hash?: string): Promise<number> {
    const resident = await this.#enter(run, false);
    const turn = resident.line.then(async () => {
      const { system } = resident.folded;
      if (system.ended === undefined || system.tells.length > 0) throw new RunOpenError(run);
      if (hash !== undefined && !system.values.has(hash))
        throw new BadRequestError(`${run} has no value ${hash}`);
      const gone = hash === undefined ? [...system.values.keys()] : [hash];
      const checkpoint = checkpointOf(resident.folded);
      // The document is derived, and older than what follows: an empty one is taken for none.
      await writeSnapshot(this.#store, run, beginning(run));
      await this.#journal.forget(checkpoint, hash === undefined ? undefined : gone);
      resident.folded = foldedAt(checkpoint, { blobs: without(system.values, gone) });
      for (const one of gone) resident.written.delete(one);
      return gone.length;
    });
    resident.line = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      resident.pending -= 1;
      this.#rest(run, resident);
    }
  }

  #keep(run: string, resident: Resident): void {
    const { folded, keptSeq } = resident;
    if (folded.system.seq === keptSeq) return;
    resident.keptSeq = folded.system.seq;
    // A snapshot is a convenience: the journal has everything, so its loss is nobody's failure.
    void writeSnapshot(this.#store, run, folded).catch(() => {});
  }
}
