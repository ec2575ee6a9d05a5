import type { Engine } from '../engine/ports.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import type { Outgoing } from '../kernel/system.ts';
import type { Clock } from './ports.ts';

type Tell = Extract<Outgoing, { kind: 'tell' }>;

/** Carries messages from one run to another: those of a sender one after the other, each until its receiver has it. */
export class Messages {
  readonly #engine: Engine;
  readonly #clock: Clock;
  /** By sender. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** Rejects where one of both runs could not be written: the message stays in its sender's outbox, for the next restart. */
  async carry(from: string, tell: Tell): Promise<void> {
    const before = this.#lines.get(from) ?? Promise.resolve();
    const line = before.catch(() => {}).then(() => this.#deliver(from, tell));
    this.#lines.set(from, line);
    try {
      await line;
    } finally {
      if (this.#lines.get(from) === line) this.#lines.delete(from);
    }
  }

  /** A crash between the two events tells the message again, which its receiver knows. */
  async #deliver(from: string, { tell, values }: Tell): Promise<void> {
    const { run, actor: to, seq, event } = tell;
    const engine = this.#engine;
    let isLost = false;
    try {
      const at = this.#clock.now();
      const { system } = await engine.submit(run, {
        kind: 'told',
        from,
        seq,
        to,
        event,
        values,
        at,
      });
      // One before it is still missing: both will be told again.
      if ((system.peers?.[from]?.heard ?? 0) < seq) return;
    } catch (error) {
      if (!(error instanceof UnknownRunError)) throw error;
      isLost = true;
    }
    await engine.submit(from, { kind: 'arrived', run, seq, isLost, at: this.#clock.now() });
  }
}
