import { asksPerson } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { VersionUnavailableError } from '../errors/version-unavailable-error.ts';
import type { Incoming, System, World } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import type { Checkpoint, Journal, Store } from '../store/ports.ts';
import { promptsOf } from '../store/scrub.ts';
import { checkpointOf, foldedAt, namedIn, standingOf, without } from './checkpoint.ts';
import { bare, taken } from './fold.ts';
import { loaded, unread, type Loaded } from './loading.ts';
import type { Commit, Engine } from './ports.ts';
import { recordsOf } from './records.ts';
import { writeSnapshot } from './snapshots.ts';
import { judged, parsedEvent } from './taken-in.ts';

/** A snapshot is written after as many events, or that part of all of them where it is more, and at the end. */
const EVENTS_PER_SNAPSHOT = 64;
const EVENTS_SHARE = 4;
/** Values of a system that runs share which it does not need any more: as many are forgotten at once. */
const MAX_UNNEEDED = 64;
/** Runs that wait on people and stay in memory all the same: those that were asked about last. */
const MAX_WAITING = 64;

type Resident = { -readonly [K in keyof Loaded]: Loaded[K] } & {
  /** One event after the other. */
  line: Promise<unknown>;
  /** Events that wait in line or are being committed. */
  pending: number;
};

const residentOf = (read: Loaded): Resident => ({
  ...read,
  line: Promise.resolve(),
  pending: 0,
});

