import type * as z from 'zod';
import type { EventKind } from '../../machines/protocol/events.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { DeadReason } from '../kernel/dead-letter.ts';

/**
 * One record of the journal. `run` says whose it is; `committed` is written once for each event,
 * `begun` before an effect, `blob` once for each value of a run, before the event that brings it;
 * `checkpoint` and `forgotten` tell that words of a run were forgotten, and which.
 */
export type JournalRecord =
  | {
      readonly kind: 'committed';
      readonly run: string;
      readonly seq: number;
      readonly incoming: Json;
      readonly outbox: Json;
      readonly digest: string;
    }
  | {
      readonly kind: 'begun';
      readonly run: string;
      readonly effectId: string;
      /** The idempotency key under which it is done outside. */
      readonly key: string;
      /** Of a request to a model: what was sent, piece by piece, as blobs. */
      readonly prompt?: readonly string[];
    }
  | { readonly kind: 'blob'; readonly run: string; readonly hash: string; readonly value: Json }
  | Checkpoint
  | { readonly kind: 'forgotten'; readonly run: string; readonly hashes: readonly string[] };

/** What stands in an outbox for an event that was not taken: nobody's words. */
export interface Buried {
  readonly kind: 'dead';
  /** For whom it was. */
  readonly to: string;
  readonly event: string;
  readonly reason: DeadReason;
  /** As what it came to its receiver; null where it did not come so far. */
  readonly as: EventKind | null;
}

/** Where a run that has ended stands: it is folded from here on, as what it came from may be forgotten. */
export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly run: string;
  readonly seq: number;
  readonly digest: string;
  /** Hashes of its values. */
  readonly values: readonly string[];
  /** The system without them, and without words. */
  readonly system: Json;
}

/** What a run was asked and how it ended, as the journal alone tells it. */
export interface RunSummary {
  readonly run: string;
  /** Of its first and its last event; milliseconds since 1970. */
  readonly at: number;
  readonly lastAt: number;
  readonly text: string;
  readonly events: number;
  /** True where it has not ended and a person is being asked. */
  readonly waits: boolean;
  /** Messages to other runs that are not known to have arrived. */
  readonly untold: number;
  /** Events that were not taken, where there are any. */
  readonly letters?: number;
  /** Why it is parked: a definition is gone that it needs; known where the definitions are. */
  readonly parked?: string;
  readonly outcome?: string;
  readonly reason?: string;
}

/** Which runs are listed; all where nothing is said. */
export interface RunQuery {
  /** Those of this scope and below it. */
  readonly scope?: string;
  /** Those that ended so, or are `open` or `waiting`. */
  readonly state?: string;
  /** Those that have something left to do: not ended, or with messages that have not arrived. */
  readonly isOpen?: boolean;
  /** Those with dead letters. */
  readonly hasLetters?: boolean;
  /** Also what runs share, such as the ledgers of their work. */
  readonly withShared?: boolean;
  /** At most so many, the newest. */
  readonly limit?: number;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** How many there are without the limit. */
  readonly total: number;
}

/** What recovery cut off: where, how much and why. */
export interface Dropped {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** Whole ones among those bytes: what a power cut left of a group that had not been synced, or what lay behind damage. */
  readonly records: number;
  readonly why: string;
  /** Where damage was cut off on demand: the file as it was. */
  readonly keptAs?: string;
}

/**
 * The truth: append-only records of all runs.
 * `append` resolves when the records are as safe as asked: with `sync` on the disk (fdatasync, grouped over all
 * callers of the same moment), without it handed to the operating system. Records of one call stay together and in
 * order. It rejects with a StoreUnavailableError where they are not safe, and then none of them counts.
 */
export interface Journal {
  append(records: readonly JournalRecord[], options: { readonly sync: boolean }): Promise<void>;
  /** A run's records in the order in which they were appended; empty for an unknown run. */
  read(run: string): Promise<readonly JournalRecord[]>;
  /** Every run that has a record, in order of its first. */
  runs(): Promise<readonly string[]>;
  /** Runs that have an event, in a line each. */
  list(query?: RunQuery): Promise<RunList>;
  /**
   * Takes words of a run out of the journal, wherever they lie, and appends the checkpoint that it is folded from afterwards with
   * the hashes of what is gone. Once it has begun it is carried out, over crashes.
   * @param hashes the values; undefined: all of them, and what its events brought beside values.
   */
  forget(checkpoint: Checkpoint, hashes?: readonly string[]): Promise<void>;
  /** What the last recovery had to cut off; empty when all was whole. */
  readonly dropped: readonly Dropped[];
  close(): Promise<void>;
}

/**
 * Documents a person may open: replaceable from the journal, parsed by their schema both ways.
 * `read` gives undefined for a document that is missing; it rejects with a CorruptFileError, naming file and
 * place, for one that does not parse, and leaves it as it lies.
 */
export interface Store {
  read<S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | undefined>;
  write<S extends z.ZodType>(name: string, schema: S, value: z.input<S>): Promise<void>;
  /** Names below a prefix, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
