import { step } from '../../kernel/step.ts';
import {
  emptySystem,
  type Incoming,
  type Outgoing,
  type System,
  type World,
  systemOf,
  type WrittenSystem,
} from '../../kernel/system.ts';
import { isWithin } from '../../kernel/timers.ts';
import { isAsking, type Cell } from './cell.ts';
import { cellsOf, isHeldRightly, remembered, stateKey, type Memory } from './control.ts';
import {
  costOf,
  movesAt,
  saidToRoot,
  type Beginning,
  type Environment,
  type Move,
} from './environment.ts';
import type { Machinery, Visit } from './machinery.ts';
import type { Projection } from './projection.ts';
import type { Edge, StateView } from './properties.ts';
import { incomingOf } from './trace.ts';

export type Step = typeof step;

export interface PlainOptions {
  readonly environment: Environment;
  readonly projection: Projection;
  /** The kernel to explore; its own by default, another one to see whether the properties find what is wrong in it. */
  readonly step?: Step;
}

interface Node {
  readonly system: System;
  readonly memory: Memory;
  readonly faults: number;
  readonly at: number;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** States as whole systems, told apart by their text: slow, and with nothing between it and the kernel. */
export class Plain implements Machinery {
  readonly #world: World;
  readonly #beginning: Beginning;
  readonly #options: PlainOptions;
  readonly #step: Step;
  readonly #nodes: Node[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #moves: Move[] = [];
  readonly full = undefined;
  calls = 0;

  constructor(world: World, beginning: Beginning, options: PlainOptions) {
    this.#world = world;
    this.#beginning = beginning;
    this.#options = options;
    this.#step = options.step ?? step;
  }

  get size(): number {
    return this.#nodes.length;
  }
  move(number: number): Move {
    return this.#moves[number] as Move;
  }

  begin(visit: Visit): void {
    const { run, scope, started } = this.#beginning;
    const system = emptySystem(run, scope);
    const from = { system, memory: new Map(), faults: 0, at: started.at, cells: new Map() };
    this.#take(from, { kind: 'restored' }, started, visit, 0);
  }

  expand(state: number, visit: Visit): void {
    const node = this.#nodes[state] as Node;
    const { environment } = this.#options;
    const asking = [...node.cells].filter(([, cell]) => isAsking(cell)).map(([path]) => path);
    const moves = saidToRoot(environment, this.#beginning.started.machine);
    if (environment.crashes) moves.push({ kind: 'restored' });
    for (const [path, cell] of node.cells) moves.push(...movesAt(environment, path, cell));
    for (const move of moves) {
      if (costOf(move) > environment.faultsPerPath - node.faults) continue;
      if (move.kind === 'timer' && move.work && asking.some((path) => isWithin(path, move.actor)))
        continue;
      const incoming = incomingOf(node.system, move, node.at);
      this.#take(node, move, incoming, visit);
    }
  }

  view(state: number): StateView {
    const { cells, system } = this.#nodes[state] as Node;
    return this.#viewOf(cells, system);
  }

  #viewOf(cells: ReadonlyMap<string, Cell>, system: System): StateView {
    const root = this.#beginning.started.machine;
    const isHeld = isHeldRightly(system);
    return { cells, root, ended: cells.get(root)?.ended, isHeldRightly: isHeld, queued: 0 };
  }

  /** @param cost of the fault that the move is; to begin is none. */
  #take(from: Node, move: Move, incoming: Incoming, visit: Visit, cost = costOf(move)): void {
    const { environment, projection } = this.#options;
    // A restart reads what was written: nothing but JSON comes over it.
    const before =
      incoming.kind === 'restored'
        ? systemOf(JSON.parse(JSON.stringify(from.system)) as WrittenSystem)
        : from.system;
    this.calls += 1;
    const { system, outgoing } = this.#step(this.#world, before, incoming);
    const memory = remembered(from.memory, before, system);
    const cells = cellsOf(system, memory, projection);
    const text = stateKey(cells, projection);
    const isCharged = Number.isFinite(environment.faultsPerPath) && cost > 0;
    const isChanged = isCharged && text !== stateKey(from.cells, projection);
    const faults = from.faults + (isChanged ? cost : 0);
    const key = `${faults}\n${text}`;
    let next = this.#numbers.get(key);
    if (next === undefined) {
      next = this.#nodes.push({ system, memory, faults, at: incoming.at, cells }) - 1;
      this.#numbers.set(key, next);
    }
    this.#moves.push(move);
    const edge = edgeOf(move, before, system, outgoing, {
      before: this.#viewOf(from.cells, before),
      after: this.#viewOf(cells, system),
    });
    visit(next, this.#moves.length - 1, edge);
  }
}

export function edgeOf(
  move: Move,
  before: System,
  after: System,
  outgoing: readonly Outgoing[],
  views: Pick<Edge, 'before' | 'after'>,
): Edge {
  const begun = outgoing.flatMap((item) =>
    item.kind === 'effect'
      ? [{ actor: item.effect.actor, effect: { ...item.effect, isTimed: true } }]
      : [],
  );
  return {
    move,
    ...views,
    begun,
    handed: outgoing.flatMap((item) => (item.kind === 'handed' ? [item.actor] : [])),
    ended: outgoing.flatMap((item) =>
      item.kind === 'ended' ? [{ actor: item.actor, ending: item.ending }] : [],
    ),
    dead: after.dead.slice(before.dead.length).map(({ reason }) => reason),
    tells: outgoing.flatMap((item) => {
      if (item.kind !== 'tell') return [];
      const { run, actor, event } = item.tell;
      return [{ to: actor === '' ? run : `${run}#${actor}`, event }];
    }),
    in: after.accounts.in - before.accounts.in,
    handled: after.accounts.handled - before.accounts.handled,
  };
}
