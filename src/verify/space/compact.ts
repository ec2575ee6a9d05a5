import type { DeadReason } from '../../kernel/dead-letter.ts';
import type { Driver, World } from '../../kernel/system.ts';
import { faultOf } from '../../kernel/tells.ts';
import { isAsking, type Cell } from './cell.ts';
import {
  costOf,
  movesAt,
  saidToRoot,
  type Beginning,
  type Environment,
  type Move,
} from './environment.ts';
import { EdgeShown } from './edge-shown.ts';
import { Interner } from './interner.ts';
import { Interpreter } from './interpreter.ts';
import { bring, letterOf, type Values } from './letters.ts';
import type { Local } from './local.ts';
import { Locals } from './locals.ts';
import type { Machinery, Visit } from './machinery.ts';
import { MAX_PATHS, Paths } from './actor-paths.ts';
import type { Projection } from './projection.ts';
import type { StateView } from './properties.ts';
import { withoutCause } from './open-effects.ts';
import { Rows } from './rows.ts';

/** A move of one cell with everything about it that does not depend on the rest of the state. */
interface Ready {
  readonly move: Move;
  /** Names it in a trace. */
  readonly number: number;
  readonly cost: number;
  readonly path: number;
  readonly letter: number;
  readonly isHeld: boolean;
  /** The cell once an effect is closed or a timer is gone. */
  readonly becomes: number;
  /** Why nobody takes it; nothing where somebody does. */
  readonly dead: DeadReason | undefined;
  readonly local: Local | undefined;
}

export interface CompactOptions {
  readonly environment: Environment;
  readonly projection: Projection;
  /** True: every delivery is a step of its own, and what comes from outside may come in between. */
  readonly deliveries: boolean;
  /** Letters under way beyond which nothing new comes from outside, where every delivery is a step. */
  readonly maxQueued: number;
  readonly driver?: Driver;
}

type Told = Extract<Move, { kind: 'told' }>;

/** Columns of a row before the cells: faults so far, and the letters under way. */
const HEAD = 2;
/** Local states, or queues, that a column can tell apart; some are left for the state that is being expanded. */
const MAX_CELLS = 60_000;

/** States as rows of numbers. */
export class Compact implements Machinery {
  readonly #options: CompactOptions;
  readonly #world: World;
  readonly #beginning: Beginning;
  readonly #rows = new Rows();
  readonly #paths = new Paths();
  readonly #locals: Locals;
  readonly #run: Interpreter;
  readonly #queues = new Interner<number[]>();
  readonly #moves: Move[] = [];
  readonly #ready: (readonly Ready[])[][] = [];
  readonly #asking: boolean[] = [false];
  #deliver: Ready | undefined;
  #restore: Ready | undefined;
  #hasTombs = false;
  readonly #edge: EdgeShown;
  readonly #from = new Uint16Array(HEAD + MAX_PATHS);
  readonly #to = new Uint16Array(HEAD + MAX_PATHS);
  readonly #held = new Uint8Array(MAX_PATHS);

  constructor(world: World, beginning: Beginning, options: CompactOptions) {
    this.#options = options;
    this.#world = world;
    this.#beginning = beginning;
    const { projection, driver } = options;
    this.#locals = new Locals(world, beginning, projection, driver);
    this.#run = new Interpreter(world, this.#locals, this.#paths, projection);
    this.#edge = new EdgeShown(this.#run, (row) => this.#viewOf(row));
  }

