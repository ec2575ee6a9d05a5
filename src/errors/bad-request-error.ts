/** A request that cannot even be begun: empty, longer than the limit, or about a folder that cannot be read. */
export class BadRequestError extends Error {
  readonly code = 'bad_request';

  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.name = 'BadRequestError';
  }
}
