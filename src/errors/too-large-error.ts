/** What was given is larger than its limit; nothing of it was kept. */
export class TooLargeError extends Error {
  readonly code = 'too_large';
  /** What is too large: `document runs/42`. */
  readonly where: string;
  readonly bytes: number;
  readonly maxBytes: number;

  constructor(where: string, bytes: number, maxBytes: number, options?: ErrorOptions) {
    super(`${where}: ${bytes} bytes, at most ${maxBytes} are kept`, options);
    this.name = 'TooLargeError';
    this.where = where;
    this.bytes = bytes;
    this.maxBytes = maxBytes;
  }
}
