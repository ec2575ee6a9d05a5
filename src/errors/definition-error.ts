/** A definition breaks a promise of its own; thrown where it is defined, before anything runs. */
export class DefinitionError extends Error {
  readonly code = 'definition';
  /** What is defined: `agent invoice-auditor`. */
  readonly where: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`${where}: ${problem}`, options);
    this.name = 'DefinitionError';
    this.where = where;
  }
}
