import type { Commit, Engine } from '../engine/ports.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { System } from '../kernel/system.ts';
import type { Progress } from './progress.ts';
import { progressOf } from './progress.ts';

interface Watch {
  readonly hear: (commit: Commit) => void;
  readonly told: (progress: Progress) => void;
  wake: () => void;
  trouble: { readonly error: unknown } | undefined;
}

export interface FollowOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Begins, or takes up, what is followed. */
  readonly submit: () => Promise<Pick<Commit, 'system'>>;
  /** What `signal` does. */
  readonly stop: () => Promise<unknown>;
  /** True where the run has come to what is waited for; an ended one always has. Hears every commit. */
  readonly isThere: (system: System) => boolean;
}

/** Whoever waits for a run of this process: until it has ended, or has come to what they wait for. */
export class Following {
  readonly #onTrouble: ((run: string, error: unknown) => void) | undefined;
  /** To be woken by a commit or by trouble. */
  readonly #watches = new Map<string, Set<Watch>>();
  readonly #followed = new Set<Promise<System>>();
  readonly #unhear: () => void;
  #isClosed = false;

  constructor(engine: Engine, onTrouble: ((run: string, error: unknown) => void) | undefined) {
    this.#onTrouble = onTrouble;
    // One for all: with a listener a run, each commit would ask every one of them.
    this.#unhear = engine.onCommit((commit) => {
      for (const watch of this.#watches.get(commit.run) ?? []) watch.hear(commit);
    });
  }

  /** Resolves when nobody waits any more. */
  async idle(): Promise<void> {
    while (this.#followed.size > 0) await Promise.allSettled(this.#followed);
  }

  /** What failed outside of the machines, a store that is gone: whoever waits for that run is told. */
  trouble(run: string, error: unknown): void {
    for (const watch of this.#watches.get(run) ?? []) {
      watch.trouble = { error };
      watch.wake();
    }
    this.#onTrouble?.(run, error);
  }

  /** Something that is no event of the run: it is heard, and nothing comes of it. */
  tell(progress: Progress): void {
    for (const watch of this.#watches.get(progress.run) ?? []) watch.told(progress);
  }

  close(): void {
    this.#isClosed = true;
    this.#unhear();
    for (const run of this.#watches.keys()) this.trouble(run, new ClosedError(run));
  }

  /** Submits, then waits until the run is there. @throws what `trouble` was told of it; ClosedError. */
  async follow(run: string, options: FollowOptions): Promise<System> {
    // Nobody would ever wake it.
    if (this.#isClosed) throw new ClosedError(run);
    const following = this.#settle(run, options);
    this.#followed.add(following);
    const forget = () => this.#followed.delete(following);
    following.then(forget, forget);
    return following;
  }

  async #settle(
    run: string,
    { onProgress, signal, submit, stop, isThere }: FollowOptions,
  ): Promise<System> {
    let latest: System | undefined;
    const hear = (commit: Commit): void => {
      latest = commit.system;
      for (const progress of progressOf(commit)) onProgress?.(progress);
      watch.wake();
    };
    const told = (progress: Progress): void => onProgress?.(progress);
    const watch: Watch = { hear, told, wake: () => {}, trouble: undefined };
    const watches = this.#watches.get(run) ?? new Set();
    this.#watches.set(run, watches.add(watch));
    const stopped = () => void stop().catch((error: unknown) => this.trouble(run, error));
    try {
      const first = (await submit()).system;
      // Later commits may have been heard before this one's promise was.
      if (latest === undefined || latest.seq < first.seq) latest = first;
      signal?.addEventListener('abort', stopped);
      if (signal?.aborted) stopped();
      while (!isThere(latest) && latest.ended === undefined) {
        if (watch.trouble !== undefined) throw watch.trouble.error;
        await new Promise<void>((heard) => {
          watch.wake = heard;
        });
      }
      return latest;
    } finally {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(run);
      signal?.removeEventListener('abort', stopped);
    }
  }
}
