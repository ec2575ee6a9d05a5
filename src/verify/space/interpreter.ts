import type { DeadReason } from '../../kernel/dead-letter.ts';
import type { Tell } from '../../../machines/protocol/effects.ts';
import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { World } from '../../kernel/system.ts';
import { signed } from '../../kernel/farewell.ts';
import { addressed } from '../../kernel/tells.ts';
import { CLAIM, claimEvent, isCircle, isWaiting } from '../../kernel/claims.ts';
import { byActor, waitsAmong, type Claimant } from './claimants.ts';
import { bidFarewell } from './farewell.ts';
import type { Birth, Letter, Local } from './local.ts';
import type { Locals } from './locals.ts';
import { MAX_PATHS, type Paths } from './actor-paths.ts';
import type { Projection } from './projection.ts';
import type { Begun } from './properties.ts';
import { reissued } from './open-effects.ts';

const LIVELOCK: Ending = { outcome: 'failed', reason: 'livelock' };
const CANCELLED: Ending = { outcome: 'cancelled', reason: 'cancelled' };
/** Stands for how an actor below the root ended, which nobody asks any more. */
const GONE: Ending = { outcome: 'ended' };

type Ended = { actor: string; ending: Ending };

/**
 * Takes one event to quiescence over numbers: `cells` holds the number of the cell at each path, 0 where nobody is.
 * Says of a whole system what `step` says, but for values, times and the order in which a restore issues effects anew.
 */
export class Interpreter {
  readonly cells = new Uint16Array(MAX_PATHS);
  readonly begun: Begun[] = [];
  readonly handed: string[] = [];
  readonly ended: Ended[] = [];
  readonly dead: DeadReason[] = [];
  readonly tells: Tell[] = [];
  in = 0;
  handled = 0;
  /** Letters that are still to be delivered: receiver and letter, one after the other. */
  queue: number[] = [];
  readonly locals: Locals;
  readonly paths: Paths;
  readonly #world: World;
  readonly #projection: Projection;
  /** Endings come from local steps that are taken once: each is one object. */
  readonly #endings = new Map<Ending, { tombs: number[]; letters: number[] }>();
  readonly #isTomb: (boolean | undefined)[] = [false];
  readonly #freed: { claim: string; ending: Ending }[] = [];
  readonly #forgets = new Map<number, boolean>();
  readonly #reissues = new Map<number, ReturnType<typeof reissued> & { number: number }>();

  constructor(world: World, locals: Locals, paths: Paths, projection: Projection) {
    this.#world = world;
    this.locals = locals;
    this.paths = paths;
    this.#projection = projection;
  }

  /** Forgets what the last event came to. */
  clear(): void {
    if (this.begun.length > 0) this.begun.length = 0;
    if (this.handed.length > 0) this.handed.length = 0;
    if (this.ended.length > 0) this.ended.length = 0;
    if (this.dead.length > 0) this.dead.length = 0;
    if (this.tells.length > 0) this.tells.length = 0;
    this.in = 0;
    this.handled = 0;
  }

  start(machine: string, input: unknown): void {
    const local = this.locals.start(machine, undefined, input);
    this.#settle(this.paths.number(machine), local);
  }

  post(path: number, letter: number): void {
    this.in += 1;
    this.queue.push(path, letter);
  }

  refuse(reason: DeadReason): void {
    this.in += 1;
    this.dead.push(reason);
  }

  /** A letter from outside that its receiver took so. */
  take(path: number, local: Local): void {
    this.in += 1;
    this.handled += 1;
    this.#settle(path, local);
  }

