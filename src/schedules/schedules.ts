import * as z from 'zod';
import { LONGEST_REST_MS, scheduleNamed } from '../../machines/schedule.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { LocalEngine } from '../engine/local.ts';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { Parcel, type Reply } from '../host/border.ts';
import type { Clock } from '../host/ports.ts';
import type { Incoming, System } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import type { Schedule as Settings } from './schedule.ts';

/** Who begins a schedule's system, and alone may tell it something. */
const NOVA = { id: 'nova', proof: 'embedder' } as const;

interface Parts {
  readonly engine: LocalEngine;
  readonly clock: Clock;
  /** The event that begins what a schedule asks for. */
  readonly begins: (
    schedule: Settings,
    at: number,
    principal: Principal,
    run: string,
  ) => Promise<Incoming>;
}

/** What is planned: each is a system of its own that waits for its next instant, over restarts. */
export class Schedules {
  readonly #parts: Parts;
  readonly #given: readonly z.input<typeof Settings>[];
  readonly #planned = new Map<string, Settings>();
  /** For whom their runs are begun. */
  #principal: Principal = NOVA;

  constructor(given: readonly z.input<typeof Settings>[], parts: Parts) {
    this.#given = given;
    this.#parts = parts;
  }

  /**
   * Keeps them from now on, in this process.
   * @param takeUp what a system needs that is not at work here.
   * @returns how many. @throws BadConfigError for one that is none, and two of one name.
   */
  async keep(principal: Principal, takeUp: (run: string) => Promise<unknown>): Promise<number> {
    // Its arithmetic is loaded by those alone who plan something.
    const { Schedule } = await import('./schedule.ts');
    const parsed = z.array(Schedule).safeParse(this.#given);
    if (!parsed.success) throw new BadConfigError('schedules', z.prettifyError(parsed.error));
    this.#principal = principal;
    for (const one of parsed.data) {
      const run = `${one.scope}/${scheduleNamed(one.id)}`;
      if (this.#planned.has(run)) throw new BadConfigError('schedules', `${one.id} stands twice`);
      this.#planned.set(run, one);
    }
    for (const [run, { scope, id }] of this.#planned) {
      const at = this.#parts.clock.now();
      if ((await this.#parts.engine.load(run)) === undefined) {
        const parcel = new Parcel({ scope });
        const input = { id, since: parcel.put('since', { at }) } as unknown as Json;
        const { values } = parcel.reply({ type: 'started' });
        const started = { kind: 'started', machine: 'schedule', input, values, at } as const;
        await this.#parts.engine.submit(run, { ...started, principal: NOVA });
      } else {
        await takeUp(run);
        const event = { type: 'schedule.planned' } as Fact;
        const said = { kind: 'external', to: 'schedule', event, principal: NOVA, at } as const;
        await this.#parts.engine.submit(run, said);
      }
    }
    return this.#planned.size;
  }

  /** Looks whether something is due, and begins it under the name of its instant. */
  readonly look = async (system: System, params: Json): Promise<Reply> => {
    const parcel = new Parcel(system);
    const schedule = this.#planned.get(system.run);
    if (schedule === undefined)
      return this.#given.length > 0 && this.#planned.size === 0
        ? parcel.reply({ type: 'tick.looked', restMs: LONGEST_REST_MS })
        : parcel.reply({ type: 'tick.over' });
    const { engine, clock, begins } = this.#parts;
    const { since } = params as unknown as { since: ValueRef };
    const { at: from } = resolve(system.values, since) as { at: number };
    const at = clock.now();
    const { lookAt } = await import('./schedule.ts');
    const { due, restMs } = lookAt(schedule, { since: from, at });
    if (due !== undefined) {
      const run = `${schedule.scope}/${schedule.id}-${due.toString(36)}`;
      // One that was begun before a crash is the same.
      if ((await engine.load(run)) === undefined)
        await engine.submit(run, await begins(schedule, at, this.#principal, run));
    }
    return parcel.reply({ type: 'tick.looked', restMs });
  };
}
