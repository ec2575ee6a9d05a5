import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';

/** What runs were told and may not have on record yet: it is not forgotten behind their backs, nor told while it is being forgotten. */
export class Knowing {
  readonly #engine: LocalEngine;
  readonly #leaving = new Set<string>();
  /** By run that has not ended. */
  readonly #told = new Map<string, Set<string>>();

  constructor(engine: LocalEngine) {
    this.#engine = engine;
    engine.onCommit(({ run, system }) => system.ended && this.#told.delete(run));
  }

  /** False while it is being forgotten. */
  mayTell(what: string): boolean {
    return !this.#leaving.has(what);
  }

  note(run: string, what: readonly string[]): void {
    this.#told.set(run, new Set([...(this.#told.get(run) ?? []), ...what]));
  }

  /** Has something forgotten. @throws RunOpenError for a run that was told of it and has not ended. */
  async leave<T>(what: string, forget: () => Promise<T>): Promise<T> {
    this.#leaving.add(what);
    try {
      for (const [run, told] of this.#told)
        if (told.has(what) && (await this.#engine.load(run))?.ended === undefined)
          throw new RunOpenError(run);
      return await forget();
    } finally {
      this.#leaving.delete(what);
    }
  }
}
