import type { Progress } from '../host/progress.ts';
import { LivingLine } from './living-line.ts';
import { progressText } from './print.ts';

/** Who is at work, kept as one line on a terminal, as plain lines elsewhere; always on stderr. */
export class ProgressView extends LivingLine {
  /** Node by actor. */
  readonly #working = new Map<string, string>();

  hear(progress: Progress): void {
    const line = progressText(progress);
    if (line !== undefined) this.say(line);
    if (progress.kind === 'handed') this.#working.set(progress.id, progress.node);
    if (progress.kind === 'ended') this.#working.delete(progress.id);
    if (this.#working.size > 0) this.draw(`▸ ${[...new Set(this.#working.values())].join(', ')}`);
  }
}
