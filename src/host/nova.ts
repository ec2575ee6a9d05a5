import type { Fact } from '../../machines/protocol/effects.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import { Catalogue } from '../../machines/protocol/roles.ts';
import { scopeOf } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { isWaiting, reviewsOf, type Review } from '../decide/reviews.ts';
import { LocalEngine } from '../engine/local.ts';
import type { Commit } from '../engine/ports.ts';
import { UnknownReviewError } from '../errors/unknown-review-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { rootOf, type System } from '../kernel/system.ts';
import { memoryJournal } from '../store/memory-journal.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Dropped, Store } from '../store/ports.ts';
import { catalogueOf } from '../team/catalogue.ts';
import { worldOf } from '../team/world.ts';
import { Accounts } from './accounts.ts';
import {
  begins,
  beginsAlone,
  changed,
  decides,
  EMBEDDER,
  requireText,
  resultOf,
  type AskOptions,
  type Result,
  type RunOptions,
  type Verdict,
} from './asks.ts';
import { systemClock } from './clock.ts';
import type { Desk } from './desk.ts';
import { edited } from './edits.ts';
import { Following, type FollowOptions } from './following.ts';
import { Host, nextTimer } from './host.ts';
import { deliverAgain } from './letters.ts';
import type { NovaOptions } from './nova-options.ts';
import type { Clock } from './ports.ts';
import { orParked, retire } from './parked.ts';
import { Quotas } from './quotas.ts';
import { openRuns, type Shelf } from './shown.ts';
import { newRunId } from './system-id.ts';
import { inlineActors, threadActors } from './threads.ts';
import { localTools } from './tool-calls.ts';

/** An organisation at work: asks are taken, runs go on, people are asked. Close it when done. */
export class Nova extends Accounts implements Desk {
  readonly #store: Store;
  readonly #engine: LocalEngine;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #quotas: Quotas;
  readonly #newId: (at: number) => string;
  readonly #onTrouble: NovaOptions['onTrouble'];
  /** What every request is begun with. */
  readonly #know: Parameters<typeof begins>[3];
  readonly #following: Following;
  readonly #shelf: Shelf;

  constructor(options: NovaOptions) {
    const { organisation, model, journal = memoryJournal(), store = memoryStore() } = options;
    const { clock = systemClock, tools = localTools(organisation) } = options;
    const hasModel = model !== undefined;
    const { maxDeadLetters } = options;
    const limits = maxDeadLetters === undefined ? {} : { maxDeadLetters };
    const world = worldOf(organisation, { hasModel, limits });
    const engine = new LocalEngine(world, journal, store);
    const { module, id } = organisation;
    const actors = module === undefined ? inlineActors(organisation) : threadActors(module, id);
    const catalogue = Catalogue.parse(catalogueOf(organisation, hasModel)) as Json;
    const following = new Following(engine, options.onTrouble);
    const onTrouble = (run: string, error: unknown) => following.trouble(run, error);
    const shelf = { journal, engine, world };
    const quotas = new Quotas(clock, options.quota);
    super(shelf, quotas);
    this.#onTrouble = options.onTrouble;
    this.#following = following;
    this.#store = store;
    this.#clock = clock;
    this.#engine = engine;
    this.#shelf = shelf;
    this.#quotas = quotas;
    this.#newId = options.newId ?? newRunId;
    this.#know = { organisation, catalogue, limits: options.limits ?? {} };
    const parts = { organisation, world, engine, journal, clock, tools, actors, model, onTrouble };
    this.#host = new Host(parts);
  }

  /** What the last opening of the journal had to cut off. */
  get dropped(): readonly Dropped[] {
    return this.#shelf.journal.dropped;
  }

