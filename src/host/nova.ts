import type * as z from 'zod';
import type { Principal } from '../../machines/protocol/principal.ts';
import { Catalogue } from '../../machines/protocol/roles.ts';
import { scopeOf } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { isWaiting, reviewsOf, type Review } from '../decide/reviews.ts';
import { LocalEngine } from '../engine/local.ts';
import type { Commit } from '../engine/ports.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { UnknownReviewError } from '../errors/unknown-review-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import type { System } from '../kernel/system.ts';
import { summaryOf, type RunSummary } from '../observe/trace.ts';
import { memoryJournal } from '../store/memory-journal.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Dropped, Journal, Store } from '../store/ports.ts';
import { catalogueOf } from '../team/catalogue.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { worldOf } from '../team/world.ts';
import {
  begins,
  decides,
  EMBEDDER,
  requireText,
  resultOf,
  type AskOptions,
  type RequestLimits,
  type Result,
  type Verdict,
} from './asks.ts';
import { systemClock } from './clock.ts';
import type { Desk } from './desk.ts';
import { Host } from './host.ts';
import type { Clock, Model, Tools } from './ports.ts';
import { progressOf } from './progress.ts';
import { newRunId } from './system-id.ts';
import { inlineActors, threadActors } from './threads.ts';
import { localTools } from './tool-calls.ts';

interface Watch {
  wake: () => void;
  trouble: { readonly error: unknown } | undefined;
}
type Submit = () => Promise<Pick<Commit, 'system'>>;

export interface NovaOptions {
  readonly organisation: Organisation;
  /** Default: in memory, gone with the process. */
  readonly journal?: Journal;
  readonly store?: Store;
  readonly model?: Model;
  readonly clock?: Clock;
  readonly tools?: Tools;
  readonly limits?: z.input<typeof RequestLimits>;
  readonly newId?: (at: number) => string;
  /** Hears what failed outside of the machines; whoever waits for the run is told in any case. */
  readonly onTrouble?: (run: string, error: unknown) => void;
}

/** An organisation at work: asks are taken, runs go on, people are asked. Close it when done. */
export class Nova implements Desk {
  readonly #journal: Journal;
  readonly #store: Store;
  readonly #engine: LocalEngine;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #newId: (at: number) => string;
  readonly #onTrouble: NovaOptions['onTrouble'];
  /** What every request is begun with. */
  readonly #know: Parameters<typeof begins>[3];
  /** Runs that this process has begun or taken up. */
  readonly #atWork = new Set<string>();
  /** Whoever waits for a run, to be woken by a commit or by trouble. */
  readonly #watches = new Map<string, Set<Watch>>();
  /** Those that somebody is waiting for. */
  readonly #followed = new Set<Promise<Result>>();

