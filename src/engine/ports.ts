import type { Incoming, Outgoing, System } from '../kernel/system.ts';

/** One event of a run, taken to quiescence and safe in the journal. */
export interface Commit {
  readonly run: string;
  readonly incoming: Incoming;
  readonly outgoing: readonly Outgoing[];
  readonly system: System;
}

/**
 * Runs systems: one event of a run after the other, committed before anybody hears of it.
 * `submit` rejects with a BadEventError for an event that breaks its schema, an UnknownRunError for a run that was never
 * begun, a StoreUnavailableError where it could not be made safe, a VersionUnavailableError for a run that is parked; then the run
 * is as it was before. A `retired` event ends a parked run too; one that has ended it leaves as it is.
 */
export interface Engine {
  submit(run: string, incoming: Incoming): Promise<Commit>;
  /** The run as it stands; undefined for one that was never begun. Rejects with a VersionUnavailableError where it is parked. */
  load(run: string): Promise<System | undefined>;
  /** Hears every commit, in order within a run, before `submit` resolves. Returns how to stop hearing. */
  onCommit(listener: (commit: Commit) => void): () => void;
}
