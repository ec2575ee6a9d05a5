/** An actor was begun with a definition that this world does not have: neither its step nor a replay of it can be taken. */
export class MissingVersionError extends Error {
  readonly code = 'missing_version';
  readonly actor: string;
  /** `node clerk`, `machine task`. */
  readonly what: string;
  readonly version: number;

  constructor(actor: string, what: string, version: number) {
    super(`${actor} needs version ${version} of ${what}`);
    this.name = 'MissingVersionError';
    this.actor = actor;
    this.what = what;
    this.version = version;
  }
}
