import type { Fact } from '../../machines/protocol/effects.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import { LOCAL } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { isWaiting, reviewsOf, type Review } from '../decide/reviews.ts';
import type { LocalEngine } from '../engine/local.ts';
import type { Commit } from '../engine/ports.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { rootOf, type Incoming, type System } from '../kernel/system.ts';
import type { Triggers } from '../triggers/triggers.ts';
import type { Schedules } from '../schedules/schedules.ts';
import type { Dropped, Store } from '../store/ports.ts';
import { Accounts } from './accounts.ts';
import { assembled } from './assembled.ts';
import {
  begins,
  beginsAlone,
  changed,
  EMBEDDER,
  requireText,
  resultOf,
  type AskOptions,
  type Result,
  type RunOptions,
} from './asks.ts';
import type { Desk } from './desk.ts';
import { edited } from './edits.ts';
import type { Following, FollowOptions } from './following.ts';
import { forgotten } from './forgetting.ts';
import type { Host } from './host.ts';
import { deliverAgain } from './letters.ts';
import type { NovaOptions } from './nova-options.ts';
import type { Clock } from './ports.ts';
import type { Quotas } from './quotas.ts';
import { learned } from './lessons.ts';
import { openRuns, type Shelf } from './shown.ts';
import type { Stops, Stopped } from './stops.ts';
import { newRunId, runNamed } from './system-id.ts';
import { takenUp } from './taken-up.ts';
import { addressOf, decides, openReview, requireTaken, type Verdict } from './verdicts.ts';

/** An organisation at work: asks are taken, runs go on, people are asked. Close it when done. */
export class Nova extends Accounts implements Desk {
  readonly #store: Store;
  readonly #engine: LocalEngine;
  readonly #host: Host;
  readonly #schedules: Schedules;
  readonly #triggers: Triggers;
  readonly #stops: Stops;
  readonly #clock: Clock;
  readonly #quotas: Quotas;
  readonly #newId: (at: number) => string;
  readonly #onTrouble: NovaOptions['onTrouble'];
  /** What every request is begun with. */
  readonly #know: ReturnType<typeof assembled>['know'];
  readonly #following: Following;
  readonly #shelf: Shelf;

  constructor(options: NovaOptions) {
    const parts = assembled(options);
    const { engine, following, shelf, quotas, clock } = parts;
    super(shelf, quotas, parts);
    this.#onTrouble = options.onTrouble;
    this.#following = following;
    this.#store = parts.store;
    this.#clock = clock;
    this.#engine = engine;
    this.#shelf = shelf;
    this.#quotas = quotas;
    this.#newId = options.newId ?? newRunId;
    this.#know = parts.know;
    this.#host = parts.host;
    this.#schedules = parts.schedules;
    this.#triggers = parts.triggers;
    this.#stops = parts.stops;
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
    const { scope = LOCAL } = options;
    const at = this.#clock.now();
    const run = runNamed(scope, options.id ?? this.#newId(at));
    const { session } = options;
    if (session !== undefined) await this.sessions.begin(scope, session, run);
    const begin = async () =>
      begins(text, scope, at, await this.#know.about(text, scope, run), options);
    return this.#begin(run, options, begin);
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
    const { scope = LOCAL, onReviews, principal = EMBEDDER } = options;
    this.#quotas.take(principal);
    const at = this.#clock.now();
    const run = runNamed(scope, options.id ?? this.#newId(at));
    const hear = onReviews && changed(onReviews);
    const begin = async () => beginsAlone(node, input, scope, at, this.#know, options);
    return this.#begin(run, options, begin, (system) => {
      hear?.(reviewsOf(system));
      return false;
    });
  }

  /** Begins a run; the same request sent again, because its sender lost sight of it, is the same run. */
  #begin(
    run: string,
    options: AskOptions,
    incoming: () => Promise<Incoming>,
    isThere?: FollowOptions['isThere'],
  ): Promise<Result> {
    const submit = async () => {
      const known = options.id === undefined ? undefined : await this.#engine.load(run);
      if (known !== undefined) return this.#taken(run, options);
      const begun = async () => this.#engine.submit(run, await incoming());
      return this.knowing.beginning(run, begun);
    };
    return this.#follow(run, options, () => this.#stops.begin(submit), isThere);
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

  #submit(run: string, to: string, event: Fact, principal: Principal): Promise<Commit> {
    const at = this.#clock.now();
    return this.#engine.submit(run, { kind: 'external', to, event, principal, at });
  }

  /**
   * Takes up a run that a process left behind: what was open is issued anew, what is overdue fires.
   * @throws UnknownRunError.
   */
  resume(run: string, options: AskOptions = {}): Promise<Result> {
    return this.#follow(run, options, () => this.#taken(run, options));
  }

  /** What works in this process needs no taking up: it is followed from where it stands when somebody listens. */
  async #taken(run: string, { principal: by = EMBEDDER }: AskOptions) {
    const system = await this.#engine.load(run);
    if (system === undefined) throw new UnknownRunError(run);
    const { ended, tells, letters } = system;
    if (ended !== undefined && tells.length === 0) return { system };
    const taken = this.#host.isAtWork(run) ? { system } : await this.#host.resume(run);
    if (letters?.isFull !== true) return taken;
    // Whoever takes it up has seen its dead letters.
    return this.#submit(run, rootOf(system), { type: 'run.resumed' }, by);
  }

