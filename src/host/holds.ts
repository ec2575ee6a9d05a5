import type { Fact } from '../../machines/protocol/effects.ts';
import type { SoloContext } from '../../machines/solo.ts';
import type { Engine } from '../engine/ports.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { rootOf, type System } from '../kernel/system.ts';
import type { Following } from './following.ts';
import { runsBelow } from './runs-below.ts';

interface Parts {
  readonly engine: Engine;
  readonly following: Following;
  readonly now: () => number;
  readonly takeUp: (run: string) => Promise<unknown>;
}

/** Holds runs below while the run above is paused, and lets them on with it. */
export class Holds {
  readonly #parts: Parts;
  /** By run above: what was last seen of those below it. */
  readonly #seen = new Map<string, string>();
  readonly #keeping = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.engine.onCommit(({ run, system }) => {
      const now = JSON.stringify(runsBelow(system));
      if (now === (this.#seen.get(run) ?? '[]')) return;
      if (now === '[]') this.#seen.delete(run);
      else this.#seen.set(run, now);
      this.keep(run);
    });
  }

  /** Has every run below one stand as that does; one that begins later is kept then. */
  keep(above: string): void {
    const before = this.#keeping.get(above) ?? Promise.resolve();
    const kept = before
      .then(() => this.#keep(above))
      .catch((error: unknown) => {
        if (!(error instanceof ClosedError)) this.#parts.following.trouble(above, error);
      })
      .finally(() => this.#keeping.get(above) === kept && this.#keeping.delete(above));
    this.#keeping.set(above, kept);
  }

  async #keep(above: string): Promise<void> {
    const { engine, now, takeUp } = this.#parts;
    const system = await engine.load(above);
    for (const { run, isPaused } of system === undefined ? [] : runsBelow(system)) {
      const below = await engine.load(run);
      if (below === undefined || below.ended !== undefined || isHeld(below) === isPaused) continue;
      await takeUp(run);
      const event = { type: isPaused ? 'run.paused' : 'run.resumed', isAbove: true } as Fact;
      const principal = { id: below.requester, proof: 'embedder' } as const;
      const to = rootOf(below);
      await engine.submit(run, { kind: 'external', to, event, principal, at: now() });
    }
  }
}

const isHeld = (below: System): boolean =>
  (below.actors.get(rootOf(below))?.state.context as Partial<SoloContext> | undefined)?.isHeld ===
  true;
