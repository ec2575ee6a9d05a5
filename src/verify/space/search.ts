import type { Move } from './environment.ts';
import type { Machinery } from './machinery.ts';
import type { Cell } from './cell.ts';
import type { About, Edge, Property, StateView } from './properties.ts';
import { Numbers } from './rows.ts';

/** `holds`: seen to be so everywhere, or for `sometimes` somewhere. */
export type Verdict = 'holds' | 'broken' | 'open';

export interface Broken {
  readonly property: string;
  readonly moves: readonly Move[];
}

/** How far a walk has come. */
export interface SearchProgress {
  readonly states: number;
  readonly edges: number;
  /** States that were met and are still to be expanded. */
  readonly queued: number;
}
/** States between two reports. */
const REPORT_EVERY = 1_000;

interface SearchLimit {
  readonly states: number;
  readonly edges: number;
  readonly first: boolean;
  readonly progress?: (seen: SearchProgress) => void;
}

/** Kinds of endings that one exploration can ask for: one bit each beside an edge. */
const MAX_ENDS = 30;

/** One bit for each thing that can happen on an edge, and one that every edge has. */
const bitOf: Readonly<Record<About, number>> = {
  begun: 2,
  handed: 4,
  ended: 8,
  restored: 16,
  late: 32,
  said: 64,
};
const EVERY = 1;

export const maskOf = ({ about }: { readonly about: readonly About[] }): number =>
  about.length === 0 ? EVERY : about.reduce((mask, one) => mask | bitOf[one], 0);

export function seenOn({ begun, handed, ended, move }: Edge): number {
  let seen = EVERY;
  if (begun.length > 0) seen |= bitOf.begun;
  if (handed.length > 0) seen |= bitOf.handed;
  if (ended.length > 0) seen |= bitOf.ended;
  if (move.kind === 'restored') seen |= bitOf.restored;
  else if (move.kind === 'external') seen |= bitOf.said;
  else if (move.kind === 'answer' && move.isLate) seen |= bitOf.late;
  return seen;
}

type Of<K extends Property['kind']> = Extract<Property, { kind: K }>;
const ofKind = <K extends Property['kind']>(properties: readonly Property[], kind: K): Of<K>[] =>
  properties.filter((property): property is Of<K> => property.kind === kind);

/** Breadth first over whatever machinery makes the states, with the way back to the first of them. */
export class Search {
  readonly machinery: Machinery;
  readonly properties: readonly Property[];
  readonly broken: Broken[] = [];
  readonly seen = new Set<string>();
  readonly ended = new Numbers();
  edges = 0;
  depth = 0;
  /** Edges that an ending may use: from, to and which endings. */
  readonly sources = new Numbers();
  readonly targets = new Numbers();
  readonly allowed = new Numbers();
  readonly #limit: SearchLimit;
  readonly #parents = new Numbers();
  readonly #moves = new Numbers();
  readonly #depths = new Numbers();
  readonly #failed = new Set<string>();
  /** Those of which no counterexample is known yet. */
  #always: Of<'always'>[];
  #cellwise: (Of<'cells'> & { readonly fine: Map<Cell | undefined, Set<Cell>> })[];
  #edgewise: (Of<'edges'> & { readonly mask: number })[];
  #sometimes: Of<'sometimes'>[];
  readonly #ends: Of<'ends'>[];
  readonly #bits: number[] = [];

