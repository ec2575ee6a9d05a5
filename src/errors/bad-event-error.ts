/** An event that was submitted breaks the schema of its receiver; nothing was changed by it. */
export class BadEventError extends Error {
  readonly code = 'bad_event';
  readonly run: string;
  readonly type: string;

  constructor(run: string, type: string, issues: string) {
    super(`${type} for ${run}: ${issues}`);
    this.name = 'BadEventError';
    this.run = run;
    this.type = type;
  }
}
