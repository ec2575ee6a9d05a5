import { idOf, parentOf } from './cell.ts';

/** Actors of one exploration, over all its states. */
export const MAX_PATHS = 240;

/** The paths of actors, numbered as they come up, so that a parent always stands before its children. */
export class Paths {
  readonly names: string[] = [];
  readonly parents: number[] = [];
  readonly ids: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #children: Map<string, number>[] = [];

  get size(): number {
    return this.names.length;
  }

  /** @throws RangeError beyond `MAX_PATHS`. */
  number(path: string): number {
    const known = this.#numbers.get(path);
    if (known !== undefined) return known;
    if (this.size >= MAX_PATHS) throw new RangeError(`more than ${MAX_PATHS} actors`);
    const parent = parentOf(path);
    const above = parent === undefined ? -1 : this.number(parent);
    const number = this.names.push(path) - 1;
    this.parents.push(above);
    this.ids.push(idOf(path));
    this.#numbers.set(path, number);
    return number;
  }

  child(parent: number, id: string): number {
    const children = (this.#children[parent] ??= new Map());
    const known = children.get(id);
    if (known !== undefined) return known;
    const number = this.number(`${this.names[parent]}/${id}`);
    children.set(id, number);
    return number;
  }

  isBelow(path: number, above: number): boolean {
    let at = this.parents[path] as number;
    while (at > above) at = this.parents[at] as number;
    return at === above;
  }
}