  /**
   * Takes up every run that has not ended, those whose time is up first: what was open is issued anew, what is overdue fires.
   * @returns how many; what cannot be taken up is told to `onTrouble`.
   */
  async takeUp(): Promise<number> {
    await this.#triggers.takeUp();
    const trouble = (run: string, error: unknown) => this.#following.trouble(run, error);
    return takenUp(this.#shelf, this.#host, (run) => this.#loaded(run), trouble);
  }

  /** A run that cannot be read, such as another organisation's, hides nobody else's. */
  async #loaded(run: string): Promise<System | undefined> {
    return this.#engine.load(run).catch((error: unknown) => {
      this.#onTrouble?.(run, error);
      return undefined;
    });
  }

  /**
   * Begins in this process what `schedules` plan, instant by instant, for a principal; over restarts each instant once.
   * @returns how many there are. @throws BadConfigError for one that is none; StoreUnavailableError.
   */
  keepSchedules(principal: Principal = EMBEDDER): Promise<number> {
    return this.#schedules.keep(principal, (run) => this.#host.takeUp(run));
  }

  /** Resolves when nobody waits for a run of this process any more. */
  idle(): Promise<void> {
    return this.#following.idle();
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
   * @throws UnknownReviewError where nothing waits there, or it wants another kind of answer; StaleReviewError where that was
   *   edited, or others are asked since; AlreadyDecidedError; MayNotDecideError; BadEventError for an edited content that breaks
   *   its contract.
   */
  async decide(id: string, verdict: Verdict, options: AskOptions = {}): Promise<Result> {
    this.#quotas.take(options.principal ?? EMBEDDER);
    const [run] = addressOf(id);
    const system = await this.#engine.load(run);
    const { review, system: known } = openReview(system, id, verdict);
    const said = edited(this.#shelf.world, this.#know.organisation, known, review, verdict);
    const result = await this.#follow(run, options, async () => {
      await this.#host.takeUp(run);
      const by = options.principal ?? EMBEDDER;
      const decision = decides(known, review, said, this.#clock.now(), by);
      const commit = await this.#engine.submit(run, decision);
      requireTaken(commit.system, review, decision);
      return commit;
    });
    // What it teaches is known to whoever asks next; nobody's answer fails for it.
    await learned(this.teaching, run).catch((error: unknown) => this.#onTrouble?.(run, error));
    return result;
  }

  /**
   * Stops a run: acknowledged when it resolves, and after that nothing of it begins. Works for one that sleeps, waits or is parked.
   * @returns what was under way: threads are ended, tools have their signal. @throws UnknownRunError; StoreUnavailableError.
   */
  stop(run: string, principal: Principal = EMBEDDER): Promise<Stopped> {
    return this.#stops.stop(run, principal);
  }

  /** Stops every run: nothing of any begins from now on. What comes in meanwhile begins after it. */
  stopAll(principal: Principal = EMBEDDER): Promise<Stopped[]> {
    return this.#stops.stopAll(principal);
  }

  /**
   * Delivers a dead letter again, once, after its cause is mended: what came from outside or from another run. It comes by whom it
   * came, and who has it delivered is on record.
   * @throws LetterError where it cannot be, or was already; UnknownRunError; BadEventError where it breaks its receiver's contract now.
   */
  async redeliver(letter: string, principal: Principal = EMBEDDER): Promise<void> {
    this.#quotas.take(principal);
    await deliverAgain(this.#engine, this.#host, letter, principal, this.#clock);
  }

  /**
   * Forgets the words of a run that has ended: all values and what its events brought beside them, or one value. Its handoffs stay.
   * @returns how many values. Once begun it is carried out, over crashes. Another run's same words are that run's; those who share its
   * work forget what it told them, and later runs what they were told of it. @throws UnknownRunError; RunOpenError; BadRequestError for an unknown hash; StoreUnavailableError.
   */
  forget(run: string, hash?: string): Promise<number> {
    const { journal } = this.#shelf;
    const { sessions, knowing, teaching } = this;
    const kept = { journal, sessions, knowing, ...teaching };
    return forgotten(this.#engine, kept, this.#host, run, hash);
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
