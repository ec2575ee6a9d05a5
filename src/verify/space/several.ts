import type { Fact } from '../../../machines/protocol/effects.ts';
import { canonical } from '../../kernel/canonical.ts';
import type { Driver, World } from '../../kernel/system.ts';
import { Compact } from './compact.ts';
import type { Beginning, Environment, Move } from './environment.ts';
import { Interner } from './interner.ts';
import type { Machinery, Visit } from './machinery.ts';
import type { Projection } from './projection.ts';
import type { Edge, StateView } from './properties.ts';

/** One system of several, as it is walked through. */
export interface Part {
  readonly beginning: Beginning;
  readonly environment: Environment;
}

export interface SeveralOptions {
  readonly projection: Projection;
  readonly driver?: Driver;
  /** Messages from one system to another that may be under way at once: beyond it the search stops and says so. */
  readonly maxUnderWay: number;
}

/** All systems together: the number of each one's state, and for each pair the messages on their way, oldest first. */
interface Whole {
  readonly states: readonly number[];
  readonly lines: readonly (readonly number[])[];
  /** Pairs in which a message has arrived: it may come a second time. */
  readonly heard: readonly boolean[];
}

interface Message {
  readonly from: number;
  readonly to: number;
  readonly actor: string;
  readonly event: Fact;
}

/** What one event comes to in one system, whatever the others do. */
interface Arc {
  readonly next: number;
  readonly move: number;
  readonly edge: Omit<Edge, 'before' | 'after'>;
  readonly messages: readonly number[];
}

/**
 * Several systems and the messages between them. Each is walked through by itself, each of its steps once; here only
 * numbers are put side by side. Messages arrive in any order but that of their sender, late, a second time or too early.
 */
export class Several implements Machinery {
  readonly #parts: readonly Part[];
  readonly #options: SeveralOptions;
  readonly #walks: readonly Compact[];
  readonly #wholes = new Interner<Whole>();
  readonly #messages = new Interner<Message>();
  readonly #moves: Move[] = [];
  readonly #arcs: (readonly Arc[])[][];
  readonly #received: Map<string, Arc>[];
  /** By system and its state: many wholes have the same parts. */
  readonly #views: StateView[][];
  /** By pair: a message that has arrived, to come once more. */
  readonly #heard: number[] = [];
  #full: string | undefined;