  /** @throws RangeError for more than 30 kinds of endings. */
  constructor(machinery: Machinery, properties: readonly Property[], limit: SearchLimit) {
    this.machinery = machinery;
    this.properties = properties;
    this.#limit = limit;
    this.#always = ofKind(properties, 'always');
    this.#cellwise = ofKind(properties, 'cells').map((one) => ({ ...one, fine: new Map() }));
    this.#edgewise = ofKind(properties, 'edges').map((one) => ({ ...one, mask: maskOf(one) }));
    this.#sometimes = ofKind(properties, 'sometimes');
    this.#ends = ofKind(properties, 'ends');
    if (this.#ends.length > MAX_ENDS) throw new RangeError(`more than ${MAX_ENDS} endings`);
  }

  /** Walks until everything is seen; says why where it stopped before. */
  run(): string | undefined {
    this.machinery.begin((next, move, edge) => this.#arrive(-1, next, move, edge));
    for (let state = 0; state < this.machinery.size; state += 1) {
      if (state % REPORT_EVERY === 0 && state > 0)
        this.#limit.progress?.({
          states: this.machinery.size,
          edges: this.edges,
          queued: this.machinery.size - state,
        });
      if (this.#limit.first && this.broken.length > 0) return 'stopped at the first counterexample';
      if (this.machinery.size > this.#limit.states)
        return `more than ${this.#limit.states} states: ${this.machinery.size - state} not expanded`;
      if (this.edges > this.#limit.edges)
        return `more than ${this.#limit.edges} edges: ${this.machinery.size - state} states not expanded`;
      const { full } = this.machinery;
      if (full !== undefined) return full;
      this.machinery.expand(state, (next, move, edge) => this.#arrive(state, next, move, edge));
    }
  }

  /** The moves that lead to a state. */
  way(state: number): Move[] {
    const moves: Move[] = [];
    for (let at = state; this.#parents.at(at) >= 0; at = this.#parents.at(at))
      moves.unshift(this.machinery.move(this.#moves.at(at)));
    return moves;
  }

  breaks(property: string, moves: readonly Move[]): void {
    if (this.#failed.has(property)) return;
    this.#failed.add(property);
    const isOpen = ({ name }: { readonly name: string }): boolean => name !== property;
    this.#always = this.#always.filter(isOpen);
    this.#cellwise = this.#cellwise.filter(isOpen);
    this.#edgewise = this.#edgewise.filter(isOpen);
    this.broken.push({ property, moves });
  }

  isBroken(property: string): boolean {
    return this.#failed.has(property);
  }

  #arrive(from: number, next: number, move: number, edge: Edge): void {
    if (from >= 0) this.edges += 1;
    const seen = seenOn(edge);
    for (const { name, holds, mask } of this.#edgewise)
      if ((mask & seen) !== 0 && !holds(edge))
        this.breaks(name, from < 0 ? [] : [...this.way(from), this.machinery.move(move)]);
    const isNew = next === this.#parents.length;
    if (isNew) this.#meet(from, next, move, edge.after);
    // Of the first state each system tells by an edge of its own.
    if (isNew || from < 0) this.#ask(edge.after, next);
    if (from >= 0 && next !== from && this.#ends.length > 0) this.#note(from, next, move);
  }

  #meet(from: number, state: number, move: number, view: StateView): void {
    this.#parents.push(from);
    this.#moves.push(move);
    const depth = from < 0 ? 1 : this.#depths.at(from) + 1;
    this.#depths.push(depth);
    this.depth = Math.max(this.depth, depth);
    this.ended.push((view.isOver ?? view.ended !== undefined) ? 1 : 0);
  }

  #ask(view: StateView, state: number): void {
    for (const { name, holds } of this.#always)
      if (!holds(view)) this.breaks(name, this.way(state));
    if (view.queued === 0) this.#askCells(view, state);
    for (const { name, holds } of this.#sometimes)
      if (holds(view)) {
        this.seen.add(name);
        this.#sometimes = this.#sometimes.filter((other) => other.name !== name);
      }
  }

  #askCells({ cells, root: path }: StateView, state: number): void {
    const root = cells.get(path);
    for (const { name, holds, fine } of this.#cellwise) {
      let known = fine.get(root);
      if (known === undefined) fine.set(root, (known = new Set()));
      for (const cell of cells.values()) {
        if (known.has(cell)) continue;
        if (!holds(cell, root)) this.breaks(name, this.way(state));
        known.add(cell);
      }
    }
  }

  #note(from: number, next: number, number: number): void {
    let bits = this.#bits[number];
    if (bits === undefined) {
      const move = this.machinery.move(number);
      bits = this.#ends.reduce((sum, { by }, at) => (by(move) ? sum | (1 << at) : sum), 0);
      this.#bits[number] = bits;
    }
    if (bits === 0) return;
    this.sources.push(from);
    this.targets.push(next);
    this.allowed.push(bits);
  }
}

/** The last word on every property, once the search is over. */
export function judge(
  search: Search,
  isComplete: boolean,
): { broken: readonly Broken[]; verdicts: ReadonlyMap<string, Verdict> } {
  if (isComplete)
    for (const [at, { name }] of ofKind(search.properties, 'ends').entries()) {
      const stuck = firstStuck(search, 1 << at);
      if (stuck !== undefined) search.breaks(name, search.way(stuck));
    }
  const verdicts = new Map<string, Verdict>();
  for (const { kind, name } of search.properties) {
    if (kind === 'sometimes' && !search.seen.has(name) && isComplete) search.breaks(name, []);
    const isSettled = isComplete || (kind === 'sometimes' && search.seen.has(name));
    verdicts.set(name, search.isBroken(name) ? 'broken' : isSettled ? 'holds' : 'open');
  }
  return { broken: search.broken, verdicts };
}

/** The first state from which no end can be reached over edges of that bit: walked backwards from all ends. */
function firstStuck({ machinery, sources, targets, allowed, ended }: Search, bit: number) {
  const { size } = machinery;
  const starts = new Int32Array(size + 1);
  for (let edge = 0; edge < targets.length; edge += 1)
    if ((allowed.at(edge) & bit) !== 0) starts[targets.at(edge) + 1]! += 1;
  for (let state = 0; state < size; state += 1) starts[state + 1]! += starts[state]!;
  const into = new Int32Array(starts[size]!);
  const filled = starts.slice();
  for (let edge = 0; edge < targets.length; edge += 1)
    if ((allowed.at(edge) & bit) !== 0) {
      const target = targets.at(edge);
      into[filled[target]!] = sources.at(edge);
      filled[target]! += 1;
    }
  const isGood = new Uint8Array(size);
  const open: number[] = [];
  for (let state = 0; state < size; state += 1)
    if (ended.at(state) === 1) {
      isGood[state] = 1;
      open.push(state);
    }
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (let at = starts[state]!; at < starts[state + 1]!; at += 1) {
      const source = into[at]!;
      if (isGood[source] === 1) continue;
      isGood[source] = 1;
      open.push(source);
    }
  const stuck = isGood.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}
