import type { Progress } from '../host/progress.ts';
import { LivingLine } from './living-line.ts';
import { oneLine, progressText } from './print.ts';

/** As much as fits on a line. */
const MAX_DRAFT_CHARS = 60;

/** Who is at work, kept as one line on a terminal, as plain lines elsewhere; always on stderr. */
export class ProgressView extends LivingLine {
  /** The last of what a model writes. */
  #draft = '';
  /** Node by actor. */
  readonly #working = new Map<string, string>();

  hear(progress: Progress): void {
    const line = progressText(progress);
    if (line !== undefined) this.say(line);
    if (progress.kind === 'handed') this.#working.set(progress.id, progress.node);
    if (progress.kind === 'ended') this.#working.delete(progress.id);
    if (progress.kind === 'draft') {
      const { node, text, offset } = progress;
      this.#draft = `${offset === 0 ? '' : this.#draft}${text}`.slice(-MAX_DRAFT_CHARS);
      this.draw(`▸ draft of ${node}: ${oneLine(this.#draft)}`);
    } else if (this.#working.size > 0)
      this.draw(`▸ ${[...new Set(this.#working.values())].join(', ')}`);
  }
}
