/** A decision that its principal may not make, or not so. It changed nothing, and is a dead letter of its run. */
export class MayNotDecideError extends Error {
  readonly code = 'may_not_decide';
  readonly id: string;
  readonly by: string;

  constructor(id: string, by: string, why: string) {
    super(`${by} may not decide ${id}: ${why}`);
    this.name = 'MayNotDecideError';
    this.id = id;
    this.by = by;
  }
}
