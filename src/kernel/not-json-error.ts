/** A value is not plain JSON, so it has no canonical text; says where and of what kind, never the value. */
export class NotJsonError extends Error {
  readonly code = 'not_json';
  /** The place in the value: `$.runs[2].at`. */
  readonly where: string;

  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`${where} is ${problem}, which is not JSON`, options);
    this.name = 'NotJsonError';
    this.where = where;
  }
}
