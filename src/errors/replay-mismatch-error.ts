/** Folding a run's journal came to something else than what was committed: other code or other nodes than then. */
export class ReplayMismatchError extends Error {
  readonly code = 'replay_mismatch';
  readonly run: string;
  /** The first committed event that differs. */
  readonly seq: number;

  constructor(run: string, seq: number) {
    super(
      `run ${run} does not replay here: event ${seq} comes to something else than was committed. ` +
        'It began under another organisation (another nova.config?), or a contract or version has changed since.',
    );
    this.name = 'ReplayMismatchError';
    this.run = run;
    this.seq = seq;
  }
}
