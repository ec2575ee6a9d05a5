import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import type { Facts } from './run-facts.ts';

/** What one write takes; a larger group gains nothing and makes the first in it wait. */
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
/** What may wait for the disk; above it callers are refused, so that a slow disk fills no memory. */
const MAX_QUEUED_BYTES = 256 * 1024 * 1024;

/** What one caller appends. */
export interface Append {
  readonly bytes: Buffer;
  /** Of each record in `bytes`: whose it is, its length, and what it says. */
  readonly records: readonly {
    readonly run: string;
    readonly bytes: number;
    readonly facts: Facts;
  }[];
  readonly sync: boolean;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What waits for the disk: it is written group by group, all callers of a moment together, and nothing else at that time. */
export class AppendQueue {
  readonly #where: string;
  readonly #groupBytes: number;
  readonly #write: (group: readonly Append[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #pumping: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param maxGroupBytes a group goes beyond it only where it is one append. */
  constructor(
    where: string,
    maxGroupBytes: number,
    write: (group: readonly Append[]) => Promise<void>,
  ) {
    this.#where = where;
    this.#groupBytes = Math.min(MAX_GROUP_BYTES, maxGroupBytes);
    this.#write = write;
  }

  /** Resolves when it is written. @throws StoreUnavailableError where too much waits already; what writing throws. */
  add(append: Append): Promise<void> {
    if (this.#bytes + append.bytes.length > MAX_QUEUED_BYTES)
      throw new StoreUnavailableError(
        this.#where,
        'the disk does not keep up with what is written',
      );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ append, resolve, reject });
    this.#bytes += append.bytes.length;
    this.#pumping ??= this.#pump();
    return promise;
  }

  /** Does something while nothing is written. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all that was asked for is done. */
  async idle(): Promise<void> {
    await this.#pumping;
    await this.#turn;
  }

  /** Writes what waits, group by group, until nothing does. Never rejects: each caller gets its answer. */
  async #pump(): Promise<void> {
    // Let everybody of this moment in before the first group is closed.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.alone(() => this.#write(group.map(({ append }) => append)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#pumping = undefined;
  }

  #takeGroup(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const { append } of this.#waiting) {
      if (count > 0 && bytes + append.bytes.length > this.#groupBytes) break;
      bytes += append.bytes.length;
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
