import type { Progress } from '../host/progress.ts';
import { progressText } from './print.ts';

/** Who is at work, kept as one line on a terminal, as plain lines elsewhere; always on stderr. */
export class ProgressView {
  readonly #stream: NodeJS.WriteStream;
  /** A terminal that can take a line away again. */
  readonly #isLive: boolean;
  /** Node by actor. */
  readonly #working = new Map<string, string>();

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#isLive = stream.isTTY && process.env['TERM'] !== 'dumb';
  }

  hear(progress: Progress): void {
    const line = progressText(progress);
    if (line !== undefined) this.say(line);
    if (progress.kind === 'handed') this.#working.set(progress.id, progress.node);
    if (progress.kind === 'ended') this.#working.delete(progress.id);
    this.#draw();
  }

  say(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Takes the living line away. */
  clear(): void {
    if (this.#isLive) this.#stream.write('\r\u001b[2K');
  }

  #draw(): void {
    if (!this.#isLive || this.#working.size === 0) return;
    const line = `▸ ${[...new Set(this.#working.values())].join(', ')}`;
    this.#stream.write(line.slice(0, Math.max(10, (this.#stream.columns ?? 80) - 1)));
  }
}
