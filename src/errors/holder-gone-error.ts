/**
 * The process that holds the data folder is not there, or vanished in the middle of a call.
 * Whether the call was done is unknown; the folder may be free to be held now.
 */
export class HolderGoneError extends Error {
  readonly code = 'holder_gone';
  /** The address of its socket. */
  readonly where: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`${where}: ${problem}`, options);
    this.name = 'HolderGoneError';
    this.where = where;
  }
}
