/** Folding a run's journal came to something else than what was committed: other code or other nodes than then. */
export class ReplayMismatchError extends Error {
  readonly code = 'replay_mismatch';
  readonly run: string;
  /** The first committed event that differs. */
  readonly seq: number;
  /** Where the actors that it moved came to here: by path, their state as JSON. */
  readonly states: Readonly<Record<string, string>>;

  constructor(
    run: string,
    seq: number,
    states: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    const here = Object.entries(states).map(([path, state]) => `${path} in ${state}`);
    super(
      `run ${run} does not replay here: event ${seq} comes to something else than was committed` +
        `${here.length > 0 ? `, here ${here.join(', ')}` : ''}. ` +
        'It began under another organisation (another nova.config?), or a definition has changed under its version.',
      options,
    );
    this.name = 'ReplayMismatchError';
    this.run = run;
    this.seq = seq;
    this.states = states;
  }
}
