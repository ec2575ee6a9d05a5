import { Breaker, type Came } from '../host/breaker.ts';
import type { Clock } from '../host/ports.ts';
import type { EndpointLimits } from './settings.ts';

/** Leave to make one request; what came of it is told once. */
export type Pass = (came: Came, retryAfterMs?: number) => void;

/** However long it asks to be left alone. */
const LONGEST_REST_MS = 600_000;

/** One call that wants to make a request. */
export interface Caller {
  /** Its place among all calls, in the order in which they came. */
  readonly place: number;
  /** Requests that it has made. */
  readonly made: number;
}
interface Waiting extends Caller {
  readonly enter: (pass: Pass) => void;
}

/**
 * The line before one endpoint, for all who share it: so many at once, none while it rests, one to see whether it is well again, then the
 * rest in the order in which they came. While nobody knows how it is, whose requests have failed more often lets the others try first: each
 * call has only a few.
 */
export class Endpoint {
  readonly #clock: Clock;
  readonly #limits: EndpointLimits;
  readonly #breaker: Breaker;
  #line: Waiting[] = [];
  #inFlight = 0;
  /** In a row. */
  #failed = 0;
  /** It has answered since it last failed. */
  #isProven = false;
  /** When it asked to be left alone until. */
  #notBefore = -Infinity;
  #unwake: (() => void) | undefined;

  constructor(clock: Clock, { maxParallel, ...breaker }: EndpointLimits) {
    this.#clock = clock;
    this.#limits = { maxParallel, ...breaker };
    this.#breaker = new Breaker(clock, breaker);
  }

  /** False while it rests, and while one sees whether it is well again: somebody else may be asked instead. */
  get isReady(): boolean {
    const isTried = this.#failed >= this.#limits.failures && this.#inFlight > 0;
    return !this.#rests && !isTried;
  }

  get #rests(): boolean {
    return this.restsUntil() > this.#clock.now();
  }

  restsUntil(): number {
    return Math.max(this.#notBefore, this.#breaker.restsUntil ?? -Infinity);
  }

  /** Waits for its turn. @throws what `signal` was aborted with. */
  async enter(caller: Caller, signal: AbortSignal): Promise<Pass> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Pass>();
    const waiting: Waiting = { ...caller, enter: resolve };
    const leave = () => {
      this.#line = this.#line.filter((one) => one !== waiting);
      reject(signal.reason as Error);
    };
    this.#line.push(waiting);
    signal.addEventListener('abort', leave, { once: true });
    this.#serve();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** As long as nobody knows how it is, no more are under way than may fail. */
  #mayBegin(): boolean {
    const { maxParallel, failures } = this.#limits;
    const most = this.#isProven ? maxParallel : Math.min(maxParallel, failures - this.#failed);
    return this.#inFlight < Math.max(1, most);
  }

  #isBefore(one: Caller, other: Caller): boolean {
    if (!this.#isProven && one.made !== other.made) return one.made < other.made;
    return one.place < other.place;
  }

  #serve(): void {
    this.#unwake?.();
    this.#unwake = undefined;
    while (this.#line.length > 0 && !this.#rests && this.#mayBegin()) {
      const settle = this.#breaker.begin();
      // One is under way that tells how it is.
      if (settle === undefined) return;
      const next = this.#line.reduce((a, b) => (this.#isBefore(b, a) ? b : a));
      this.#line = this.#line.filter((one) => one !== next);
      this.#inFlight += 1;
      next.enter(this.#pass(settle));
    }
    if (this.#line.length > 0 && this.#rests)
      this.#unwake = this.#clock.wakeAt(this.restsUntil(), () => this.#serve());
  }

  #pass(settle: (came: Came) => void): Pass {
    let isOut = true;
    return (came, retryAfterMs) => {
      if (!isOut) return;
      isOut = false;
      this.#inFlight -= 1;
      settle(came);
      if (came === 'succeeded') [this.#failed, this.#isProven] = [0, true];
      if (came === 'failed') {
        this.#failed = Math.min(this.#failed + 1, this.#limits.failures);
        this.#isProven = false;
      }
      if (retryAfterMs !== undefined)
        this.#notBefore = Math.max(
          this.#notBefore,
          this.#clock.now() + Math.min(retryAfterMs, LONGEST_REST_MS),
        );
      this.#serve();
    };
  }
}
