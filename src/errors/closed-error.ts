/** What was waited for will not come: it was closed meanwhile. The run stays as it is in the journal. */
export class ClosedError extends Error {
  readonly code = 'closed';
  readonly run: string;

  constructor(run: string) {
    super(`closed while ${run} was under way`);
    this.name = 'ClosedError';
    this.run = run;
  }
}