  /**
   * Takes a request to its end, or to where a person is needed.
   * @param text what is wanted, in a person's words; 1 to 20,000 characters.
   * @throws BadRequestError for an empty or too long text; StoreUnavailableError where nothing can be made safe.
   */
  async ask(text: string, options: AskOptions = {}): Promise<Result> {
    requireText(text);
    this.#quotas.take(options.principal ?? EMBEDDER);
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
   * Takes one node, without a request around it, to its end, in the deadline of requests; where a person is needed it waits for that
   * person.
   * @param node id of an agent, a team or a machine of the organisation; an unknown one ends as `failed { unknown_node }`.
   * @param input its contract's input; one that breaks it ends as `refused { contract }`.
   * @param options `onReviews` hears what waits on a person whenever that changes. The same `id` is the same run.
   * @throws NotJsonError for an input that is no JSON; StoreUnavailableError where nothing can be made safe.
   */
  async run(node: string, input: Json, options: RunOptions = {}): Promise<Result> {
    const { scope = scopeOf('local'), onReviews, principal = EMBEDDER } = options;
    this.#quotas.take(principal);
    const at = this.#clock.now();
    const run = `${scope}/${options.id ?? this.#newId(at)}`;
    const known = options.id === undefined ? undefined : await this.#engine.load(run);
    if (known?.ended !== undefined) return this.show(run);
    const hear = onReviews && changed(onReviews);
    return this.#follow(
      run,
      options,
      async () => {
        if (known === undefined)
          return this.#engine.submit(run, beginsAlone(node, input, scope, at, this.#know, options));
        return this.#host.isAtWork(run) ? { system: known } : this.#host.resume(run);
      },
      (system) => {
        hear?.(reviewsOf(system));
        return false;
      },
    );
  }

  /**
   * Lets a machine of one's own have an event from outside.
   * @param actor where it is at work, as `run#actor`.
   * @throws UnknownRunError; BadEventError for one that breaks its contract.
   */
  async send(actor: string, event: Fact, principal: Principal = EMBEDDER): Promise<void> {
    this.#quotas.take(principal);
    const cut = Math.max(0, actor.lastIndexOf('#'));
    const [run, to] = [actor.slice(0, cut), actor.slice(cut + 1)];
    await this.#host.takeUp(run);
    await this.#submit(run, to, event, principal);
  }

