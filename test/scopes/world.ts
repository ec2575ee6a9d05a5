// One world of several scopes in one Nova, at which everything happens at once, as its seed says; and what was seen where.
import { Nova, type NovaOptions } from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import { dice } from '../verify/simulation/crew.ts';
import { Canaries, type Place } from './canaries.ts';
import { NODES, OF_A_WORLD, SCOPES, SESSIONS, VERBS, type Shelf } from './cast.ts';
import { hourly, officeOf, quiet, type Scene } from './office.ts';

const HOUR = 3_600_000;
/** After so many rounds of decisions what is open is stopped. */
const ROUNDS = 3;

export const scene = {} as Scene;
const { organisation, model } = officeOf(scene);

export class World {
  readonly canaries: Canaries;
  readonly runs = new Map<string, Place & { readonly run: string }>();
  readonly scopes: readonly string[];
  readonly #roll: (sides: number) => number;
  readonly #shelf: Shelf;
  readonly #clock = new ManualClock(HOUR);
  readonly #stray: Promise<void>[] = [];
  readonly #schedules: NonNullable<NovaOptions['schedules']>;
  nova: Nova;

  constructor(seed: number, shelf: Shelf) {
    this.#roll = dice(seed);
    this.#shelf = shelf;
    this.canaries = new Canaries(this.#roll);
    const left = [...SCOPES];
    this.scopes = Array.from({ length: OF_A_WORLD }, () => this.#draw(left));
    Object.assign(scene, { canaries: this.canaries, placeOf: (run: string) => this.placeOf(run) });
    this.#schedules = hourly(this.scopes.slice(0, 2), this.canaries);
    this.nova = this.#opened();
  }

  placeOf(run: string): Place & { readonly run: string } {
    const scope = run.slice(0, run.lastIndexOf('/'));
    return this.runs.get(run) ?? { scope, run };
  }

  /** So many things happen, most of them while others are under way; then everything comes to its end. */
  async play(events: number): Promise<void> {
    await this.nova.keepSchedules();
    for (let event = 0; event < events; event += 1) {
      await this.#happens();
      await quiet(this.#roll(12));
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      await quiet(20);
      const reviews = await this.nova.reviews();
      if (reviews.length === 0) break;
      for (const { id } of reviews) await this.#decide(id);
    }
    await this.nova.stopAll();
    await quiet(10);
    // Nothing stands in the way any more.
    const talked = [...this.runs.values()].filter(({ session }) => session !== undefined);
    for (const place of talked.filter(() => this.#roll(2) === 0))
      await this.#forget(place).catch((error: unknown) => this.#heard('forget', place, error));
  }

  async close(): Promise<void> {
    await this.nova.close();
    await Promise.all(this.#stray);
  }

  #draw<T>(from: T[]): T {
    return from.splice(this.#roll(from.length), 1)[0] as T;
  }
  #some<T>(of: readonly T[]): T | undefined {
    return of[this.#roll(of.length)];
  }
  #scope(): string {
    return this.#some(this.scopes) ?? '';
  }

  #opened(): Nova {
    return new Nova({
      organisation,
      model,
      journal: this.#shelf.journal(),
      store: this.#shelf.store(),
      clock: this.#clock,
      schedules: this.#schedules,
      tenantBudget: { steps: 12, block: { steps: 4 } },
      onTrouble: (run, error) => this.#heard('trouble', this.placeOf(run), error),
    });
  }

  /** Who is told something, an error too, is in some place. */
  #heard(where: string, place: Place, found: unknown): void {
    const text =
      found instanceof Error ? `${found.message} ${found.stack} ${String(found.cause)}` : found;
    this.canaries.look(where, place, text);
  }

  /** Goes on while other things happen. @param saying what is said by it. */
  #begin(where: string, place: Place, work: () => Promise<unknown>, saying: unknown = ''): void {
    const said = this.canaries.in(saying);
    for (const canary of said) canary.isSaid = false;
    const done = async () => {
      const found = await work().catch((error: unknown) => error);
      for (const canary of said) canary.isSaid = true;
      this.#heard(where, place, found);
    };
    this.#stray.push(done());
  }

  async #happens(): Promise<void> {
    const can: readonly (() => void | Promise<void>)[] = [
      () => this.#ask(),
      () => this.#ask(),
      () => this.#run(),
      () => this.#run(),
      () => this.#note(),
      () => this.#teach(),
      () => this.#accept(),
      () => this.#search(),
      () => this.#send(),
      () => this.#decideAny(),
      () => this.#stop(),
      () => this.#forgetRecord(),
      () => this.#forgetRun(),
      () => this.#reach(),
      () => this.#redeliver(),
      () => this.#time(),
      () => this.#reopen(),
    ];
    await this.#some(can)?.();
  }

  #placed(session?: string) {
    // Few conversations, so that they have many turns.
    const scope = session === undefined ? this.#scope() : (this.scopes[this.#roll(2)] ?? '');
    const id = `r${this.runs.size}`;
    const place = { scope, run: `${scope}/${id}`, session: session && `${scope} ${session}` };
    this.runs.set(place.run, place);
    const project = `/home/${this.canaries.mint('project', place)}`;
    return { place, options: { scope, id, project, ...(session && { session }) } };
  }

