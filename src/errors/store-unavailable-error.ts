/**
 * The data folder cannot be read or written now: no right, no room, a broken disk, closed.
 * Nothing that was asked for counts; it may be asked again.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'store_unavailable';
  /** The file or folder. */
  readonly where: string;
  readonly problem: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`${where}: ${problem}`, options);
    this.name = 'StoreUnavailableError';
    this.where = where;
    this.problem = problem;
  }
}