  restore(): void {
    for (let path = 0; path < this.paths.size; path += 1) {
      const number = this.cells[path] as number;
      if (number === 0 || this.isTomb(number)) continue;
      let known = this.#reissues.get(number);
      if (known === undefined) {
        const found = reissued(this.locals.cells.at(number), this.#world.limits.maxAttempts);
        known = { ...found, number: this.locals.put(found.cell) };
        this.#reissues.set(number, known);
      }
      this.cells[path] = known.number;
      const actor = this.paths.names[path] as string;
      for (const effect of known.begun) this.begun.push({ actor, effect });
      for (const { id } of known.expired)
        this.post(path, this.locals.letter('internal', expiry(id)));
    }
  }

  /** Delivers until nothing is under way, at most as often as the world allows. */
  toQuiescence(): void {
    const most = this.#world.limits.maxDeliveriesPerStep * 2;
    for (let at = 0; this.#isLeft(at); at += 2) {
      if (at >= most) {
        for (let rest = at; rest < this.queue.length; rest += 2) this.dead.push('undelivered');
        this.end(0, LIVELOCK);
        break;
      }
      this.deliver(this.queue[at] as number, this.queue[at + 1] as number);
    }
    if (this.queue.length > 0) this.queue.length = 0;
  }

  #isLeft(at: number): boolean {
    if (at >= this.queue.length && this.#freed.length > 0) this.#settleClaims();
    return at < this.queue.length;
  }

  /** Where every delivery is a step, who waits for work that has ended is told at once. */
  deliverAlone(path: number, letter: number): void {
    this.deliver(path, letter);
    this.#settleClaims();
  }

  deliver(path: number, letter: number): void {
    const number = this.cells[path] as number;
    if (this.isTomb(this.cells[0] as number)) return void this.dead.push('ended');
    if (number === 0) return void this.dead.push('no_actor');
    if (this.isTomb(number)) return void this.dead.push('ended');
    const local = this.locals.deliver(number, letter);
    if (typeof local === 'string') return void this.dead.push(local);
    this.handled += 1;
    this.#settle(path, local);
  }

  isTomb(number: number): boolean {
    if (number === 0) return false;
    return (this.#isTomb[number] ??= this.locals.cells.at(number).ended !== undefined);
  }

  #settle(path: number, { cell, outs }: Local): void {
    this.cells[path] = cell;
    for (const out of outs) {
      switch (out.kind) {
        case 'send':
          this.post(
            out.path === undefined
              ? this.paths.child(path, out.child as string)
              : this.paths.number(out.path),
            out.isSigned ? this.signed(out.event, path) : out.event,
          );
          break;
        case 'begun':
          this.begun.push({ actor: this.paths.names[path] as string, effect: out.effect });
          break;
        case 'tell':
          this.tells.push(addressed(this.locals.scope, this.paths.names[path] as string, out.tell));
          break;
        case 'end':
          return this.end(path, out.ending);
        case 'child': {
          const child = this.paths.child(path, out.id);
          if (this.cells[child] !== 0) {
            const problem = `a child cannot be called ${JSON.stringify(out.id)}`;
            return this.end(path, this.locals.defect(problem));
          }
          this.#bear(child, out.birth());
        }
      }
    }
  }

  signed(letter: number, path: number): number {
    const { kind, event } = this.locals.letters.at(letter);
    return this.locals.letter(kind, signed(event, this.paths.names[path] as string));
  }

  #bear(child: number, { local, isHanded, claim }: Birth): void {
    const actor = this.paths.names[child] as string;
    const owner = claim && this.#alive(claim.name).find(({ cell }) => cell.machine !== CLAIM);
    if (claim === undefined || owner === undefined) {
      if (isHanded) this.handed.push(actor);
      return this.#settle(child, local);
    }
    if (isCircle(actor, owner.actor, waitsAmong(this.#alive())))
      return this.#settle(child, claim.circles(owner.actor));
    this.handed.push(actor);
    this.#settle(child, claim.joins());
  }

  /** Who has a piece of work in flight or waits for it; of any where none is named. */
  #alive(claim?: string): Claimant[] {
    const found: Claimant[] = [];
    for (let path = 0; path < this.paths.size; path += 1) {
      const number = this.cells[path] as number;
      if (number === 0 || this.isTomb(number)) continue;
      const cell = this.locals.cells.at(number);
      if (cell.claim !== undefined && (claim === undefined || cell.claim === claim))
        found.push({ path, actor: this.paths.names[path] as string, cell });
    }
    return found;
  }

  /** Tells those who wait for work whose owner has ended. */
  #settleClaims(): void {
    for (const { claim, ending } of this.#freed.splice(0))
      for (const { path, cell } of this.#alive(claim).toSorted(byActor))
        if (isWaiting(cell))
          this.post(path, this.locals.letter('internal', claimEvent(ending) as Letter['event']));
  }

  /** Ends an actor with everything below it, and tells its parent. */
  end(path: number, ending: Ending): void {
    bidFarewell(this, path);
    for (let below = path + 1; below < this.paths.size; below += 1)
      if (this.cells[below] !== 0 && this.paths.isBelow(below, path)) this.#bury(below, CANCELLED);
    if (this.#bury(path, ending)) {
      const parent = this.paths.parents[path] as number;
      if (parent >= 0) this.post(parent, this.#told(path, ending));
    }
  }

  #bury(path: number, ending: Ending): boolean {
    const number = this.cells[path] as number;
    if (number === 0 || this.isTomb(number)) return false;
    this.ended.push({ actor: this.paths.names[path] as string, ending });
    const { claim, machine } = this.locals.cells.at(number);
    if (claim !== undefined && machine !== CLAIM) this.#freed.push({ claim, ending });
    const kept = this.#projection.isExact || path === 0 ? ending : GONE;
    const { tombs } = this.#known(kept);
    let tomb = tombs[number];
    if (tomb === undefined) {
      const cell = this.locals.cells.at(number);
      const [open] = cell.effects;
      const first = cell.first ?? (open && { ...open, isTimed: true });
      tomb = this.locals.put({
        ...cell,
        ...(first && { first }),
        effects: [],
        timers: [],
        ended: kept,
      });
      tombs[number] = tomb;
    }
    this.cells[path] = tomb;
    return true;
  }

  #known(ending: Ending): { tombs: number[]; letters: number[] } {
    let known = this.#endings.get(ending);
    if (known === undefined) this.#endings.set(ending, (known = { tombs: [], letters: [] }));
    return known;
  }

  /** What a parent is told of a child's end. */
  #told(path: number, ending: Ending): number {
    const { letters } = this.#known(ending);
    return (letters[path] ??= this.locals.letter('internal', {
      type: 'child.ended',
      id: this.paths.ids[path],
      ...ending,
    } as Letter['event']));
  }

  /** Leaves out what has ended and can never be named again. */
  forget(): void {
    if (this.#projection.isExact) return;
    for (let path = 1; path < this.paths.size; path += 1) {
      const number = this.cells[path] as number;
      if (number === 0 || !this.isTomb(number)) continue;
      const parent = this.cells[this.paths.parents[path] as number] as number;
      if (parent === 0 || this.isTomb(parent) || this.#forgetsAt(parent, path))
        this.cells[path] = 0;
    }
  }

  #forgetsAt(parent: number, path: number): boolean {
    const key = parent * MAX_PATHS + path;
    let known = this.#forgets.get(key);
    if (known === undefined) {
      const id = this.paths.ids[path] as string;
      known = this.#projection.forgets(this.locals.cells.at(parent), id);
      this.#forgets.set(key, known);
    }
    return known;
  }
}

/** What an actor is told when an effect's time is up. */
export const expiry = (id: string): Letter['event'] =>
  ({ type: 'effect.expired', id }) as Letter['event'];
