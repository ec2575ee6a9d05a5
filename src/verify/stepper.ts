import { step } from '../kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../kernel/system.ts';
import { cellsOf, remembered, type Memory } from './space/control.ts';
import { movesAt, saidToRoot, type Environment, type Move } from './space/environment.ts';
import { exact } from './space/projection.ts';
import { incomingOf, nameOf } from './space/trace.ts';

/** Something that may happen now. */
export interface Enabled {
  readonly name: string;
  readonly move: Move;
}

interface Stand {
  readonly system: System;
  readonly memory: Memory;
  readonly at: number;
  readonly event: Incoming;
  readonly name: string;
}

/** A system stepped through by hand: what may happen, one of it, and back again; the same steps that the explorer takes. */
export class Stepper {
  readonly #world: World;
  readonly #environment: Environment;
  readonly #stands: Stand[];

  constructor(world: World, environment: Environment) {
    this.#world = world;
    this.#environment = environment;
    const [beginning] = environment.systems;
    if (beginning === undefined) throw new RangeError('there is no system to step through');
    const { run, scope, started } = beginning;
    const { system } = step(world, emptySystem(run, scope), started);
    this.#stands = [
      { system, memory: new Map(), at: started.at, event: started, name: 'it begins' },
    ];
  }

  get #stand(): Stand {
    return this.#stands.at(-1) as Stand;
  }
  get system(): System {
    return this.#stand.system;
  }
  /** The events so far, as `step` folds them, and their names. */
  get events(): readonly Incoming[] {
    return this.#stands.map(({ event }) => event);
  }
  get names(): readonly string[] {
    return this.#stands.map(({ name }) => name);
  }

  /** Everything that the environment may do here, by actor in the order of their birth. */
  enabled(): Enabled[] {
    const { system, memory } = this.#stand;
    const cells = cellsOf(system, memory, exact);
    const moves = [...cells].flatMap(([actor, cell]) => movesAt(this.#environment, actor, cell));
    const [root = ''] = cells.keys();
    moves.push(...saidToRoot(this.#environment, root));
    if (this.#environment.crashes) moves.push({ kind: 'restored' });
    // A work timer that stands still while a person is asked cannot fire.
    const isHeld = (move: Move): boolean =>
      move.kind === 'timer' && system.timers[`${move.actor}:${move.timer}`]?.leftMs !== undefined;
    return moves.filter((move) => !isHeld(move)).map((move) => ({ name: nameOf(move), move }));
  }

  /** Takes one of what is enabled. */
  take({ name, move }: Enabled): void {
    const { system, memory, at } = this.#stand;
    const event = incomingOf(system, move, at);
    const next = step(this.#world, system, event).system;
    const stand = {
      system: next,
      memory: remembered(memory, system, next),
      at: Math.max(at, event.at),
      event,
      name,
    };
    this.#stands.push(stand);
  }

  /** Steps back; false at the beginning. */
  back(): boolean {
    if (this.#stands.length === 1) return false;
    this.#stands.pop();
    return true;
  }
}
