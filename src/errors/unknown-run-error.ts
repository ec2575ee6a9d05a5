/** A run was named that this data folder does not have. */
export class UnknownRunError extends Error {
  readonly code = 'unknown_run';
  readonly run: string;

  constructor(run: string) {
    super(`there is no run ${run}`);
    this.name = 'UnknownRunError';
    this.run = run;
  }
}
