/**
 * A store was given what it does not keep: a name that is no name, a value that breaks its own schema.
 * The caller's mistake, and nothing was written; not for a file that reads badly (CorruptFileError).
 */
export class NotKeepableError extends Error {
  readonly code = 'not_keepable';
  /** What was given: `document runs/42`, `journal record 3`. */
  readonly where: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`${where}: ${problem}`, options);
    this.name = 'NotKeepableError';
    this.where = where;
  }
}
