import type * as z from 'zod';
import { breakerMachine, type BreakerInput } from '../../machines/breaker.ts';
import type { Timer } from '../../machines/protocol/effects.ts';
import type { ActorState, Machine, Moved } from '../kernel/system.ts';
import { pure } from '../kernel/xstate.ts';
import type { Clock } from './ports.ts';

/** What came of a call: `dropped` tells nothing of what was called. */
export type Came = 'succeeded' | 'failed' | 'dropped';

/** What can drive the breaker's machine; another one is given where a defect of it is looked for. */
export const breakerLogic = breakerMachine as unknown as Machine;

/** One breaker at work: its machine, and the instant until which it rests. It has no timer: it looks at the clock when it is asked. */
export class Breaker {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #logic: Machine;
  #state: ActorState;
  #rest: { readonly since: number; readonly until: number } | undefined;
  /** Goes up whenever the machine comes to another state. */
  #period = 0;

  constructor(
    clock: Pick<Clock, 'now'>,
    limits: z.output<typeof BreakerInput>,
    logic = breakerLogic,
  ) {
    this.#clock = clock;
    this.#logic = logic;
    this.#state = pure.start('breaker', logic, limits).state;
  }

  /** All that its next answers follow from. */
  get stand(): object {
    return { state: this.#state, rest: this.#rest, period: this.#period };
  }

  /** The instant until which nothing is called; undefined where something may be. */
  get restsUntil(): number | undefined {
    const { since = Infinity, until } = this.#rest ?? {};
    // A clock that was set back must not keep it open for longer.
    return this.#clock.now() >= since ? until : undefined;
  }

  /** Lets a call begin, or not: what came of it is told to the function. What began in an earlier state counts no more. */
  begin(): ((came: Came) => void) | undefined {
    this.#wake();
    if (!this.#move('call.wanted')) return undefined;
    const period = this.#period;
    return (came) => {
      if (period === this.#period) this.#move(`call.${came}`);
    };
  }

  #wake(): void {
    const now = this.#clock.now();
    // A clock that was set back must not keep it open for longer.
    if (this.#rest === undefined || (now >= this.#rest.since && now < this.#rest.until)) return;
    this.#rest = undefined;
    this.#move('deadline.passed');
  }

  #move(type: string): boolean {
    const moved = pure.move('breaker', this.#logic, this.#state, { type });
    if (moved === undefined) return false;
    if (moved.state.value !== this.#state.value) this.#period += 1;
    this.#state = moved.state;
    this.#arm(moved);
    return true;
  }

  #arm({ wishes }: Moved): void {
    for (const { params } of wishes) {
      const since = this.#clock.now();
      this.#rest = { since, until: since + (params as Timer).delayMs };
    }
  }
}