  async #submit(run: string, to: string, event: Fact, principal: Principal): Promise<Commit> {
    const at = this.#clock.now();
    return this.#engine.submit(run, { kind: 'external', to, event, principal, at });
  }

  /**
   * Takes up a run that a process left behind: what was open is issued anew, what is overdue fires.
   * @throws UnknownRunError.
   */
  async resume(run: string, options: AskOptions = {}): Promise<Result> {
    const system = await this.#engine.load(run);
    if (system === undefined) throw new UnknownRunError(run);
    if (system.ended !== undefined && system.tells.length === 0) return this.show(run);
    // What works in this process needs no taking up: it is only followed.
    return this.#follow(run, options, async () => {
      const taken = this.#host.isAtWork(run) ? { system } : await this.#host.resume(run);
      if (taken.system.letters?.isFull !== true) return taken;
      // Whoever takes it up has seen its dead letters.
      const principal = options.principal ?? EMBEDDER;
      return this.#submit(run, rootOf(system), { type: 'run.resumed' }, principal);
    });
  }

  /**
   * Takes up every run that has not ended, those whose time is up first: what was open is issued anew, what is overdue fires.
   * @returns how many; what cannot be taken up is told to `onTrouble`.
   */
  async takeUp(): Promise<number> {
    const left: (readonly [run: string, dueAt: number])[] = [];
    for (const run of await openRuns(this.#shelf)) {
      const system = this.#host.isAtWork(run) ? undefined : await this.#loaded(run);
      if (system !== undefined) left.push([run, nextTimer(system)?.dueAt ?? Infinity]);
    }
    for (const [run] of left.toSorted(([, a], [, b]) => a - b)) {
      await this.#host.resume(run).catch((error: unknown) => this.#following.trouble(run, error));
    }
    return left.length;
  }

  /** A run that cannot be read, such as another organisation's, hides nobody else's. */
  async #loaded(run: string): Promise<System | undefined> {
    return this.#engine.load(run).catch((error: unknown) => {
      this.#onTrouble?.(run, error);
      return undefined;
    });
  }

  /** Resolves when nobody waits for a run of this process any more. */
  async idle(): Promise<void> {
    await this.#following.idle();
  }

  /** Everything that waits on a person, over all runs of the store. */
  async reviews(): Promise<Review[]> {
    const reviews: Review[] = [];
    for (const run of await openRuns(this.#shelf)) {
      const system = await this.#loaded(run);
      if (system) reviews.push(...reviewsOf(system));
    }
    return reviews;
  }

  /**
   * Decides a review and takes its run on, to its end or to the next review.
   * @throws UnknownReviewError where nothing waits there, or it wants another kind of answer; BadEventError for an edited
   *   content that breaks its contract.
   */
  async decide(id: string, verdict: Verdict, options: AskOptions = {}): Promise<Result> {
    this.#quotas.take(options.principal ?? EMBEDDER);
    const run = id.slice(0, Math.max(0, id.lastIndexOf('#')));
    const system = await this.#engine.load(run);
    const review = system && reviewsOf(system).find((open) => open.id === id);
    if (
      system === undefined ||
      review === undefined ||
      (verdict.is === 'answer') !== (review.purpose === 'question')
    )
      throw new UnknownReviewError(id, verdict.is);
    if (verdict.is === 'edit')
      verdict = {
        is: 'edit',
        value: edited(this.#shelf.world, this.#know.organisation, system, review, verdict.value),
      };
    return this.#follow(run, options, async () => {
      await this.#host.takeUp(run);
      return this.#engine.submit(
        run,
        decides(system, review, verdict, this.#clock.now(), options.principal ?? EMBEDDER),
      );
    });
  }

  /** Stops a run: acknowledged when it resolves, and after that nothing of it begins. */
  async stop(run: string, principal: Principal = EMBEDDER): Promise<void> {
    const system = await orParked(this.#engine.load(run));
    if (typeof system === 'string') return retire(this.#shelf, run, principal, this.#clock.now());
    const to = (system && rootOf(system)) || 'request';
    // Not taken up before: nothing of it begins once more.
    await this.#submit(run, to, { type: 'run.stopped' }, principal);
  }

  /**
   * Delivers a dead letter again, once, after its cause is mended: what came from outside or from another run. It comes by whom it
   * came, and who has it delivered is on record.
   * @throws LetterError where it cannot be, or was already; UnknownRunError; BadEventError where it breaks its receiver's contract now.
   */
  async redeliver(letter: string, principal: Principal = EMBEDDER): Promise<void> {
    this.#quotas.take(principal);
    const takeUp = (run: string) => this.#host.takeUp(run);
    await deliverAgain(this.#engine, takeUp, letter, principal, () => this.#clock.now());
  }

  /**
   * Forgets the words of a run that has ended: all values and what its events brought beside them, or one value. Its handoffs stay.
   * @returns how many values. Once begun it is carried out, over crashes. Another run's same words are that run's.
   * @throws UnknownRunError; RunOpenError: stop it first; BadRequestError for a hash that it does not have; StoreUnavailableError.
   */
  forget(run: string, hash?: string): Promise<number> {
    return this.#engine.forget(run, hash);
  }

  /** Lets everything go; runs that have not ended stay as they are in the journal. */
  async close(): Promise<void> {
    this.#following.close();
    await this.#host.close();
    await this.#engine.close();
    await this.#shelf.journal.close();
    await this.#store.close();
  }

  /** Until the run has ended or only a person can move it. */
  async #follow(
    run: string,
    options: AskOptions,
    submit: FollowOptions['submit'],
    isThere: FollowOptions['isThere'] = isWaiting,
  ): Promise<Result> {
    const { onProgress, signal, principal } = options;
    const stop = () => this.stop(run, principal);
    const system = await this.#following.follow(run, { onProgress, signal, submit, stop, isThere });
    return resultOf(system, await this.#shelf.journal.read(run));
  }
}
