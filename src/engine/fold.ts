import type { Json } from '../../machines/protocol/values.ts';
import { ReplayMismatchError } from '../errors/replay-mismatch-error.ts';
import { hashOf } from '../kernel/canonical.ts';
import { step, type Stepped } from '../kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../kernel/system.ts';
import type { Checkpoint, JournalRecord } from '../store/ports.ts';
import { FORGOTTEN } from '../store/scrub.ts';

/** A run in memory: the system, and the digest of all that was committed so far. */
export interface Folded {
  readonly system: System;
  readonly digest: string;
}

/** The scope of a run stands before its last slash. */
export const scopeOfRun = (run: string): string => run.slice(0, run.lastIndexOf('/'));

export const beginning = (run: string): Folded => ({
  system: emptySystem(run, scopeOfRun(run)),
  digest: '',
});

/** Chains what one event changed to the digest of all before it. */
export function digestOf(before: Folded, { system, outgoing }: Stepped): string {
  const actors = system.actors.changedSince(before.system.actors);
  const { effects, timers, dead, seq, peers } = system;
  const delta = [before.digest, seq, actors, Object.keys(effects), timers, dead.length, outgoing];
  return hashOf((peers === undefined ? delta : [...delta, peers]) as unknown as Json);
}

/** What a run's journal says, ready to be folded. */
export interface Recorded {
  readonly events: readonly {
    readonly seq: number;
    readonly incoming: Incoming;
    readonly digest: string;
  }[];
  readonly blobs: Readonly<Record<string, Json>>;
  /** The last one. */
  readonly checkpoint?: Checkpoint;
}

export function recordedOf(records: readonly JournalRecord[]): Recorded {
  const blobs: Record<string, Json> = {};
  const events: { seq: number; incoming: Incoming; digest: string }[] = [];
  let checkpoint: Checkpoint | undefined;
  for (const record of records)
    if (record.kind === 'blob') blobs[record.hash] = record.value;
    else if (record.kind === 'forgotten') for (const hash of record.hashes) blobs[hash] = FORGOTTEN;
    else if (record.kind === 'checkpoint') checkpoint = record;
    else if (record.kind === 'committed')
      events.push({
        seq: record.seq,
        incoming: record.incoming as unknown as Incoming,
        digest: record.digest,
      });
  return { events, blobs, ...(checkpoint && { checkpoint }) };
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

/** One event further; undefined for what this version cannot take as an event at all. */
function followed(
  world: World,
  folded: Folded,
  incoming: Incoming,
  blobs: Recorded['blobs'],
): Folded | undefined {
  let stepped: Stepped;
  try {
    stepped = step(world, folded.system, restored(incoming, blobs));
  } catch {
    return undefined;
  }
  return { system: stepped.system, digest: digestOf(folded, stepped) };
}

/**
 * Law 11: folds a run's journal from a state on.
 * @throws ReplayMismatchError naming the first event that comes to something else.
 */
export function fold(
  world: World,
  run: string,
  recorded: Recorded,
  from: Folded = beginning(run),
): Folded {
  let folded = from;
  for (const { seq, incoming, digest } of recorded.events) {
    if (seq <= folded.system.seq) continue;
    const next = followed(world, folded, incoming, recorded.blobs);
    if (next?.digest !== digest || next.system.seq !== seq) throw new ReplayMismatchError(run, seq);
    folded = next;
  }
  return folded;
}
