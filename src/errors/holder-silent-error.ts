interface Silent {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/**
 * The process that holds the data folder is there and does not answer: stopped, hung or overloaded.
 * Whether the call was done is unknown. A holder that is not there is a HolderGoneError.
 */
export class HolderSilentError extends Error {
  readonly code = 'holder_silent';
  /** The address of its socket. */
  readonly where: string;
  /** Who it is, for the person who has to end it; undefined where the caller did not know. */
  readonly holder: Silent | undefined;

  constructor(where: string, holder: Silent | undefined, waitedMs: number, options?: ErrorOptions) {
    super(`${where}: ${nameOf(holder)} did not answer within ${waitedMs} ms`, options);
    this.name = 'HolderSilentError';
    this.where = where;
    this.holder = holder;
  }
}

function nameOf(holder: Silent | undefined): string {
  if (holder === undefined) return 'the holder';
  return `process ${holder.pid} on ${holder.host}, running since ${holder.startedAt},`;
}
