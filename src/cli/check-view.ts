import type { SearchProgress } from '../verify/space/search.ts';
import { LivingLine } from './living-line.ts';

/** Milliseconds between two looks at one walk. */
const LIVE_MS = 100;
const PLAIN_MS = 5_000;

/** How far a long walk has come: a living line on a terminal, elsewhere a plain line every five seconds; on stderr. */
export class CheckView extends LivingLine {
  readonly #now: () => number;
  #toldAt: number;

  constructor(stream = process.stderr, now = () => performance.now()) {
    super(stream);
    this.#now = now;
    this.#toldAt = now();
  }

  hear(name: string, { states, edges, queued }: SearchProgress): void {
    const now = this.#now();
    if (now - this.#toldAt < (this.isLive ? LIVE_MS : PLAIN_MS)) return;
    this.#toldAt = now;
    const [met, taken, open] = [states, edges, queued].map((count) => count.toLocaleString('en'));
    const text = `${name}: ${met} states, ${taken} transitions, ${open} states to go on from …`;
    if (this.isLive) this.draw(text);
    else this.say(text);
  }
}
