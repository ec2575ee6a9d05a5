/** An inspector cannot listen where it was asked to: the port is taken, or not this user's to take. */
export class CannotListenError extends Error {
  readonly code = 'cannot_listen';

  constructor(address: string, options?: ErrorOptions) {
    super(`nobody can listen at ${address}: the port is taken, or may not be used`, options);
    this.name = 'CannotListenError';
  }
}