  constructor(options: NovaOptions) {
    const { organisation, model, journal = memoryJournal(), store = memoryStore() } = options;
    const { clock = systemClock, tools = localTools(organisation) } = options;
    const hasModel = model !== undefined;
    const world = worldOf(organisation, { hasModel });
    const engine = new LocalEngine(world, journal, store);
    const { module, id } = organisation;
    const actors = module === undefined ? inlineActors(organisation) : threadActors(module, id);
    const catalogue = Catalogue.parse(catalogueOf(organisation, hasModel)) as Json;
    const onTrouble = (run: string, error: unknown) => this.#trouble(run, error);
    this.#onTrouble = options.onTrouble;
    this.#journal = journal;
    this.#store = store;
    this.#clock = clock;
    this.#engine = engine;
    this.#newId = options.newId ?? newRunId;
    this.#know = { organisation, catalogue, limits: options.limits ?? {} };
    this.#host = new Host({
      organisation,
      world,
      engine,
      journal,
      clock,
      tools,
      actors,
      model,
      onTrouble,
    });
  }

  /** What the last opening of the journal had to cut off. */
  get dropped(): readonly Dropped[] {
    return this.#journal.dropped;
  }

  /**
   * Takes a request to its end, or to where a person is needed.
   * @param text what is wanted, in a person's words; 1 to 20,000 characters.
   * @throws BadRequestError for an empty or too long text; StoreUnavailableError where nothing can be made safe.
   */
  async ask(text: string, options: AskOptions = {}): Promise<Result> {
    requireText(text);
    const { scope = scopeOf('local') } = options;
    const at = this.#clock.now();
    const run = `${scope}/${options.id ?? this.#newId(at)}`;
    // The same request sent again, because its sender lost sight of it, is the same run.
    if (options.id !== undefined && (await this.#engine.load(run)) !== undefined)
      return this.resume(run, options);
    return this.#follow(run, options, () =>
      this.#engine.submit(run, begins(text, scope, at, this.#know, options)),
    );
  }

  /**
   * Takes up a run that a process left behind: what was open is issued anew, what is overdue fires.
   * @throws UnknownRunError.
   */
  async resume(run: string, options: AskOptions = {}): Promise<Result> {
    const system = await this.#engine.load(run);
    if (system === undefined) throw new UnknownRunError(run);
    if (system.ended !== undefined) return this.show(run);
    // What works in this process needs no taking up: it is only followed.
    if (this.#atWork.has(run)) return this.#follow(run, options, async () => ({ system }));
    return this.#follow(run, options, () => this.#host.resume(run));
  }

  /** Resolves when nobody waits for a run of this process any more. */
  async idle(): Promise<void> {
    while (this.#followed.size > 0) await Promise.allSettled(this.#followed);
  }

  /** Everything that waits on a person, over all runs of the store. */
  async reviews(): Promise<Review[]> {
    const reviews: Review[] = [];
    for (const run of await this.#openRuns()) {
      // One run that cannot be read, such as another organisation's, hides nobody else's.
      const system = await this.#engine.load(run).catch((error: unknown) => {
        this.#onTrouble?.(run, error);
      });
      if (system) reviews.push(...reviewsOf(system));
    }
    return reviews;
  }

  /**
   * Decides a review and takes its run on, to its end or to the next review.
   * @throws UnknownReviewError where nothing waits there, or it wants another kind of answer.
   */
  async decide(id: string, verdict: Verdict, options: AskOptions = {}): Promise<Result> {
    const run = id.slice(0, Math.max(0, id.lastIndexOf('#')));
    const system = await this.#engine.load(run);
    const review = system && reviewsOf(system).find((open) => open.id === id);
    if (
      system === undefined ||
      review === undefined ||
      (verdict.is === 'answer') !== (review.purpose === 'question')
    )
      throw new UnknownReviewError(id, verdict.is);
    // Asked before following, which counts as being at work.
    const isAtWork = this.#atWork.has(run);
    return this.#follow(run, options, async () => {
      if (!isAtWork) await this.#host.resume(run);
      return this.#engine.submit(
        run,
        decides(system, review, verdict, this.#clock.now(), options.principal ?? EMBEDDER),
      );
    });
  }

  /** Stops a run: acknowledged when it resolves, and after that nothing of it begins. */
  async stop(run: string, principal: Principal = EMBEDDER): Promise<void> {
    const event = { type: 'run.stopped' };
    await this.#engine.submit(run, {
      kind: 'external',
      to: 'request',
      event,
      principal,
      at: this.#clock.now(),
    });
  }

  /** Every run of the store, oldest first. */
  async runs(): Promise<RunSummary[]> {
    const summaries = [];
    for (const run of await this.#journal.runs())
      summaries.push(summaryOf(run, await this.#journal.read(run)));
    return summaries.filter((summary) => summary !== undefined);
  }

  /** How a run stands. @throws UnknownRunError. */
  async show(run: string): Promise<Result> {
    const system = await this.#engine.load(run);
    if (system === undefined) throw new UnknownRunError(run);
    return resultOf(system, await this.#journal.read(run));
  }

  /** What failed outside of the machines, a store that is gone: whoever waits for that run is told. */
  #trouble(run: string, error: unknown): void {
    this.#atWork.delete(run);
    for (const watch of this.#watches.get(run) ?? []) {
      watch.trouble = { error };
      watch.wake();
    }
    this.#onTrouble?.(run, error);
  }

  /** Lets everything go; runs that have not ended stay as they are in the journal. */
  async close(): Promise<void> {
    for (const run of this.#watches.keys()) this.#trouble(run, new ClosedError(run));
    await this.#host.close();
    await this.#journal.close();
    await this.#store.close();
  }

  async #openRuns(): Promise<string[]> {
    return (await this.runs()).filter(({ outcome }) => outcome === undefined).map(({ run }) => run);
  }

  #follow(run: string, options: AskOptions, submit: Submit): Promise<Result> {
    const following = this.#settle(run, options, submit);
    this.#followed.add(following);
    const forget = () => this.#followed.delete(following);
    following.then(forget, forget);
    return following;
  }

  /** Submits, then waits until the run has ended or only a person can move it. */
  async #settle(
    run: string,
    { onProgress, signal, principal }: AskOptions,
    submit: Submit,
  ): Promise<Result> {
    let latest: System | undefined;
    const watch: Watch = { wake: () => {}, trouble: undefined };
    const watches = this.#watches.get(run) ?? new Set();
    this.#watches.set(run, watches.add(watch));
    const unhear = this.#engine.onCommit((commit) => {
      if (commit.run !== run) return;
      latest = commit.system;
      for (const progress of progressOf(commit)) onProgress?.(progress);
      watch.wake();
    });
    const stop = () =>
      void this.stop(run, principal).catch((error: unknown) => this.#trouble(run, error));
    try {
      this.#atWork.add(run);
      const first = (await submit()).system;
      // Later commits may have been heard before this one's promise was.
      if (latest === undefined || latest.seq < first.seq) latest = first;
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      while (latest.ended === undefined && !isWaiting(latest)) {
        if (watch.trouble !== undefined) throw watch.trouble.error;
        await new Promise<void>((heard) => {
          watch.wake = heard;
        });
      }
      if (latest.ended !== undefined) this.#atWork.delete(run);
      return resultOf(latest, await this.#journal.read(run));
    } finally {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(run);
      unhear();
      signal?.removeEventListener('abort', stop);
    }
  }
}