  get size(): number {
    return this.#rows.size;
  }
  get calls(): number {
    return this.#locals.calls;
  }
  get full(): string | undefined {
    const most = Math.max(this.#locals.cells.size, this.#queues.size);
    return most < MAX_CELLS ? undefined : `more than ${MAX_CELLS} local states`;
  }
  move(number: number): Move {
    return this.#moves[number] as Move;
  }

  begin(visit: Visit): void {
    const { machine, input, values } = this.#beginning.started;
    bring(this.#locals, Object.entries(values ?? {}));
    const root = this.#paths.number(machine);
    this.#deliver = this.#prepare(root, 0, undefined, { kind: 'delivered' });
    this.#restore = this.#prepare(root, 0, undefined, { kind: 'restored' });
    this.#from.fill(0);
    this.#run.clear();
    this.#run.start(machine, input);
    this.#edge.leave(this.#from, this.#to);
    this.#edge.show(this.#restore.move);
    this.#leave({ ...this.#restore, cost: 0 }, visit);
  }

  expand(state: number, visit: Visit): void {
    this.#rows.read(state, this.#from);
    this.#edge.leave(this.#from, this.#to);
    const { deliveries, maxQueued, environment } = this.#options;
    const queued = this.#queued(this.#from[1] as number);
    this.#noteHeld();
    if (deliveries && queued.length > 0) this.#take(this.#deliver as Ready, state, visit);
    if (deliveries && queued.length / 2 >= maxQueued) return;
    const left = environment.faultsPerPath - (this.#from[0] as number);
    if (environment.crashes && left > 0) this.#take(this.#restore as Ready, state, visit);
    const paths = this.#paths.size;
    for (let path = 0; path < paths; path += 1) {
      const number = this.#from[HEAD + path] as number;
      if (number === 0) continue;
      const isHeld = this.#held[path] === 1;
      for (const ready of this.#readyAt(path, number))
        if (ready.cost <= left && !(isHeld && ready.isHeld)) this.#take(ready, state, visit);
    }
  }

  /** Takes a message of another system in a state. */
  receive(state: number, move: Told, values: Values, visit: Visit): void {
    this.#rows.read(state, this.#from);
    this.#edge.leave(this.#from, this.#to);
    this.#noteHeld();
    bring(this.#locals, values);
    const path = move.actor === '' ? 0 : this.#paths.number(move.actor);
    const number = this.#from[HEAD + path] as number;
    const cell = number === 0 ? undefined : this.#locals.cells.at(number);
    this.#take(this.#prepare(path, number, cell, move), state, visit);
  }

  /** The values behind what the system tells. */
  get values(): Values {
    return this.#locals.values;
  }

  view(state: number): StateView {
    const row = new Uint16Array(HEAD + MAX_PATHS);
    this.#rows.read(state, row);
    return this.#viewOf(row);
  }

  #viewOf(row: Uint16Array): StateView {
    const cells = new Map<string, Cell>();
    for (let path = 0; path < this.#paths.size; path += 1) {
      const number = row[HEAD + path] as number;
      if (number !== 0) cells.set(this.#paths.names[path] as string, this.#locals.cells.at(number));
    }
    const root = this.#paths.names[0] as string;
    const queued = this.#queued(row[1] as number).length / 2;
    // What is held is read off the cells here, so that it cannot be wrong.
    return { cells, root, ended: cells.get(root)?.ended, isHeldRightly: true, queued };
  }

  #queued(number: number): readonly number[] {
    return number === 0 ? [] : this.#queues.at(number);
  }

  /** Work timers stand still at an actor that waits for a person, and at everybody above it. */
  #noteHeld(): void {
    this.#held.fill(0);
    this.#hasTombs = false;
    for (let path = this.#paths.size - 1; path >= 0; path -= 1) {
      const number = this.#from[HEAD + path] as number;
      if (number !== 0) {
        if (this.#run.isTomb(number)) this.#hasTombs = true;
        if ((this.#asking[number] ??= isAsking(this.#locals.cells.at(number))))
          this.#held[path] = 1;
      }
      const parent = this.#paths.parents[path] as number;
      if (this.#held[path] === 1 && parent >= 0) this.#held[parent] = 1;
    }
  }

  #readyAt(path: number, number: number): readonly Ready[] {
    const known = (this.#ready[path] ??= [])[number];
    if (known !== undefined) return known;
    const { environment } = this.#options;
    const cell = this.#locals.cells.at(number);
    const actor = this.#paths.names[path] as string;
    const moves = movesAt(environment, actor, cell);
    if (path === 0) moves.push(...saidToRoot(environment, actor));
    const ready = moves.map((move) => this.#prepare(path, number, cell, move));
    (this.#ready[path] as (readonly Ready[])[])[number] = ready;
    return ready;
  }

  #prepare(path: number, number: number, cell: Cell | undefined, move: Move): Ready {
    const letter = letterOf(this.#locals, this.#beginning, move, cell);
    return {
      move,
      number: this.#moves.push(move) - 1,
      cost: costOf(move),
      path,
      letter,
      isHeld: move.kind === 'timer' && move.work,
      ...(cell === undefined
        ? { becomes: number, dead: move.kind === 'told' ? 'no_actor' : undefined, local: undefined }
        : this.#fate(number, cell, move, letter)),
    };
  }

  /** What a letter from outside comes to at its receiver, which is the same whatever else there is. */
  #fate(
    number: number,
    cell: Cell,
    move: Move,
    letter: number,
  ): Pick<Ready, 'becomes' | 'dead' | 'local'> {
    const refused = (dead: DeadReason) => ({ becomes: number, dead, local: undefined });
    if (move.kind === 'answer' && move.isLate) return refused('effect_closed');
    if (move.kind === 'told') {
      const logic = this.#world.machine(cell.machine, cell.version)?.logic;
      const fault = faultOf(logic, this.#beginning.scope, move.from, move.event);
      if (fault !== undefined) return refused(fault);
    }
    if (cell.ended) return refused('ended');
    const becomes = this.#locals.put(withoutCause(cell, move));
    const local = this.#locals.deliver(becomes, letter);
    // An answer that is not taken leaves its effect open.
    if (typeof local === 'string' && move.kind === 'answer') return refused(local);
    return typeof local === 'string'
      ? { becomes, dead: local, local: undefined }
      : { becomes, dead: undefined, local };
  }

  #take(ready: Ready, state: number, visit: Visit): void {
    const run = this.#run;
    const { move, path, becomes, dead, local } = ready;
    run.clear();
    this.#edge.show(move);
    if (dead !== undefined && becomes === this.#from[HEAD + path]) {
      run.refuse(dead);
      this.#to.set(this.#from);
      return visit(state, ready.number, this.#edge);
    }
    for (let at = this.#paths.size - 1; at >= 0; at -= 1)
      run.cells[at] = this.#from[HEAD + at] as number;
    if (this.#options.deliveries) this.#send(ready);
    else if (move.kind === 'restored') run.restore();
    else {
      run.cells[path] = becomes;
      if (dead !== undefined) run.refuse(dead);
      else run.take(path, local as Local);
    }
    this.#leave(ready, visit);
  }

  /** The same, where the letter only stands in line. */
  #send({ move, path, letter, becomes }: Ready): void {
    const run = this.#run;
    run.queue = [...this.#queued(this.#from[1] as number)];
    if (move.kind === 'restored') return run.restore();
    if (move.kind === 'delivered') {
      const [to = 0, head = 0] = run.queue.splice(0, 2);
      return run.deliverAlone(to, head);
    }
    run.cells[path] = becomes;
    run.post(path, letter);
  }

  /** Puts what a move came to among the states. A fault that changes nothing costs nothing. */
  #leave({ cost, number }: Ready, visit: Visit): void {
    const run = this.#run;
    const { deliveries, environment } = this.#options;
    if (!deliveries) run.toQuiescence();
    if (this.#hasTombs || run.ended.length > 0) run.forget();
    const to = this.#to;
    const paths = this.#paths.size;
    let isChanged = false;
    for (let at = 0; at < paths; at += 1) {
      const cell = run.cells[at] as number;
      if (cell !== this.#from[HEAD + at]) isChanged = true;
      to[HEAD + at] = cell;
    }
    to[1] = run.queue.length === 0 ? 0 : this.#queues.put(run.queue.join(), run.queue);
    isChanged ||= to[1] !== this.#from[1];
    const isCharged = isChanged && environment.faultsPerPath !== Infinity;
    to[0] = (this.#from[0] as number) + (isCharged ? cost : 0);
    visit(this.#rows.put(to, HEAD + paths), number, this.#edge);
  }
}