  constructor(world: World, parts: readonly Part[], options: SeveralOptions) {
    this.#parts = parts;
    this.#options = options;
    const compact = { ...options, deliveries: false, maxQueued: 0 };
    this.#walks = parts.map(
      ({ beginning, environment }) => new Compact(world, beginning, { ...compact, environment }),
    );
    this.#arcs = parts.map(() => []);
    this.#received = parts.map(() => new Map());
    this.#views = parts.map(() => []);
  }

  get size(): number {
    return this.#wholes.size;
  }
  get calls(): number {
    return this.#walks.reduce((sum, { calls }) => sum + calls, 0);
  }
  get full(): string | undefined {
    return this.#full ?? this.#walks.find(({ full }) => full !== undefined)?.full;
  }
  move(number: number): Move {
    return this.#moves[number] as Move;
  }

  begin(visit: Visit): void {
    const begun = this.#walks.map((walk, at) => {
      const arcs: Arc[] = [];
      walk.begin((next, number, edge) => arcs.push(this.#arcOf(at, next, walk.move(number), edge)));
      return arcs[0] as Arc;
    });
    const pairs = this.#parts.length ** 2;
    let whole: Whole = {
      states: begun.map(({ next }) => next),
      lines: Array.from({ length: pairs }, () => []),
      heard: Array.from({ length: pairs }, () => false),
    };
    for (const { messages } of begun) whole = this.#told(whole, messages);
    const state = this.#put(whole);
    for (const [at, arc] of begun.entries())
      visit(state, arc.move, this.#shown(at, arc, whole, whole));
  }

  expand(state: number, visit: Visit): void {
    const whole = this.#wholes.at(state + 1);
    for (const at of this.#parts.keys())
      for (const arc of this.#arcsAt(at, whole.states[at] as number))
        this.#take(at, arc, whole, whole, visit);
    for (const [pair, [next, early]] of whole.lines.entries()) {
      if (next !== undefined) this.#hear(next, whole, visit);
      if (early !== undefined) this.#refuse(early, 'early', whole, visit);
      const heard = this.#heard[pair];
      if (whole.heard[pair] === true && heard !== undefined)
        this.#refuse(heard, 'twice', whole, visit);
    }
  }

  view(state: number): StateView {
    return this.#viewOf(0, this.#wholes.at(state + 1));
  }

  #viewOf(at: number, { states, lines }: Whole): StateView {
    const all = states.map((state, index) => this.#viewOfPart(index, state));
    const isOver = all.every(
      ({ ended }, index) => ended !== undefined || this.#parts[index]?.environment.lasts === true,
    );
    const underWay = lines.reduce((sum, line) => sum + line.length, 0);
    return { ...(all[at] as StateView), all, isOver, underWay };
  }

  #viewOfPart(at: number, state: number): StateView {
    const views = this.#views[at] as StateView[];
    return (views[state] ??= (this.#walks[at] as Compact).view(state));
  }

  #put(whole: Whole): number {
    const { states, lines, heard } = whole;
    const text = `${states.join()} ${lines.map((line) => line.join()).join(';')} ${heard.map(Number).join('')}`;
    return this.#wholes.put(text, whole) - 1;
  }

  /** The whole with messages on their way. */
  #told(whole: Whole, messages: readonly number[]): Whole {
    if (messages.length === 0) return whole;
    const lines = [...whole.lines];
    for (const number of messages) {
      const { from, to } = this.#messages.at(number);
      const pair = from * this.#parts.length + to;
      const line = [...(lines[pair] as readonly number[]), number];
      lines[pair] = line;
      const most = this.#options.maxUnderWay;
      if (line.length > most)
        this.#full = `more than ${most} messages under way from ${this.#run(from)} to ${this.#run(to)}`;
    }
    return { ...whole, lines };
  }

  #run(at: number): string {
    return this.#parts[at]?.beginning.run ?? '';
  }

  #arcsAt(at: number, state: number): readonly Arc[] {
    const known = this.#arcs[at]?.[state];
    if (known !== undefined) return known;
    const walk = this.#walks[at] as Compact;
    const arcs: Arc[] = [];
    walk.expand(state, (next, number, edge) => {
      arcs.push(this.#arcOf(at, next, walk.move(number), edge));
    });
    (this.#arcs[at] as (readonly Arc[])[])[state] = arcs;
    return arcs;
  }

  /** Copies an edge: whoever shows it shows the next one in its place. */
  #arcOf(at: number, next: number, move: Move, edge: Edge): Arc {
    const system = this.#run(at);
    const named = { ...move, system };
    const { begun, handed, ended, dead, tells } = edge;
    const messages = tells.flatMap((tell) => {
      const [run = '', actor = ''] = tell.to.split('#');
      const to = this.#parts.findIndex(({ beginning }) => beginning.run === run);
      if (to < 0) throw new RangeError(`${system} tells ${run}, which is not explored with it`);
      const message = { from: at, to, actor, event: tell.event };
      return [this.#messages.put(canonical(message as never), message)];
    });
    return {
      next,
      move: this.#moves.push(named) - 1,
      messages,
      edge: {
        move: named,
        begun: [...begun],
        handed: [...handed],
        ended: [...ended],
        dead: [...dead],
        tells: [...tells],
        in: edge.in,
        handled: edge.handled,
      },
    };
  }

  #take(at: number, arc: Arc, from: Whole, rest: Whole, visit: Visit): void {
    const states = rest.states.with(at, arc.next);
    const whole = this.#told({ ...rest, states }, arc.messages);
    visit(this.#put(whole), arc.move, this.#shown(at, arc, from, whole));
  }

  #hear(number: number, whole: Whole, visit: Visit): void {
    const { from, to } = this.#messages.at(number);
    const pair = from * this.#parts.length + to;
    this.#heard[pair] ??= number;
    const lines = whole.lines.with(pair, (whole.lines[pair] as readonly number[]).slice(1));
    const rest = { ...whole, lines, heard: whole.heard.with(pair, true) };
    this.#take(to, this.#arcOfMessage(number, whole.states[to] as number), whole, rest, visit);
  }

  #arcOfMessage(number: number, state: number): Arc {
    const { from, to, actor, event } = this.#messages.at(number);
    const received = this.#received[to] as Map<string, Arc>;
    const key = `${number} ${state}`;
    let arc = received.get(key);
    if (arc === undefined) {
      const walk = this.#walks[to] as Compact;
      const sender = this.#walks[from] as Compact;
      const move = { kind: 'told', actor, from: this.#run(from), event, order: 'next' } as const;
      walk.receive(state, move, sender.values, (next, _, edge) => {
        arc = this.#arcOf(to, next, move, edge);
      });
      received.set(key, arc as unknown as Arc);
    }
    return arc as unknown as Arc;
  }

  /** The kernel knows what it has heard by number, and takes neither a message twice nor one before its time. */
  #refuse(number: number, order: 'twice' | 'early', whole: Whole, visit: Visit): void {
    const { from, to, actor, event } = this.#messages.at(number);
    const system = this.#run(to);
    const move: Move = { kind: 'told', system, actor, from: this.#run(from), event, order };
    const nothing = { begun: [], handed: [], ended: [], tells: [] };
    const arc: Arc = {
      next: whole.states[to] as number,
      move: this.#moves.push(move) - 1,
      messages: [],
      edge: { ...nothing, move, dead: [`told_${order}`], in: 1, handled: 0 },
    };
    this.#take(to, arc, whole, whole, visit);
  }

  /** Views are made only where they are asked for. */
  #shown(at: number, { edge }: Arc, from: Whole, to: Whole): Edge {
    const viewOf = (whole: Whole): StateView => this.#viewOf(at, whole);
    return {
      ...edge,
      get before() {
        return viewOf(from);
      },
      get after() {
        return viewOf(to);
      },
    };
  }
}
