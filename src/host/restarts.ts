import * as z from 'zod';
import type { Clock } from './ports.ts';

/** How often the code of one agent may end its thread: by an exit, by all memory taken, by a hang that had to be ended. */
export const RestartLimits = z.strictObject({
  /** Default 5 times … */
  times: z.int().min(1).max(1_000).default(5),
  /** … in so many milliseconds; default 60,000. */
  withinMs: z.int().min(1).max(86_400_000).default(60_000),
});

/** Keeps count, by agent, of threads that their code has ended; in memory. */
export class Restarts {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: z.output<typeof RestartLimits> | undefined;
  readonly #ends = new Map<string, readonly number[]>();

  constructor(clock: Pick<Clock, 'now'>, limits: z.input<typeof RestartLimits> | false = {}) {
    this.#clock = clock;
    this.#limits = limits === false ? undefined : RestartLimits.parse(limits);
  }

  count(agent: string): void {
    if (this.#limits !== undefined)
      this.#ends.set(agent, [...this.#recent(agent), this.#clock.now()]);
  }

  /** True where the agent may have no other thread for now. */
  isSpent(agent: string): boolean {
    return this.#limits !== undefined && this.#recent(agent).length >= this.#limits.times;
  }

  #recent(agent: string): readonly number[] {
    const { withinMs = 0 } = this.#limits ?? {};
    const now = this.#clock.now();
    // What lies ahead is of a clock that was set back.
    return (this.#ends.get(agent) ?? []).filter((at) => at <= now && at > now - withinMs);
  }
}