/** True where only people, time or other runs can move it: nothing of its own work is in flight. */
const isAtRest = ({ ended, effects, tells }: System): boolean =>
  tells.length === 0 &&
  (ended !== undefined || Object.values(effects).every(({ kind }) => asksPerson(kind)));

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
    // Its beginning may not have come to the disk.
    if (resident === undefined || resident.folded.system.seq === 0) return undefined;
    const { folded, migration } = resident;
    return migration === undefined ? folded.system : taken(this.#world, folded, migration).system;
  }

  async submit(run: string, incoming: Incoming): Promise<Commit> {
    return this.#inLine(run, incoming.kind, (resident) => this.#take(run, resident, incoming));
  }

  /** Does something with a run when all that came before is done. */
  async #inLine<T>(
    run: string,
    kind: Incoming['kind'] | 'forget',
    work: (resident: Resident) => Promise<T>,
  ): Promise<T> {
    const resident = await this.#enter(run, kind);
    const turn = resident.line.then(() => work(resident));
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
    await this.#keep(run, resident);
  }

  /** The one resident of a run, with a place in its line taken. */
  async #enter(run: string, kind: Incoming['kind'] | 'forget'): Promise<Resident> {
    for (;;) {
      const loading = this.#resident(run);
      const found = await (kind === 'retired' ? this.#orUnread(run, loading) : loading);
      const resident = found ?? (kind === 'started' ? this.#begin(run) : undefined);
      if (resident === undefined) throw new UnknownRunError(run);
      // It may have left memory while we waited: then there is, or will be, another one.
      if ((await this.#residents.get(run)?.catch(() => {})) !== resident) continue;
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
    const forget = () => void (this.#residents.get(run) === loading && this.#residents.delete(run));
    loading.then((resident) => resident ?? forget(), forget);
    return loading;
  }

  /** A parked run can be ended without being read. */
  async #orUnread(run: string, loading: Promise<Resident | undefined>) {
    try {
      return await loading;
    } catch (error) {
      if (!(error instanceof VersionUnavailableError)) throw error;
    }
    const resident = residentOf(unread(run, await this.#journal.read(run)));
    if (!this.#residents.has(run)) this.#residents.set(run, Promise.resolve(resident));
    return resident;
  }

  #begin(run: string): Resident {
    const resident = residentOf({ folded: bare(run), keptSeq: 0, written: new Set() });
    if (!this.#residents.has(run)) this.#residents.set(run, Promise.resolve(resident));
    return resident;
  }

  async #read(run: string): Promise<Resident | undefined> {
    const read = await loaded(this.#world, this.#store, run, await this.#journal.read(run));
    return read && residentOf(read);
  }

  /** What takes the place of definitions that are gone is committed before the first event that comes. */
  async #take(run: string, resident: Resident, incoming: Incoming): Promise<Commit> {
    const { migration } = resident;
    if (migration !== undefined) {
      await this.#commit(run, resident, { ...migration, at: incoming.at });
      delete resident.migration;
    }
    return this.#commit(run, resident, incoming);
  }

  /** Writes down where the runs in memory stand, so that they can be taken up without the definitions of what is past. */
  async close(): Promise<void> {
    const residents = [...this.#residents];
    for (const [run, loading] of residents) {
      const resident = await loading.catch(() => undefined);
      if (resident !== undefined) await this.#keep(run, resident);
    }
  }

  async #commit(run: string, resident: Resident, submitted: Incoming): Promise<Commit> {
    const { system: before } = resident.folded;
    if (submitted.kind === 'retired' && before.ended !== undefined)
      return { run, incoming: submitted, outgoing: [], system: before };
    if (before.seq === 0 && submitted.kind !== 'started') throw new UnknownRunError(run);
    const judgedEvent = judged(this.#world, before, parsedEvent(this.#world, before, submitted));
    const stepped = taken(this.#world, resident.folded, judgedEvent);
    const { system, outgoing, versions, digest } = stepped;
    const incoming = { ...judgedEvent, ...(versions && { versions }) };
    const { records, hashes } = recordsOf(run, before, { ...stepped, incoming }, resident.written);
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
      void this.#keep(run, resident);
    if (sharedIn(run) !== undefined && system.values.size - namedIn(system).size >= MAX_UNNEEDED)
      this.shed(run).catch(() => {});
    return commit;
  }

  /** Forgets the words of a run that has ended, or one value; how many. @throws as `Nova.forget`. */
  forget(run: string, hash?: string): Promise<number> {
    return this.#inLine(run, 'forget', async (resident) => {
      const { system } = resident.folded;
      if (system.ended === undefined || system.tells.length > 0) throw new RunOpenError(run);
      if (hash !== undefined && !system.values.has(hash))
        throw new BadRequestError(`${run} has no value ${hash}`);
      const gone = hash === undefined ? [...system.values.keys()] : [hash];
      const checkpoint = checkpointOf(resident.folded);
      const told = hash === undefined ? [] : promptsOf(await this.#journal.read(run));
      const hashes = hash === undefined ? undefined : [...gone, ...told];
      await this.#scrub(resident, checkpoint, gone, without(system.values, gone), hashes);
      return gone.length;
    });
  }

  /** Forgets some words of a run that has ended: of its values, and of what models were sent in it. @throws as `forget`. */
  strike(run: string, hashes: ReadonlySet<string>): Promise<void> {
    return this.#inLine(run, 'forget', async (resident) => {
      const { system } = resident.folded;
      if (system.ended === undefined || system.tells.length > 0) throw new RunOpenError(run);
      const gone = [...system.values.keys()].filter((hash) => hashes.has(hash));
      const left = without(system.values, gone);
      await this.#scrub(resident, checkpointOf(resident.folded), gone, left, [...hashes]);
    });
  }

  /**
   * Forgets values of a system that goes on, those that it does not need itself.
   * @param of their hashes; default all. @throws StoreUnavailableError.
   */
  shed(run: string, of?: ReadonlySet<string>): Promise<void> {
    return this.#inLine(run, 'forget', async (resident) => {
      const { values, ...system } = resident.folded.system;
      const named = namedIn({ values, ...system });
      const hashes = [...values.keys()].filter(
        (hash) => !named.has(hash) && (of?.has(hash) ?? true),
      );
      if (hashes.length === 0) return;
      const checkpoint = standingOf(resident.folded, new Set(hashes));
      await this.#scrub(resident, checkpoint, hashes, Object.fromEntries(values), hashes);
    });
  }

  async #scrub(
    resident: Resident,
    checkpoint: Checkpoint,
    gone: readonly string[],
    blobs: Readonly<Record<string, Json>>,
    hashes?: readonly string[],
  ): Promise<void> {
    const { run } = checkpoint;
    // The document is derived, and older than what follows: an empty one is taken for none.
    await writeSnapshot(this.#store, run, bare(run));
    await this.#journal.forget(checkpoint, hashes);
    resident.folded = foldedAt(checkpoint, { blobs });
    for (const one of gone) resident.written.delete(one);
  }

  async #keep(run: string, resident: Resident): Promise<void> {
    const { folded, keptSeq } = resident;
    if (folded.system.seq === keptSeq) return;
    resident.keptSeq = folded.system.seq;
    // A snapshot is a convenience: the journal has everything, so its loss is nobody's failure.
    await writeSnapshot(this.#store, run, folded).catch(() => {});
  }
}
