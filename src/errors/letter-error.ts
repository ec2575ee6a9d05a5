/** A dead letter cannot be delivered again; its message says why. */
export class LetterError extends Error {
  readonly code = 'bad_letter';
  readonly letter: string;

  constructor(letter: string, why: string) {
    super(`${letter} is not delivered again: ${why}`);
    this.name = 'LetterError';
    this.letter = letter;
  }
}
