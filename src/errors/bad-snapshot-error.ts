/** A run can be had from its snapshot only, and that names a state that its machine does not have. */
export class BadSnapshotError extends Error {
  readonly code = 'bad_snapshot';
  /** The document: `runs/local/r1`. */
  readonly file: string;
  readonly run: string;
  readonly actor: string;
  readonly state: string;

  constructor(
    file: string,
    run: string,
    { actor, state, why }: { readonly actor: string; readonly state: string; readonly why: string },
    options?: ErrorOptions,
  ) {
    super(
      `${file}: run ${run} cannot be read: ${actor} stands in ${state} there (${why}), and its journal does not lead there here`,
      options,
    );
    this.name = 'BadSnapshotError';
    this.file = file;
    this.run = run;
    this.actor = actor;
    this.state = state;
  }
}
