/** A principal has sent in more than its quota; nothing of it came in, and it is counted. */
export class QuotaExceededError extends Error {
  readonly code = 'quota_exceeded';
  readonly principal: string;
  /** After so many milliseconds one more is taken. */
  readonly waitMs: number;

  constructor(principal: string, waitMs: number) {
    super(`${principal} has sent in more than its quota; one more is taken in ${waitMs} ms`);
    this.name = 'QuotaExceededError';
    this.principal = principal;
    this.waitMs = waitMs;
  }
}
