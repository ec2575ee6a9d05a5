import type { Incoming, System, World } from '../kernel/system.ts';
import { advance, beforeAll, enabledIn, type Course, type Stand } from './course.ts';
import type { Environment, Move } from './space/environment.ts';
import { incomingOf, nameOf } from './space/trace.ts';

/** Something that may happen now. */
export interface Enabled {
  readonly name: string;
  readonly move: Move;
}

interface Stood extends Stand {
  readonly event: Incoming;
  readonly name: string;
}

/** A system stepped through by hand: what may happen, one of it, and back again; the same steps that the explorer takes. */
export class Stepper {
  readonly #course: Course;
  readonly #stands: Stood[];

  /** @throws RangeError for an environment without a system. */
  constructor(world: World, environment: Environment) {
    this.#course = { world, environment };
    const before = beforeAll(this.#course);
    const event = environment.systems[0]?.started as Incoming;
    const { stand } = advance(this.#course, before, event, { kind: 'restored' });
    this.#stands = [{ ...stand, event, name: 'it begins' }];
  }

  get #stand(): Stood {
    return this.#stands.at(-1) as Stood;
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
    const moves = enabledIn(this.#course.environment, this.#stand);
    return moves.map((move) => ({ name: nameOf(move), move }));
  }

  /** Takes one of what is enabled. */
  take({ name, move }: Enabled): void {
    const event = incomingOf(this.system, move, this.#stand.at);
    const { stand } = advance(this.#course, this.#stand, event, move);
    this.#stands.push({ ...stand, event, name });
  }

  /** Steps back; false at the beginning. */
  back(): boolean {
    if (this.#stands.length === 1) return false;
    this.#stands.pop();
    return true;
  }
}
