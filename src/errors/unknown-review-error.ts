/** Nothing waits on a person at that address, or what waits wants another kind of answer. */
export class UnknownReviewError extends Error {
  readonly code = 'unknown_review';
  readonly id: string;

  constructor(id: string, verdict: string) {
    super(`nothing waits at ${id} that one could ${verdict}`);
    this.name = 'UnknownReviewError';
    this.id = id;
  }
}
