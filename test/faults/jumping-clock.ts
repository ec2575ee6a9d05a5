import type { Clock } from '../../src/host/ports.ts';

interface Alarm {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that jumps: what is due then is woken one by one, in any order. */
export class JumpingClock implements Clock {
  #now: number;
  readonly #random: () => number;
  readonly #alarms = new Set<Alarm>();
  constructor(now: number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }
  now(): number {
    return this.#now;
  }
  wakeAt(at: number, wake: () => void): () => void {
    const alarm = { at, wake };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }
  jump(ms: number): void {
    this.#now += ms;
  }
  /** Wakes one that is due; false where none is. */
  ring(): boolean {
    const due = [...this.#alarms].filter(({ at }) => at <= this.#now);
    const alarm = due[Math.floor(this.#random() * due.length)];
    if (alarm === undefined) return false;
    this.#alarms.delete(alarm);
    alarm.wake();
    return true;
  }
  /** Whoever had set one is gone. */
  forget(): void {
    this.#alarms.clear();
  }
}
