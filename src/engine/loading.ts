import { BadSnapshotError } from '../errors/bad-snapshot-error.ts';
import { ReplayMismatchError } from '../errors/replay-mismatch-error.ts';
import type { Incoming, Outgoing, World } from '../kernel/system.ts';
import type { JournalRecord, Store } from '../store/ports.ts';
import { foldedAt } from './checkpoint.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import { bare, fold, recordedOf, type Folded } from './fold.ts';
import { faultIn, migrationOf } from './migrating.ts';
import { readSnapshot, snapshotName } from './snapshots.ts';

/** A run as it was read back. */
export interface Loaded {
  readonly folded: Folded;
  /** The event after which its snapshot was written; 0 for none. */
  readonly keptSeq: number;
  /** Values that are in the journal. */
  readonly written: Set<string>;
  /** What has to be committed before anything else: what it was begun with is gone. */
  readonly migration?: Incoming;
}

/**
 * Reads a run back: from its snapshot, else by its whole journal.
 * @returns undefined for a run that was never begun.
 * @throws VersionUnavailableError where a definition is gone that it needs; ReplayMismatchError where its journal comes to
 *   something else here; BadSnapshotError where that is so and its snapshot names a state that its machine does not have.
 */
export async function loaded(
  world: World,
  store: Store,
  run: string,
  records: readonly JournalRecord[],
): Promise<Loaded | undefined> {
  const recorded = recordedOf(records);
  if (recorded.events.length === 0) return undefined;
  const { checkpoint } = recorded;
  const kept = await readSnapshot(store, run, recorded);
  const isKept = checkpoint === undefined || checkpoint.seq < (kept?.system.seq ?? 0);
  const snapshot = isKept ? kept : foldedAt(checkpoint, recorded);
  const fault = snapshot && faultIn(world, snapshot.system);
  const from = fault === undefined ? snapshot : undefined;
  let folded: Folded;
  try {
    folded = fold(world, run, recorded, from);
  } catch (cause) {
    if (!(cause instanceof ReplayMismatchError) || fault === undefined) throw cause;
    throw new BadSnapshotError(snapshotName(run), run, fault, { cause });
  }
  const { seq } = folded.system;
  const { actor, state } = faultIn(world, folded.system) ?? {};
  if (actor !== undefined) throw new ReplayMismatchError(run, seq, { [actor]: state ?? '' });
  const migration = migrationOf(world, folded.system);
  return {
    folded,
    keptSeq: from?.system.seq ?? 0,
    // What was forgotten may be said again.
    written: new Set(
      Object.keys(recorded.blobs).filter((hash) => recorded.blobs[hash] !== FORGOTTEN),
    ),
    ...(migration && { migration }),
  };
}

/** A run as far as its journal has come, without how it stands. */
export function unread(run: string, records: readonly JournalRecord[]): Loaded {
  const { events, blobs } = recordedOf(records);
  const { seq, digest } = events.at(-1) ?? {};
  return { folded: bare(run, seq, digest), keptSeq: 0, written: new Set(Object.keys(blobs)) };
}

/** Who was begun and has not ended, as the journal alone tells it; who was begun last comes first. */
export function openActors(records: readonly JournalRecord[]): readonly string[] {
  const open = new Set<string>();
  for (const record of records) {
    if (record.kind !== 'committed') continue;
    const { versions = {} } = record.incoming as unknown as Incoming;
    for (const path of Object.keys(versions)) open.add(path);
    for (const item of record.outbox as unknown as readonly Outgoing[])
      if (item.kind === 'ended') open.delete(item.actor);
  }
  return [...open].toReversed();
}
