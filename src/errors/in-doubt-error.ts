/** Thrown by a writing tool whose reply was lost: it may have happened. What it declares as `inDoubt` is done. */
export class InDoubtError extends Error {
  readonly code = 'in_doubt';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InDoubtError';
  }
}
