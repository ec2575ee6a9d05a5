/**
 * A run is in flight with a definition that is not here any more: it is parked. Nothing of it is stepped and its journal stays as
 * it is, until that version is kept as `previous`, or has a `migrate` that holds, or the run is stopped.
 */
export class VersionUnavailableError extends Error {
  readonly code = 'version_unavailable';
  readonly run: string;
  readonly actor: string;
  /** `node clerk`, `machine task`. */
  readonly what: string;
  readonly version: number;

  constructor(
    run: string,
    missing: { readonly actor: string; readonly what: string; readonly version: number },
    why?: string,
    options?: ErrorOptions,
  ) {
    const { actor, what, version } = missing;
    super(
      `run ${run} is parked: ${actor} needs version ${version} of ${what}, ` +
        (why ?? 'which is not kept as `previous` here (or is this another nova.config?)'),
      options,
    );
    this.name = 'VersionUnavailableError';
    this.run = run;
    this.actor = actor;
    this.what = what;
    this.version = version;
  }
}
