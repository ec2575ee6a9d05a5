import type { Move } from './environment.ts';
import type { Interpreter } from './interpreter.ts';
import type { Edge, StateView } from './properties.ts';

/** One edge after another, shown to whoever looks; views are made only where they are asked for. */
export class EdgeShown implements Edge {
  move: Move = { kind: 'delivered' };
  readonly #run: Interpreter;
  readonly #view: (row: Uint16Array) => StateView;
  #from: Uint16Array | undefined;
  #to: Uint16Array | undefined;
  #before: StateView | undefined;
  #after: StateView | undefined;

  constructor(run: Interpreter, view: (row: Uint16Array) => StateView) {
    this.#run = run;
    this.#view = view;
  }

  /** The edges of another state follow. */
  leave(from: Uint16Array, to: Uint16Array): void {
    this.#from = from;
    this.#to = to;
    this.#before = undefined;
  }

  show(move: Move): void {
    this.move = move;
    this.#after = undefined;
  }

  get before(): StateView {
    return (this.#before ??= this.#view(this.#from as Uint16Array));
  }
  get after(): StateView {
    return (this.#after ??= this.#view(this.#to as Uint16Array));
  }
  get begun(): Edge['begun'] {
    return this.#run.begun;
  }
  get handed(): Edge['handed'] {
    return this.#run.handed;
  }
  get ended(): Edge['ended'] {
    return this.#run.ended;
  }
  get dead(): Edge['dead'] {
    return this.#run.dead;
  }
  get tells(): Edge['tells'] {
    return this.#run.tells;
  }
  get in(): number {
    return this.#run.in;
  }
  get handled(): number {
    return this.#run.handled;
  }
}
