import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';

/** What runs were told and may not have on record yet: it is not forgotten behind their backs, nor told while it is being forgotten. */
export class Knowing {
  readonly #engine: LocalEngine;
  /** How often each is being forgotten just now. */
  readonly #leaving = new Map<string, number>();
  /** When something last left, counted. */
  readonly #left = new Map<string, number>();
  #count = 0;
  /** By run that has not ended. */
  readonly #told = new Map<string, Set<string>>();

  constructor(engine: LocalEngine) {
    this.#engine = engine;
    engine.onCommit(({ run, system }) => system.ended && this.#told.delete(run));
  }

  /** To be asked before something is looked up that is to be told. */
  now(): number {
    return this.#count;
  }

  /** False while it is being forgotten, and where it was looked up before that. */
  mayTell(what: string, since: number): boolean {
    return !this.#leaving.has(what) && (this.#left.get(what) ?? 0) <= since;
  }

  note(run: string, what: readonly string[]): void {
    this.#told.set(run, new Set([...(this.#told.get(run) ?? []), ...what]));
  }

  /** Begins a run; where that fails it has nothing of what it was told. */
  async beginning<T>(run: string, begin: () => Promise<T>): Promise<T> {
    try {
      return await begin();
    } catch (error) {
      const begun = await this.#engine.load(run).catch(() => run);
      if (begun === undefined) this.#told.delete(run);
      throw error;
    }
  }

  /** Has some things forgotten; none of them is told meanwhile. @throws RunOpenError for a run that was told of one and has not ended. */
  async leave<T>(what: readonly string[], forget: () => Promise<T>): Promise<T> {
    for (const one of what) this.#leaving.set(one, (this.#leaving.get(one) ?? 0) + 1);
    try {
      for (const [run, told] of this.#told)
        if (
          what.some((one) => one !== run && told.has(one)) &&
          (await this.#engine.load(run))?.ended === undefined
        )
          throw new RunOpenError(run);
      return await forget();
    } finally {
      for (const one of what) this.#left.set(one, (this.#count += 1));
      for (const one of what) {
        const left = (this.#leaving.get(one) ?? 1) - 1;
        if (left > 0) this.#leaving.set(one, left);
        else this.#leaving.delete(one);
      }
    }
  }
}
