import type { Fact } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Engine } from './ports.ts';

/** Who begins what belongs to no run, and alone may tell it something. */
const NOVA = { id: 'nova', proof: 'embedder' } as const;

/** Systems of one machine that the host alone speaks to: each begins when it is first told something. */
export class Told {
  readonly #engine: Engine;
  readonly #machine: string;
  readonly #now: () => number;
  /** Of two who tell one something at once only the first begins it. */
  readonly #beginnings = new Map<string, Promise<void>>();

  constructor(engine: Engine, machine: string, now: () => number) {
    this.#engine = engine;
    this.#machine = machine;
    this.#now = now;
  }

  async tell(run: string, event: Fact, values: Readonly<Record<string, Json>> = {}): Promise<void> {
    const begun = this.#beginnings.get(run) ?? this.#begin(run);
    this.#beginnings.set(run, begun);
    await begun.finally(() => this.#beginnings.delete(run));
    const told = { kind: 'external', to: this.#machine, event, values, at: this.#now() } as const;
    await this.#engine.submit(run, { ...told, principal: NOVA });
  }

  async #begin(run: string): Promise<void> {
    if ((await this.#engine.load(run)) !== undefined) return;
    const started = {
      kind: 'started',
      machine: this.#machine,
      input: {},
      at: this.#now(),
    } as const;
    await this.#engine.submit(run, { ...started, principal: NOVA });
  }
}
