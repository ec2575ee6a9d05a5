import type { Principal } from '../../machines/protocol/principal.ts';
import type { TaskSettings } from '../../machines/protocol/handoff.ts';
import { rootOf, type System } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import { inFlightAtStop, type InFlight } from '../observe/in-flight.ts';
import { summaryOf } from '../store/run-facts.ts';
import type { Below } from './below.ts';
import { runsBelow } from './runs-below.ts';
import { messageOf } from './border.ts';
import { orParked, retire } from './parked.ts';
import { openRuns, type Shelf } from './shown.ts';

/** What a stop came to. */
export interface Stopped {
  readonly run: string;
  /** How the run stands now: `cancelled`, or how it had ended before. */
  readonly outcome: string;
  /** What was under way, oldest first; it has been told to end, and its answer counts no more. */
  readonly inFlight: readonly Halted[];
  /** Why it could not be stopped: its record cannot be written. */
  readonly failed?: string;
}
export interface Halted extends Omit<InFlight, 'effectId' | 'isBegun'> {
  readonly tool?: string;
  /** True for a write that had begun: it may have happened. */
  readonly isInDoubt: boolean;
}

/** The last tool that an actor called, where it is a task that is known. */
function toolOf(system: System | undefined, actor: string): string | undefined {
  const { calls = [] } = (system?.actors.get(actor)?.state.context ?? {}) as unknown as {
    readonly calls?: readonly { readonly tool: string }[];
  };
  return calls.at(-1)?.tool;
}

/** A call that had begun is in doubt, unless it is known that its tool only reads. */
function mayHaveWritten(system: System | undefined, { actor, effect, isBegun }: InFlight): boolean {
  if (effect !== 'tool.call' || !isBegun) return false;
  const { settings } = (system?.actors.get(actor)?.state.context ?? {}) as unknown as {
    readonly settings?: TaskSettings;
  };
  return settings?.tools[toolOf(system, actor) ?? '']?.effect !== 'reads';
}

const haltedIn =
  (system: System | undefined) =>
  (flight: InFlight): Halted => {
    const { actor, node, effect, since } = flight;
    const tool = effect === 'tool.call' ? toolOf(system, actor) : undefined;
    return {
      actor,
      ...(node !== undefined && { node }),
      effect,
      ...(tool !== undefined && { tool }),
      since,
      isInDoubt: mayHaveWritten(system, flight),
    };
  };

/** Stops a run, wherever it is: at work, asleep, parked; one that has ended stays as it is. @throws UnknownRunError. */
export async function stopped(
  shelf: Shelf,
  run: string,
  principal: Principal,
  at: number,
): Promise<Stopped> {
  const { engine, journal } = shelf;
  const before = await orParked(engine.load(run));
  let system = typeof before === 'string' ? undefined : before;
  if (typeof before === 'string') await retire(shelf, run, principal, at);
  else if (before?.ended === undefined) {
    // Not taken up before: nothing of it begins once more.
    const to = (before && rootOf(before)) || 'request';
    const event = { type: 'run.stopped' };
    system = (await engine.submit(run, { kind: 'external', to, event, principal, at })).system;
  } else return { run, outcome: before.ended.outcome, inFlight: [] };
  const records = await journal.read(run);
  const outcome = system?.ended?.outcome ?? summaryOf(run, records)?.outcome ?? 'open';
  return { run, outcome, inFlight: inFlightAtStop(records).map(haltedIn(system)) };
}

/** What stops runs has of the acting half. */
interface Halting {
  /** Begins nothing, and carries no message, until the returned function is called. */
  hold(): () => void;
  /** Ends what is under way for a run, whatever its record says. */
  forsake(run: string): void;
  /** Tells anew what has not arrived. */
  resume(run: string): Promise<unknown>;
}

/**
 * Stops runs, one or all. While all are stopped nothing begins: a run that is just beginning is waited for and stopped too; one
 * that comes later begins when all that was there has been stopped.
 */
export class Stops {
  readonly #shelf: Shelf;
  readonly #host: Halting;
  readonly #below: Pick<Below, 'settled'> | undefined;
  readonly #now: () => number;
  readonly #onTrouble: (run: string, error: unknown) => void;
  readonly #beginning = new Set<Promise<unknown>>();
  #stopping: Promise<unknown> | undefined;

  constructor(
    shelf: Shelf,
    host: Halting,
    now: () => number,
    onTrouble: (run: string, error: unknown) => void,
    below?: Pick<Below, 'settled'>,
  ) {
    this.#shelf = shelf;
    this.#host = host;
    this.#below = below;
    this.#now = now;
    this.#onTrouble = onTrouble;
  }

  /** Begins a run. */
  async begin<T>(begin: () => Promise<T>): Promise<T> {
    while (this.#stopping !== undefined) await this.#stopping;
    const begun = begin();
    this.#beginning.add(begun);
    try {
      return await begun;
    } finally {
      this.#beginning.delete(begun);
    }
  }

  /** What works below for the run is stopped before this resolves, too. */
  async stop(run: string, principal: Principal): Promise<Stopped> {
    const before = await orParked(this.#shelf.engine.load(run));
    const done = await stopped(this.#shelf, run, principal, this.#now());
    const wanted = typeof before === 'string' || before === undefined ? [] : runsBelow(before);
    for (const { run: one } of wanted) {
      await this.#below?.settled(one);
      if ((await this.#shelf.engine.load(one)) !== undefined) await this.stop(one, principal);
    }
    return done;
  }

  async stopAll(principal: Principal): Promise<Stopped[]> {
    while (this.#stopping !== undefined) await this.#stopping;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopping = promise;
    const release = this.#host.hold();
    try {
      await Promise.allSettled(this.#beginning);
      // A ledger is everybody's, and does nothing by itself.
      const runs = (await openRuns(this.#shelf)).filter((run) => sharedIn(run) === undefined);
      return await Promise.all(runs.map((run) => this.#orForsaken(run, principal)));
    } finally {
      release();
      this.#stopping = undefined;
      resolve();
      await this.#tellOn();
    }
  }

  /** What runs had told others before they ended is told on: who was stopped as well takes it as a dead letter. */
  async #tellOn(): Promise<void> {
    const { runs } = await this.#shelf.journal.list({ isOpen: true, withShared: true });
    for (const { run, outcome } of runs)
      if (outcome !== undefined || sharedIn(run) !== undefined)
        await this.#host.resume(run).catch((error: unknown) => this.#onTrouble(run, error));
  }

  /** Of a run that cannot be written nothing begins either, until somebody takes it up. */
  async #orForsaken(run: string, principal: Principal): Promise<Stopped> {
    try {
      return await this.stop(run, principal);
    } catch (error) {
      this.#host.forsake(run);
      return { run, outcome: 'open', inFlight: [], failed: messageOf(error) };
    }
  }
}
