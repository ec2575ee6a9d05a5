import { scopeOfRun } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { ReplayMismatchError } from '../errors/replay-mismatch-error.ts';
import { VersionUnavailableError } from '../errors/version-unavailable-error.ts';
import { hashOf } from '../kernel/canonical.ts';
import { MissingVersionError } from '../kernel/missing-version-error.ts';
import { step, type Stepped } from '../kernel/step.ts';
import {
  emptySystem,
  isBeginning,
  type Incoming,
  type Peer,
  type System,
  type World,
} from '../kernel/system.ts';
import { Table } from '../kernel/table.ts';
import type { Checkpoint, JournalRecord } from '../store/ports.ts';
import { FORGOTTEN } from '../store/scrub.ts';

/** A run in memory: the system, and the digest of all that was committed so far. */
export interface Folded {
  readonly system: System;
  readonly digest: string;
}
/** A step, and the digest that it comes to. */
export interface Taken extends Stepped {
  readonly digest: string;
}

/** A run of which nothing is known but how far its journal has come. */
export const bare = (run: string, seq = 0, digest = ''): Folded => ({
  system: { ...emptySystem(run, scopeOfRun(run)), seq },
  digest,
});

/** Before an event: what it needs of it. */
export const standing = (folded: Folded, incoming: Incoming): Folded =>
  isBeginning(incoming) ? bare(folded.system.run, folded.system.seq, folded.digest) : folded;

/** Takes one event further; what says by itself how the run stands needs nothing of what was before it. */
export function taken(world: World, folded: Folded, incoming: Incoming): Taken {
  const before = standing(folded, incoming);
  const stepped = step(world, before.system, incoming);
  return { ...stepped, digest: digestOf(before, stepped) };
}

const NOBODY = Table.of<Peer>({});

/** Chains what one event changed to the digest of all before it. */
export function digestOf(before: Folded, { system, outgoing }: Stepped): string {
  const actors = system.actors.changedSince(before.system.actors);
  const { effects, timers, dead, seq, peers } = system;
  const delta = [before.digest, seq, actors, Object.keys(effects), timers, dead.length, outgoing];
  if (peers === undefined) return hashOf(delta as unknown as Json);
  const told = peers.changedSince(before.system.peers ?? NOBODY);
  return hashOf([...delta, told] as unknown as Json);
}

/** An event as it lies in the journal: its values by their hashes only. */
export interface RecordedEvent {
  readonly seq: number;
  readonly incoming: Incoming;
  readonly digest: string;
}
/** What a run's journal says, ready to be folded. */
export interface Recorded {
  readonly events: readonly RecordedEvent[];
  readonly blobs: Readonly<Record<string, Json>>;
  /** The last one. */
  readonly checkpoint?: Checkpoint;
}

export function recordedOf(records: readonly JournalRecord[]): Recorded {
  const blobs: Record<string, Json> = {};
  const events: RecordedEvent[] = [];
  let checkpoint: Checkpoint | undefined;
  for (const record of records)
    if (record.kind === 'blob') blobs[record.hash] = record.value;
    else if (record.kind === 'forgotten') for (const hash of record.hashes) blobs[hash] = FORGOTTEN;
    else if (record.kind === 'checkpoint') checkpoint = record;
    else if (record.kind === 'committed') events.push(eventOf(record));
  return { events, blobs, ...(checkpoint && { checkpoint }) };
}

type Committed = Extract<JournalRecord, { kind: 'committed' }>;
/** @throws ReplayMismatchError for what no version would have committed. */
export function eventOf({ run, seq, incoming, digest }: Committed): RecordedEvent {
  if (typeof incoming !== 'object' || incoming === null || Array.isArray(incoming))
    throw new ReplayMismatchError(run, seq, {});
  return { seq, incoming: incoming as unknown as Incoming, digest };
}

/** An event as it is journaled: its values are blobs of their own, only their hashes stay. */
export function stripped(incoming: Incoming, after: System): Json {
  const { values, ...rest } = incoming;
  // What was not taken is not kept, nor is its name.
  const kept = Object.keys(values ?? {}).filter((hash) => after.values.has(hash));
  return { ...rest, values: kept } as unknown as Json;
}

/** The event as it came in, its values put back. */
export function restored(incoming: Incoming, blobs: Recorded['blobs']): Incoming {
  const hashes = (incoming.values ?? []) as unknown as readonly string[];
  return {
    ...incoming,
    values: Object.fromEntries(hashes.map((hash) => [hash, blobs[hash] as Json])),
  };
}

/** What a replay begins with: where it stands already, or the last of the events that needs nothing of what was before it. */
export function beginningOf(events: readonly RecordedEvent[], stands: Folded): Folded {
  const before = events[events.findLastIndex(({ incoming }) => isBeginning(incoming)) - 1];
  if (before === undefined || before.seq <= stands.system.seq) return stands;
  return bare(stands.system.run, before.seq, before.digest);
}

/**
 * Takes a recorded event once more.
 * @throws VersionUnavailableError where it needs a definition that is gone; ReplayMismatchError where it comes to something
 *   else than was committed.
 */
export function retaken<T extends Taken>(
  run: string,
  { seq, digest }: RecordedEvent,
  before: Folded,
  take: () => T,
): T {
  const next = unavailable(run, seq, take);
  if (next.digest !== digest || next.system.seq !== seq)
    throw new ReplayMismatchError(run, seq, moved(before.system, next.system));
  return next;
}

/** @throws VersionUnavailableError, or ReplayMismatchError for what this version cannot take as an event at all. */
function unavailable<T>(run: string, seq: number, take: () => T): T {
  try {
    return take();
  } catch (cause) {
    if (!(cause instanceof MissingVersionError))
      throw new ReplayMismatchError(run, seq, {}, { cause });
    throw new VersionUnavailableError(run, cause, undefined, { cause });
  }
}

/** Where those actors stand that an event moved. */
const moved = (before: System, after: System): Record<string, string> =>
  Object.fromEntries(
    after.actors
      .changedSince(before.actors)
      .map(([path, { state }]) => [path, JSON.stringify(state.value)]),
  );

/**
 * Law 11: folds a run's journal from a state on.
 * @throws ReplayMismatchError naming the first event that comes to something else; VersionUnavailableError.
 */
export function fold(
  world: World,
  run: string,
  { events, blobs }: Recorded,
  from: Folded = bare(run),
): Folded {
  let folded = beginningOf(events, from);
  for (const event of events) {
    if (event.seq <= folded.system.seq) continue;
    const before = folded;
    const incoming = restored(event.incoming, blobs);
    folded = retaken(run, event, before, () => taken(world, before, incoming));
  }
  return { system: folded.system, digest: folded.digest };
}
