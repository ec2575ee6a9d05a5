import type { Clock } from '../host/ports.ts';

/** A clock that stands still until it is moved; what is due fires in order of its instant, each once. */
export class ManualClock implements Clock {
  #now: number;
  #next = 0;
  readonly #alarms = new Map<number, { readonly at: number; readonly wake: () => void }>();

  /** @param now the first instant, in milliseconds since 1970; default 0. */
  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const id = this.#next++;
    this.#alarms.set(id, { at, wake });
    return () => this.#alarms.delete(id);
  }

  /** Moves on, alarm by alarm; an alarm that sets another one within the span has it fire too. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      const [id, { at, wake }] = due;
      this.#alarms.delete(id);
      this.#now = Math.max(this.#now, at);
      wake();
    }
    this.#now = end;
  }

  #due(end: number) {
    return [...this.#alarms]
      .filter(([, { at }]) => at <= end)
      .toSorted(([, a], [, b]) => a.at - b.at)[0];
  }
}
