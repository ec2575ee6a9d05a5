import type { Fact } from '../../machines/protocol/effects.ts';
import type { Engine } from '../engine/ports.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { VersionUnavailableError } from '../errors/version-unavailable-error.ts';
import type { Outgoing, System } from '../kernel/system.ts';
import { predecessorOf, sharedIn } from '../kernel/tells.ts';
import type { Shared } from './ledgers.ts';
import type { Clock } from './ports.ts';

/** Who begins what nobody asked for. */
const NOVA = { id: 'nova', proof: 'embedder' } as const;

type Tell = Extract<Outgoing, { kind: 'tell' }>;

/** Carries messages from one run to another: those of a sender one after the other, each until its receiver has it. */
export class Messages {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #takeUp: (run: string) => Promise<unknown>;
  readonly #shared: (run: string) => Shared | undefined;
  /** By sender. */
  readonly #lines = new Map<string, Promise<void>>();
  /** Shared systems that begin: of two who tell one something at once only the first begins it. */
  readonly #beginnings = new Map<string, Promise<void>>();

  /**
   * @param takeUp what a run needs that is not at work here before it is told something: else it would begin twice.
   * @param shared what a system that runs share begins as, by its name.
   */
  constructor(
    engine: Engine,
    clock: Clock,
    takeUp: (run: string) => Promise<unknown>,
    shared: (run: string) => Shared | undefined = () => undefined,
  ) {
    this.#shared = shared;
    this.#engine = engine;
    this.#clock = clock;
    this.#takeUp = takeUp;
  }

  /** Rejects where one of both runs could not be written: the message stays in its sender's outbox, for the next restart. */
  async carry(from: string, tell: Tell): Promise<void> {
    const last = this.#lines.get(from) ?? Promise.resolve();
    const line = last.catch(() => {}).then(() => this.#deliver(from, tell));
    this.#lines.set(from, line);
    try {
      await line;
    } finally {
      if (this.#lines.get(from) === line) this.#lines.delete(from);
    }
  }

  /** A system that runs share begins when the first of them tells it something. */
  async #begun(run: string): Promise<void> {
    if (sharedIn(run) === undefined) return;
    const begun = this.#beginnings.get(run) ?? this.#begin(run);
    this.#beginnings.set(run, begun);
    await begun.finally(() => this.#beginnings.delete(run));
  }

  async #begin(run: string): Promise<void> {
    if ((await this.#engine.load(run)) !== undefined) return;
    const shared = this.#shared(run);
    if (shared === undefined) return;
    const at = this.#clock.now();
    await this.#engine.submit(run, { kind: 'started', ...shared, principal: NOVA, at });
  }

  /** Lets a ledger know what no run says. */
  async say(run: string, event: Fact): Promise<System> {
    await this.#takeUp(run);
    const at = this.#clock.now();
    const said = { kind: 'external', to: 'ledger', event, principal: NOVA, at } as const;
    return (await this.#engine.submit(run, said)).system;
  }

  /** A crash between the two events tells the message again, which its receiver knows. */
  async #deliver(from: string, { tell, values }: Tell): Promise<void> {
    const { run, actor: to, seq, event } = tell;
    const engine = this.#engine;
    const sender = await engine.load(from);
    // Told twice by a restart, and arrived since.
    if (sender?.tells.some((told) => told.run === run && told.seq === seq) !== true) return;
    const told = {
      kind: 'told',
      from,
      seq,
      after: predecessorOf(sender, tell),
      to,
      event,
      values,
    } as const;
    let isLost = false;
    try {
      await this.#begun(run);
      await this.#takeUp(run);
      const { system } = await engine.submit(run, { ...told, at: this.#clock.now() });
      // One before it is still missing: both will be told again.
      if ((system.peers?.get(from)?.heard ?? 0) < seq) return;
    } catch (error) {
      // A parked run may be there again tomorrow: its message waits in the outbox.
      if (error instanceof VersionUnavailableError) return;
      if (!(error instanceof UnknownRunError)) throw error;
      isLost = true;
    }
    await engine.submit(from, { kind: 'arrived', run, seq, isLost, at: this.#clock.now() });
  }
}
