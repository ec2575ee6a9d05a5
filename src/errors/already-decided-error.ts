/** The decision has been made: the gate has ended, or this principal has said something about this content before. */
export class AlreadyDecidedError extends Error {
  readonly code = 'already_decided';
  readonly id: string;
  /** How it was decided, or what this principal said. */
  readonly outcome: string;

  constructor(id: string, outcome: string, by?: string) {
    const who = by === undefined ? '' : ` by ${by}`;
    super(`nothing waits at ${id} any more: ${outcome}${who}`);
    this.name = 'AlreadyDecidedError';
    this.id = id;
    this.outcome = outcome;
  }
}
