/** A `nova.config` file does not load, or does not say what it must. */
export class BadConfigError extends Error {
  readonly code = 'bad_config';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.name = 'BadConfigError';
    this.file = file;
  }
}
