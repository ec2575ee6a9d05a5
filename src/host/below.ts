import { tenantOf } from '../../machines/protocol/scope.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { Engine } from '../engine/ports.ts';
import type { Incoming, OpenEffect, System } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Releases } from '../team/agent.ts';
import { Parcel, textOf, type Reply } from './border.ts';
import type { Following } from './following.ts';
import { Holds } from './holds.ts';
import { runFor, type Wanted } from './runs-below.ts';
import { projectOf } from './tool-calls.ts';

/** The event that begins one node in a scope, for somebody, over a folder. */
export type Begins = (
  wanted: { readonly node: string; readonly input: Json; readonly scope: string },
  at: number,
  options: { readonly principal: Principal; readonly project: string },
) => Incoming;

/** Begins a run, unless all are being stopped: then after that. */
export type AtOnce = <T>(begin: () => Promise<T>) => Promise<T>;

interface Parts {
  readonly engine: Engine;
  readonly following: Following;
  readonly organisation: Organisation;
  /** The folder of each project that is known, by its scope. */
  readonly projects: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly takeUp: (run: string) => Promise<unknown>;
  readonly stop: (run: string, principal: Principal) => Promise<unknown>;
  readonly begins: Begins;
  readonly atOnce: AtOnce;
}

/** Why nothing may be begun there for a run of this scope; nothing where it may. */
function barOf(above: string, scope: string, releases: Releases | undefined): string | undefined {
  if (scope === above) return `below ${above} no project is known, or more than 12 are`;
  if (!scope.startsWith(`${above}/`)) return `${scope} is not below ${above}`;
  const isTenant = above === tenantOf(above);
  if (releases === undefined || (isTenant && releases !== 'tenant'))
    return `its outcomes do not cross up to ${above}`;
  return undefined;
}

/** Runs in scopes below, begun for a run above, followed to their end. */
export class Below {
  readonly #parts: Parts;
  readonly #beginnings = new Map<string, Promise<unknown>>();
  readonly #holds: Holds;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#holds = new Holds(parts);
  }

  /** Begins it, or goes on with it after a restart, and brings up what it ended with. */
  async run(
    system: System,
    { params }: Pick<OpenEffect, 'params'>,
    { key, effectId, signal }: { key: string; effectId: string; signal: AbortSignal },
  ): Promise<Reply> {
    const { organisation, following } = this.#parts;
    const { node, version, scope, input } = params as unknown as Wanted;
    const parcel = new Parcel(system);
    const found = organisation.byId.get(node) ?? organisation.teams?.find(({ id }) => id === node);
    const bar = barOf(system.scope, scope, found?.releases);
    if (bar !== undefined) return parcel.failed('run.failed', 'leak', bar);
    const run = runFor(scope, key);
    const { ended, values } = await following.follow(run, {
      submit: () => this.#begun(run, system, { node, version, scope, input }, signal),
      stop: () => this.#stopUnlessWanted(system.run, effectId, run),
      isThere: () => false,
      signal,
    });
    if (ended === undefined) return parcel.failed('run.failed', 'hung', `${run} has no end`);
    const { outcome, reason, value, note } = ended;
    const of = (ref: ValueRef): Json => resolve(values, ref);
    return parcel.reply({
      type: 'run.ended',
      outcome,
      ...(reason !== undefined && { reason }),
      ...(value && { value: parcel.put('released', { from: run, value: of(value) }) }),
      ...(note && { note: parcel.note(textOf(of(note))) }),
    });
  }

  /** Resolves when a run that is just beginning is on record. */
  async settled(run: string): Promise<void> {
    await this.#beginnings.get(run)?.catch(() => {});
  }

  async #begun(run: string, above: System, wanted: Wanted, signal: AbortSignal) {
    const { engine, projects, begins, now, takeUp, atOnce } = this.#parts;
    const known = await engine.load(run);
    if (known?.ended !== undefined) return { system: known };
    if (known !== undefined) {
      await takeUp(run);
      return { system: (await engine.load(run)) ?? known };
    }
    const { scope, node } = wanted;
    const principal = { id: above.requester, proof: 'embedder' } as const;
    const project = projects[scope] ?? projectOf(above);
    const given = { node, input: resolve(above.values, wanted.input), scope };
    return atOnce(async () => {
      // Whoever wanted it may have been stopped meanwhile.
      signal.throwIfAborted();
      const begun = engine.submit(run, begins(given, now(), { principal, project }));
      this.#beginnings.set(run, begun);
      return begun.finally(() => {
        this.#beginnings.delete(run);
        this.#holds.keep(above.run);
      });
    });
  }

  /** A process that closes leaves it at work, for whoever takes the run above up again. */
  async #stopUnlessWanted(above: string, effectId: string, run: string): Promise<void> {
    const { engine, stop } = this.#parts;
    const system = await engine.load(above).catch(() => undefined);
    if (system === undefined || Object.hasOwn(system.effects, effectId)) return;
    await this.settled(run);
    await stop(run, { id: system.requester, proof: 'embedder' }).catch(() => {});
  }
}