  #words(place: Place): string {
    const verbs = [0, 1].map(() => this.#some(VERBS) ?? '');
    const what = verbs.includes('note') ? 'held' : 'asked';
    return [...verbs, 'roof', this.canaries.mint(what, place)].join(' ');
  }

  #ask(): void {
    const session = this.#some(['day', 'day', 'night', undefined]);
    const { place, options } = this.#placed(session);
    const nodes = [this.#some(NODES.slice(0, 3)), this.#some(NODES.slice(0, 4))].join('+');
    const text = `${nodes}: ${this.#words(place)}`;
    for (const canary of this.canaries.in(text)) canary.isAsked = true;
    const onProgress = (progress: unknown) => this.#heard('progress', place, progress);
    this.#begin('answer', place, () => this.nova.ask(text, { ...options, onProgress }));
  }

  #run(): void {
    const node = this.#some(NODES) ?? '';
    const { place, options } = this.#placed();
    // What several scopes ask in the same words.
    const text = node === 'teller' ? 'survey the roof' : this.#words(place);
    const onReviews = (reviews: unknown) => this.#heard('reviews', place, reviews);
    this.#begin('result', place, () => this.nova.run(node, { text }, { ...options, onReviews }));
  }

  #note(): void {
    const scope = this.#scope();
    const text = `roof note ${this.canaries.mint('note', { scope }, true)}`;
    const kind = this.#some(['fact', 'promise'] as const);
    this.#begin('note', { scope }, () => this.nova.memory(scope, { is: 'note', kind, text }));
  }

  /** Says who takes a request, or what was asked in a run. */
  #teach(): void {
    const scope = this.#scope();
    const text = `roof ${this.canaries.mint('lesson', { scope }, true)}`;
    this.#begin('lesson', { scope }, () => this.nova.correct(text, 'clerk', { scope }));
    const place = this.#some([...this.runs.values()]);
    if (place === undefined || this.#roll(2) === 0) return;
    const words = this.canaries.taughtBy(place.run);
    this.#begin('lesson', place, () => this.nova.correct(place.run, null), words);
  }

  async #accept(): Promise<void> {
    const scope = this.#scope();
    const held = (await this.nova.memory(scope)).find(({ isHeld }) => isHeld);
    if (held === undefined) return;
    for (const canary of this.canaries.in(held.text)) canary.isOpen = true;
    this.#begin('accept', { scope }, () => this.nova.memory(scope, { is: 'accept', id: held.id }));
  }

  #search(): void {
    const scope = this.#scope();
    this.#begin('search', { scope }, () =>
      this.nova.memory(scope, { is: 'search', words: 'what of the roof' }),
    );
    const name = this.#some(SESSIONS) ?? '';
    const place = { scope, run: '', session: `${scope} ${name}` };
    this.#begin('session', place, () => this.nova.session(scope, name));
  }

  #send(): void {
    const place = this.#some([...this.runs.values()]);
    if (place === undefined) return;
    const to = this.#some(['solo/node', 'solo/nobody', 'request', 'request/plan/p0']);
    const text = this.canaries.mint('event', place);
    const event = this.#some([
      { type: 'SAY', text },
      { type: 'SAY', [text]: text },
      { type: 'HEY', text },
    ]);
    const send = () => this.nova.send(`${place.run}#${to}`, event as { type: string });
    this.#begin('send', place, send, event);
  }

  async #decideAny(): Promise<void> {
    const review = this.#some(await this.nova.reviews());
    if (review === undefined) return;
    this.#heard('review', this.placeOf(review.run), review);
    await this.#decide(review.id);
  }

  async #decide(id: string): Promise<void> {
    const place = this.placeOf(id.slice(0, id.indexOf('#')));
    const why = `because of ${this.canaries.mint('why', place)}`;
    const value = { text: `edited ${this.canaries.mint('edit', place)}` };
    const verdict = this.#some([
      { is: 'approve', why } as const,
      { is: 'edit', value, why } as const,
      { is: 'reject', why } as const,
    ]);
    if (verdict !== undefined)
      this.#begin('decision', place, () => this.nova.decide(id, verdict), verdict);
  }

  #stop(): void {
    const place = this.#some([...this.runs.values()]);
    if (place !== undefined && this.#roll(2) === 0)
      this.#begin('stop', place, () => this.nova.stop(place.run));
  }

  async #forgetRecord(): Promise<void> {
    const scope = this.#scope();
    const record = this.#some(await this.nova.memory(scope));
    if (record === undefined) return;
    const [canary] = this.canaries.in(record.text);
    this.#begin('forget', { scope }, async () => {
      const gone = await this.nova.memory(scope, { is: 'forget', id: record.id });
      // What was asked is the run's own, and another record has words of its own.
      const isAsked = record.kind === 'lesson' && canary?.run !== undefined;
      const kept = this.canaries.in(await this.nova.memory(scope));
      if (canary !== undefined && !isAsked && !kept.includes(canary)) canary.isForgotten = true;
      return gone;
    });
  }

  #forgetRun(): void {
    const place = this.#some([...this.runs.values()]);
    if (place !== undefined) this.#begin('forget', place, () => this.#forget(place));
  }

  async #forget(place: Place & { readonly run: string }): Promise<void> {
    const own = this.canaries.goingWith(place.run);
    await this.nova.forget(place.run);
    for (const canary of own) canary.isForgotten = true;
  }

  /** Names a run of a scope below by its whole name. */
  #reach(): void {
    const deeper = this.#some([...this.runs.values()].filter(({ scope }) => scope.includes('/')));
    if (deeper === undefined) return;
    const [scope = '', ...rest] = deeper.run.split('/');
    const id = rest.join('/');
    this.#begin('reach', { scope }, () => this.nova.run('clerk', { text: 'roof' }, { scope, id }));
    this.#begin('reach', { scope }, () => this.nova.ask('clerk: roof', { scope, id }));
  }

  async #redeliver(): Promise<void> {
    const { letters } = await this.nova.letters();
    const letter = this.#some(letters);
    if (letter === undefined) return;
    const place = this.placeOf(letter.id.slice(0, letter.id.lastIndexOf('#')));
    this.#begin('redeliver', place, () => this.nova.redeliver(letter.id));
  }

  #time(): void {
    this.#clock.advance((this.#roll(3) + 1) * 1_200_000);
  }

  /** Another process goes on. */
  async #reopen(): Promise<void> {
    await this.nova.close();
    this.nova = this.#opened();
    await this.nova.takeUp();
    await this.nova.keepSchedules();
  }
}
