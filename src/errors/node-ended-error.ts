/** A node that was invoked as an actor ended badly; `outcome` says how, `reason` why, and `note` explains it where there is one. */
export class NodeEndedError extends Error {
  readonly code = 'node_ended';
  readonly node: string;
  readonly outcome: string;
  readonly reason: string | undefined;
  readonly note: string | undefined;

  constructor(node: string, outcome: string, reason?: string, note?: string) {
    const why = [reason, note].filter((part) => part !== undefined).join(': ');
    super(`${node} ${outcome}${why === '' ? '' : ` (${why})`}`);
    this.name = 'NodeEndedError';
    this.node = node;
    this.outcome = outcome;
    this.reason = reason;
    this.note = note;
  }

  toJSON(): object {
    const { outcome, reason, note } = this;
    return { outcome, reason, note };
  }
}
