import type { Json } from '../../machines/protocol/values.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import type { Commit, Engine } from '../engine/ports.ts';
import { BadEventError } from '../errors/bad-event-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { NotJsonError } from '../kernel/not-json-error.ts';
import {
  type Incoming,
  type OpenEffect,
  type Outgoing,
  type System,
  type World,
} from '../kernel/system.ts';
import type { Journal } from '../store/ports.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Below } from './below.ts';
import type { Reply } from './border.ts';
import { abortReason, type Breakers } from './breakers.ts';
import { failureOf } from './failures.ts';
import { Messages } from './messages.ts';
import { answerPlanCheck } from './plan-check.ts';
import { hearingOf, type Draft } from './drafts.ts';
import type { Clock, Model, Tools } from './ports.ts';
import { nextTimer } from './next-timer.ts';
import { sharedOf, sharedTold } from './ledgers.ts';
import { keepPromise } from './promises.ts';
import { Prompts } from './prompts.ts';
import type { TenantBudget } from './tenant-budget.ts';
import type { Actors } from './threads.ts';
import { callNoted } from './noted-calls.ts';
import { idOf } from './tool-calls.ts';
import { takeTurn, type TurnEnvironment } from './turns.ts';

export interface HostParts extends Pick<TurnEnvironment, 'memory' | 'sessions' | 'recent'> {
  readonly organisation: Organisation;
  readonly world: World;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly tools: Tools;
  readonly actors: Actors;
  readonly model: Model | undefined;
  readonly breakers: Breakers;
  readonly tenantBudget?: TenantBudget | undefined;
  /** Hears of what failed outside of any run: a store that is gone. */
  readonly onTrouble: (run: string, error: unknown) => void;
  /** Looks whether what is planned is due, and begins it. */
  readonly looking?: (system: System, params: Json) => Promise<Reply>;
  /** Works in scopes below. */
  readonly below?: Below;
  /** Hears what models write, where that may be shown. */
  readonly onDraft?: (draft: Draft) => void;
}

/** The acting half: begins what a commit wants, aborts what it no longer wants, and wakes timers. */
export class Host {
  readonly #parts: HostParts;
  /** What is under way, by effect id. */
  readonly #underWay = new Map<string, AbortController>();
  /** What came of effects and could not be made safe, by their ids: a later attempt is answered with it. */
  readonly #untold = new Map<string, Reply>();
  /** The next instant of each run. */
  readonly #alarms = new Map<string, () => void>();
  /** Runs that this process has begun or taken up, and that have something left to do. */
  readonly #atWork = new Set<string>();
  readonly #messages: Messages;
  readonly #prompts: Prompts;
  readonly #unhear: () => void;
  #isClosed = false;
  #isHeld = false;
  /** Runs that could not be stopped: what comes of their work waits until they are taken up. */
  readonly #forsaken = new Set<string>();

  constructor(parts: HostParts) {
    this.#parts = parts;
    const { engine, clock, organisation, tenantBudget, journal } = parts;
    const shared = sharedOf(organisation, tenantBudget);
    this.#prompts = new Prompts(journal);
    const takeUp = (run: string) => this.takeUp(run);
    this.#messages = new Messages(engine, clock, takeUp, shared);
    this.#unhear = engine.onCommit((commit) => this.#act(commit));
  }

  isAtWork(run: string): boolean {
    return this.#atWork.has(run);
  }

  /** Takes up a run that is not at work here; whatever else happens to it would be begun a second time later. */
  async takeUp(run: string): Promise<void> {
    if (!this.isAtWork(run)) await this.resume(run);
  }

  /** Takes a run up again after a restart: what was open is issued anew, what is overdue fires. */
  async resume(run: string): Promise<Commit> {
    // At once: a second call must not begin everything again.
    this.#atWork.add(run);
    this.#forsaken.delete(run);
    try {
      const commit = await this.#restore(run);
      // Who waits for its ledger or its fund is told by that, which may have been left behind as well.
      for (const shared of sharedTold(commit.system))
        await this.takeUp(shared).catch((error: unknown) => this.#trouble(shared, error));
      return commit;
    } catch (error) {
      this.#atWork.delete(run);
      throw error;
    }
  }

  async #restore(run: string): Promise<Commit> {
    const { clock, engine } = this.#parts;
    let commit = await engine.submit(run, { kind: 'restored', at: clock.now() });
    // What ran out while nobody was there has run out before anything else is heard.
    for (;;) {
      const next = nextTimer(commit.system);
      const at = clock.now();
      if (next === undefined || next.dueAt > at) return commit;
      this.#alarms.get(run)?.();
      commit = await engine.submit(run, { kind: 'timer', timer: next.key, at });
    }
  }

  readonly tellLedger = (run: string, event: Fact) => this.#messages.say(run, event);

