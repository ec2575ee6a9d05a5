const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 10;

/** A line that is written over again and again on a terminal that can take one away; what is said stays above it. */
export class LivingLine {
  readonly isLive: boolean;
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.isLive = stream.isTTY && process.env['TERM'] !== 'dumb';
  }

  say(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  clear(): void {
    if (this.isLive) this.#stream.write('\r\u001b[2K');
  }

  /** Puts a text in place of the line, as far as it fits; nothing where no line can be taken away. */
  draw(text: string): void {
    this.clear();
    const columns = Math.max(MIN_COLUMNS, (this.#stream.columns ?? DEFAULT_COLUMNS) - 1);
    if (this.isLive) this.#stream.write(text.slice(0, columns));
  }
}
