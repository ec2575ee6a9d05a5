import * as z from 'zod';
import { PlanContext } from '../../machines/plan.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { Commit, Engine } from '../engine/ports.ts';
import type { AtOnce, Begins } from '../host/below.ts';
import { messageOf } from '../host/border.ts';
import { runNamed } from '../host/system-id.ts';
import { projectOf } from '../host/tool-calls.ts';
import { hashOfText } from '../kernel/canonical.ts';
import type { System } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import { resolve } from '../kernel/values.ts';
import type { Store } from '../store/ports.ts';
import type { Trigger } from '../team/define-trigger.ts';

const AWAITED = 'awaited-runs';
const Awaited = z.array(z.string());
const ID_CHARS = 16;

interface Parts {
  readonly declared: readonly Trigger[] | undefined;
  readonly store: Store;
  readonly engine: Engine;
  readonly now: () => number;
  readonly begins: Begins;
  readonly atOnce: AtOnce;
  readonly onTrouble: (run: string, error: unknown) => void;
}

interface Ended {
  /** In its run. */
  readonly part: string;
  readonly node: string;
  readonly outcome: string;
  readonly value: ValueRef | undefined;
}

/** Whose ends may begin something: of the one node of a run, or of each part of a request's plan. */
function endsIn({ ended, actors }: System): Ended[] {
  if (ended === undefined) return [];
  const solo = actors.get('solo')?.state.context as { readonly node: string } | undefined;
  if (solo !== undefined)
    return [{ part: 'node', node: solo.node, outcome: ended.outcome, value: ended.value }];
  const plan = PlanContext.safeParse(actors.get('request/plan')?.state.context);
  return (plan.data?.parts ?? []).flatMap(({ id, node, ending }) =>
    ending === undefined ? [] : [{ part: id, node, outcome: ending.outcome, value: ending.value }],
  );
}

/** What comes after: a run's outcome begins another, under a name made of the run's, so that it is the same one after a crash. */
export class Triggers {
  readonly #parts: Parts;
  readonly #triggers: readonly Trigger[];
  /** Runs that may begin something when they end, as the store has them. */
  #awaited: Promise<ReadonlySet<string>> | undefined;
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#triggers = parts.declared ?? [];
  }

  /** On record before the run is: whatever process sees its end, what comes after begins. */
  async await(run: string): Promise<void> {
    if (this.#triggers.length > 0 && sharedIn(run) === undefined)
      await this.#change((all) => all.add(run));
  }

  /** Hears of every commit. */
  readonly hear = ({ run, system }: Pick<Commit, 'run' | 'system'>): void => {
    const { onTrouble } = this.#parts;
    if (this.#triggers.length === 0 || system.ended === undefined) return;
    this.#follow(run, system).catch((error: unknown) => onTrouble(run, error));
  };

  /** Begins what a process that ended has left behind. */
  async takeUp(): Promise<void> {
    if (this.#triggers.length === 0) return;
    for (const run of await this.#known()) {
      const system = await this.#parts.engine.load(run);
      if (system === undefined) await this.#change((all) => all.delete(run));
      else this.hear({ run, system });
    }
    await this.#line;
  }

  async #follow(run: string, system: System): Promise<void> {
    if (!(await this.#known()).has(run)) return;
    for (const end of endsIn(system))
      for (const trigger of this.#triggers)
        if (trigger.when.node.id === end.node && trigger.when.outcome === end.outcome)
          await this.#begin(trigger, system, end);
    await this.#change((all) => all.delete(run));
  }

  async #begin(trigger: Trigger, system: System, { part, value }: Ended): Promise<void> {
    const { engine, begins, now, atOnce } = this.#parts;
    const { scope, requester, values } = system;
    const name = hashOfText(`${system.run}#${part}`).slice(0, ID_CHARS);
    const run = runNamed(scope, `${trigger.id}-${name}`);
    if ((await engine.load(run)) !== undefined) return;
    const input = inputOf(trigger, value === undefined ? null : resolve(values, value));
    const wanted = { node: trigger.begin.id, input, scope };
    const principal = { id: requester, proof: 'embedder' } as const;
    const project = projectOf(system);
    await atOnce(() => engine.submit(run, begins(wanted, now(), { principal, project })));
  }

  async #known(): Promise<ReadonlySet<string>> {
    this.#awaited ??= this.#parts.store
      .read(AWAITED, Awaited)
      .then((runs) => new Set<string>(runs ?? []));
    return this.#awaited;
  }

  /** One change after the other. */
  #change(change: (all: Set<string>) => void): Promise<void> {
    const changed = async () => {
      const all = new Set(await this.#known());
      change(all);
      await this.#parts.store.write(AWAITED, Awaited, [...all]);
      this.#awaited = Promise.resolve(all);
    };
    const done = this.#line.then(changed);
    this.#line = done.catch(() => {});
    return done;
  }
}

/** A mapping that throws makes an input that breaks the contract: the run is there, refused, and says why. */
function inputOf(trigger: Trigger, value: Json): Json {
  try {
    return trigger.with(structuredClone(value) as never) as Json;
  } catch (error) {
    return { threw: messageOf(error) };
  }
}
