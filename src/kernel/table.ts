/** Children of one node: two to the power of that. */
const BITS = 5;
const WIDTH = 1 << BITS;

type Entry<T> = readonly [key: string, value: T];
/** Entries, or above them nodes. */
type Node<T> = readonly (Node<T> | Entry<T>)[];

interface Parts<T> {
  readonly size: number;
  readonly root: Node<T>;
  /** How far a place is shifted to give the root's child: zero where its children are entries. */
  readonly shift: number;
  /** Where each key stands. Shared with the tables that this one grew from: what stands at their size and beyond is not theirs. */
  readonly places: Map<string, number>;
}

/**
 * A table that never changes: `with` gives another one that shares with it whatever is the same. Its entries stand in the order in
 * which their keys came, and as JSON it is an object. Getting and setting cost next to the same in a table of ten and of ten
 * thousand; only where two tables grow out of one, the second pays for all its keys, once.
 * A bit-partitioned vector trie, as in Clojure (after P. Bagwell, Ideal Hash Trees, 2001), with the keys' places beside it.
 */
export class Table<T> implements Iterable<Entry<T>> {
  readonly #parts: Parts<T>;

  protected constructor(parts: Parts<T>) {
    this.#parts = parts;
  }

  static of<T>(entries: Readonly<Record<string, T>>): Table<T> {
    let table = new Table<T>({ size: 0, root: [], shift: 0, places: new Map() });
    for (const key of Object.keys(entries)) table = table.with(key, entries[key] as T);
    return table;
  }

  get size(): number {
    return this.#parts.size;
  }

  has(key: string): boolean {
    return this.#placeOf(key) !== undefined;
  }

  get(key: string): T | undefined {
    const place = this.#placeOf(key);
    return place === undefined ? undefined : this.#entryAt(place)[1];
  }

  with(key: string, value: T): Table<T> {
    const { size, root, shift, places } = this.#parts;
    const entry: Entry<T> = [key, value];
    const known = this.#placeOf(key);
    if (known !== undefined)
      return new Table({ size, root: replaced(root, shift, known, entry), shift, places });
    // Another table has grown out of this one: its keys must not be found in ours.
    const own = places.size === size ? places : new Map([...this.keys()].map((k, at) => [k, at]));
    own.set(key, size);
    const isFull = size === WIDTH << shift;
    const [top, level] = isFull ? [[root], shift + BITS] : [root, shift];
    return new Table({
      size: size + 1,
      root: replaced(top, level, size, entry),
      shift: level,
      places: own,
    });
  }

  /** The entries that the table it grew out of has not, or has with another value. */
  changedSince(before: Table<T>): Entry<T>[] {
    const changed: Entry<T>[] = [];
    const now = this.#parts;
    let then: Node<T> = before.#parts.root;
    for (let { shift } = before.#parts; shift < now.shift; shift += BITS) then = [then];
    collect(now.root, before.#parts.shift > now.shift ? [] : then, now.shift, changed);
    return changed;
  }

  [Symbol.iterator](): Generator<Entry<T>> {
    return this.#from(0);
  }

  *#from(place: number): Generator<Entry<T>> {
    for (let at = place; at < this.#parts.size; at += 1) yield this.#entryAt(at);
  }

  /** The keys that came after this one; all for one that is not there. */
  *keysBehind(key: string): Generator<string> {
    for (const [later] of this.#from((this.#placeOf(key) ?? -1) + 1)) yield later;
  }

  *keys(): Generator<string> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<T> {
    for (const [, value] of this) yield value;
  }

  toJSON(): Record<string, T> {
    return Object.fromEntries(this);
  }

  #entryAt(place: number): Entry<T> {
    let node = this.#parts.root;
    for (let { shift } = this.#parts; shift > 0; shift -= BITS)
      node = node[(place >>> shift) % WIDTH] as Node<T>;
    return node[place % WIDTH] as Entry<T>;
  }

  #placeOf(key: string): number | undefined {
    const place = this.#parts.places.get(key);
    return place === undefined || place >= this.#parts.size ? undefined : place;
  }
}

function replaced<T>(node: Node<T>, shift: number, place: number, entry: Entry<T>): Node<T> {
  const copy = node.slice();
  const at = (place >>> shift) % WIDTH;
  copy[at] =
    shift === 0 ? entry : replaced((node[at] ?? []) as Node<T>, shift - BITS, place, entry);
  return copy;
}

function collect<T>(now: Node<T>, then: Node<T>, shift: number, into: Entry<T>[]): void {
  for (const [at, child] of now.entries()) {
    const old = then[at];
    if (child === old) continue;
    if (shift > 0) collect(child as Node<T>, (old ?? []) as Node<T>, shift - BITS, into);
    else if (old?.[0] !== child[0] || old[1] !== child[1]) into.push(child as Entry<T>);
  }
}
