/** An agent's code that was begun anew asked for other tools than are on record. */
export class NondeterministicError extends Error {
  readonly code = 'nondeterministic';

  constructor(message: string) {
    super(message);
    this.name = 'NondeterministicError';
  }
}
