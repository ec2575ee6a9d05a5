/** A run is not over: what is at work in it still needs its words. */
export class RunOpenError extends Error {
  readonly code = 'run_open';
  readonly run: string;

  constructor(run: string) {
    super(`${run} is not over: stop it first (nova stop), or wait until its messages have arrived`);
    this.name = 'RunOpenError';
    this.run = run;
  }
}
