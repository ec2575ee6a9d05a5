/** What was decided on is not what waits there now: the content was edited, or others are asked since. */
export class StaleReviewError extends Error {
  readonly code = 'stale_review';
  readonly id: string;
  /** What waits there now. */
  readonly now: string;

  constructor(id: string, now: string) {
    super(`${id} is not what waits now; that is ${now}: look at it, and decide there`);
    this.name = 'StaleReviewError';
    this.id = id;
    this.now = now;
  }
}