  hold(): () => void {
    this.#isHeld = true;
    return () => (this.#isHeld = false);
  }

  forsake(run: string): void {
    this.#atWork.delete(run);
    this.#forsaken.add(run);
    this.#alarms.get(run)?.();
    for (const [effectId, controller] of this.#underWay)
      if (effectId.startsWith(`${run}#`)) controller.abort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unhear();
    for (const cancel of this.#alarms.values()) cancel();
    for (const controller of this.#underWay.values()) controller.abort();
    await this.#parts.actors.close();
    await this.#parts.tools.close?.();
  }

  #trouble(run: string, error: unknown): void {
    if (this.#isClosed) return;
    this.#atWork.delete(run);
    this.#parts.onTrouble(run, error);
  }

  #act(commit: Commit): void {
    const { ended, tells } = commit.system;
    if (commit.incoming.kind === 'started') this.#atWork.add(commit.run);
    if (ended !== undefined && tells.length === 0) this.#atWork.delete(commit.run);
    if (ended !== undefined) {
      this.#prompts.release(commit.run);
      for (const key of this.#untold.keys())
        if (key.startsWith(`${commit.run}#`)) this.#untold.delete(key);
    }
    for (const outgoing of commit.outgoing)
      if (!this.#isHeld || !BEGINS.includes(outgoing.kind)) this.#actOn(commit, outgoing);
    this.#setAlarm(commit);
  }

  #actOn(commit: Commit, outgoing: Outgoing): void {
    const { run, system } = commit;
    switch (outgoing.kind) {
      case 'effect':
        void this.#begin(run, system, outgoing);
        return;
      case 'abort': {
        const { effectId, effect } = outgoing;
        const late = abortReason(commit, effectId, effect);
        this.#underWay.get(effectId)?.abort(late);
        this.#underWay.delete(effectId);
        if (effect.kind === 'agent.turn')
          this.#parts.actors.release(session(run, effect.actor), late !== undefined);
        return;
      }
      case 'ended':
        this.#parts.actors.release(session(run, outgoing.actor));
        return;
      case 'tell':
        this.#messages.carry(run, outgoing).catch((error: unknown) => this.#trouble(run, error));
        return;
      case 'handed':
        return;
    }
  }

  async #begin(
    run: string,
    system: System,
    { effectId, key, effect }: Extract<Outgoing, { kind: 'effect' }>,
  ): Promise<void> {
    const controller = new AbortController();
    this.#underWay.set(effectId, controller);
    try {
      const perform = () => this.#perform(run, system, key, effectId, effect, controller.signal);
      const id = idOf(effectId);
      const known = this.#untold.get(id);
      const reply =
        known ??
        (await perform().catch((error: unknown) => {
          // The run's own record: nobody's work has failed, and after a restart it begins anew.
          if (error instanceof StoreUnavailableError) throw error;
          return failureOf(system, effect, error);
        }));
      if (reply === undefined || this.#isClosed) return;
      const { clock, engine } = this.#parts;
      const answer = ({ event, values }: Reply) =>
        engine.submit(run, { kind: 'answer', effectId, event, values, at: clock.now() });
      // One that was aborted may say no more than that.
      if (!controller.signal.aborted) this.#untold.set(id, reply);
      if (this.#forsaken.has(run)) return;
      await answer(reply).catch(async (error: unknown) => {
        // What the run cannot take, as it is nested too deeply, say, must not leave it open.
        const isRefused = error instanceof BadEventError || error instanceof NotJsonError;
        const refused = isRefused && failureOf(system, effect, error, 'contract');
        if (!refused) throw error;
        await answer(refused);
      });
      if (this.#untold.get(id) === reply) this.#untold.delete(id);
    } catch (error) {
      this.#trouble(run, error);
    } finally {
      this.#underWay.delete(effectId);
    }
  }

  /** The switch over every kind of work outside; undefined where the answer comes as an event of its own. */
  async #perform(
    run: string,
    system: System,
    key: string,
    effectId: string,
    effect: OpenEffect,
    signal: AbortSignal,
  ): Promise<Reply | undefined> {
    const { world } = this.#parts;
    const { kind, params, actor } = effect;
    const attempt = { actor, effectId, key, signal };
    // What an actor does is done by the version with which it was begun.
    const version = system.actors.get(actor)?.node?.version ?? 0;
    switch (kind) {
      case 'agent.turn':
        return takeTurn(
          this.#parts,
          system,
          {
            session: session(run, actor),
            version,
            ...attempt,
            hearing: hearingOf(this.#parts, this.#prompts, system, attempt),
          },
          params,
        );
      case 'tool.call':
        return callNoted(this.#parts, system, { run, ...attempt }, effect);
      case 'plan.check':
        return answerPlanCheck(world, system, params);
      case 'actor.promise':
        return keepPromise(this.#parts.organisation, effect, version, key, signal);
      case 'schedule.look':
        return this.#parts.looking?.(system, params);
      case 'run.begin':
        return this.#parts.below?.run(system, effect, attempt);
      case 'person.ask':
        return undefined;
    }
  }

  #setAlarm({ run, system }: Pick<Commit, 'run' | 'system'>): void {
    this.#alarms.get(run)?.();
    this.#alarms.delete(run);
    if (this.#isClosed) return;
    const next = nextTimer(system);
    if (next === undefined) return;
    const { clock, engine } = this.#parts;
    const cancel = clock.wakeAt(next.dueAt, () => {
      const at = Math.max(next.dueAt, clock.now());
      const incoming: Incoming = { kind: 'timer', timer: next.key, at };
      engine.submit(run, incoming).catch((error: unknown) => this.#trouble(run, error));
    });
    this.#alarms.set(run, cancel);
  }
}

/** What of a step sets something going outside of its run. */
const BEGINS: readonly string[] = ['effect', 'tell'];

/** A session of an agent's code lives as long as its task. */
const session = (run: string, actor: string): string => `${run}#${actor}`;
