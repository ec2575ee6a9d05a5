/** Gives equal things one small number, by a text that is theirs alone; 0 stands for nothing. */
export class Interner<T> {
  readonly #numbers = new Map<string, number>();
  readonly #things: (T | undefined)[] = [undefined];

  /** The number of the first thing of that text. */
  put(text: string, thing: T): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#things.push(thing);
    this.#numbers.set(text, this.#things.length - 1);
    return this.#things.length - 1;
  }

  /** @throws RangeError for a number that was never given. */
  at(number: number): T {
    const thing = this.#things[number];
    if (thing === undefined) throw new RangeError(`nothing has the number ${number}`);
    return thing;
  }

  get size(): number {
    return this.#things.length - 1;
  }
}
