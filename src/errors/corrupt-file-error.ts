/**
 * A file of ours does not hold what we write: damaged, edited, or another program's.
 * It lies untouched, so that a person can look at it.
 */
export class CorruptFileError extends Error {
  readonly code = 'corrupt_file';
  readonly file: string;
  /** Where in the file: `byte 1024`, `runs[0].seq`, `its end`. */
  readonly place: string;
  readonly problem: string;

  constructor(file: string, place: string, problem: string, options?: ErrorOptions) {
    super(`${file}, at ${place}: ${problem}`, options);
    this.name = 'CorruptFileError';
    this.file = file;
    this.place = place;
    this.problem = problem;
  }
}
