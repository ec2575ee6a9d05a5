import * as z from 'zod';
import type { Principal } from '../../machines/protocol/principal.ts';
import { QuotaExceededError } from '../errors/quota-exceeded-error.ts';
import { EMBEDDER } from './asks.ts';
import type { Clock } from './ports.ts';

/** What one principal may send in: a request, a decision, an event. A stop is never counted. */
export const Quota = z.strictObject({
  /** At once; default 1,000. */
  burst: z.int().min(1).default(1_000),
  /** And again so many a second; default 20. */
  perSecond: z.number().positive().default(20),
});
type Limits = z.output<typeof Quota>;

/** Who was refused, and how often. */
export interface Refused extends Principal {
  readonly count: number;
  /** The last time; milliseconds since 1970. */
  readonly at: number;
}

interface Bucket {
  readonly principal: Principal;
  left: number;
  at: number;
  refused: number;
  refusedAt: number;
}

/** Principals that are remembered; beyond these the ones that have all of their quota are forgotten. */
const MAX_BUCKETS = 10_000;

/**
 * Holds each principal to a quota, by the clock's time alone: what is left grows with it up to the burst (a token bucket).
 * Principals are told apart by how they are proven and by their id, never by a name that a caller gives. The program that embeds Nova
 * has none where it names nobody: it is no source.
 */
export class Quotas {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, quota: z.input<typeof Quota> = {}) {
    this.#clock = clock;
    this.#limits = Quota.parse(quota);
  }

  /** Counts what a principal sends in. @throws QuotaExceededError. */
  take(principal: Principal): void {
    if (principal.id === EMBEDDER.id && principal.proof === EMBEDDER.proof) return;
    const bucket = this.#bucketOf(principal);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return;
    }
    bucket.refused += 1;
    bucket.refusedAt = bucket.at;
    const waitMs = Math.ceil(((1 - bucket.left) / this.#limits.perSecond) * 1_000);
    throw new QuotaExceededError(principal.id, waitMs);
  }

  refused(): Refused[] {
    return [...this.#buckets.values()]
      .filter(({ refused }) => refused > 0)
      .map(({ principal, refused, refusedAt }) => ({
        ...principal,
        count: refused,
        at: refusedAt,
      }));
  }

  #bucketOf(principal: Principal): Bucket {
    const { burst } = this.#limits;
    const now = this.#clock.now();
    const key = `${principal.proof} ${principal.id}`;
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      this.#fill(known, now);
      return known;
    }
    const bucket = { principal, left: burst, at: now, refused: 0, refusedAt: 0 };
    if (this.#buckets.size >= MAX_BUCKETS) this.#forget(now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #fill(bucket: Bucket, now: number): void {
    const { burst, perSecond } = this.#limits;
    // A clock that is set back gives nothing and takes nothing.
    const grown = (Math.max(0, now - bucket.at) / 1_000) * perSecond;
    bucket.left = Math.min(burst, bucket.left + grown);
    bucket.at = now;
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      this.#fill(bucket, now);
      if (bucket.left >= this.#limits.burst) this.#buckets.delete(key);
    }
  }
}
