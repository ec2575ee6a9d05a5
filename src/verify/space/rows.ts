/** Columns of a table at first; it is laid out anew with twice as many when a row needs more. */
const FIRST_COLUMNS = 16;
const FIRST_ROWS = 1024;

/** Every state once: rows of small whole numbers, 0 to 65,535, found by what is in them. */
export class Rows {
  #columns = FIRST_COLUMNS;
  #rows = new Uint16Array(FIRST_ROWS * FIRST_COLUMNS);
  /** Row numbers plus one, by hash; 0 is free. At most half full. */
  #index = new Int32Array(FIRST_ROWS * 2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Copies a row out; columns that it does not have are 0. */
  read(row: number, into: Uint16Array): void {
    const columns = this.#columns;
    const from = row * columns;
    for (let at = 0; at < columns; at += 1) into[at] = this.#rows[from + at] as number;
    into.fill(0, columns);
  }

  /** The number of the row that holds this; a new one where none does. Read `size` before to tell. */
  put(values: Uint16Array, used: number): number {
    while (used > this.#columns) this.#widen();
    const mask = this.#index.length - 1;
    for (let at = this.#hash(values, 0) & mask; ; at = (at + 1) & mask) {
      const known = (this.#index[at] as number) - 1;
      if (known < 0) {
        this.#index[at] = this.#size + 1;
        return this.#append(values);
      }
      if (this.#isAt(known, values)) return known;
    }
  }

  #hash(from: Uint16Array, offset: number): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.#columns; at += 1) {
      hash = Math.imul(hash ^ (from[offset + at] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  #isAt(row: number, values: Uint16Array): boolean {
    const from = row * this.#columns;
    for (let at = 0; at < this.#columns; at += 1)
      if (this.#rows[from + at] !== values[at]) return false;
    return true;
  }

  #append(values: Uint16Array): number {
    const columns = this.#columns;
    const from = this.#size * columns;
    if (from + columns > this.#rows.length) {
      const more = new Uint16Array(this.#rows.length * 2);
      more.set(this.#rows);
      this.#rows = more;
    }
    for (let at = 0; at < columns; at += 1) this.#rows[from + at] = values[at] as number;
    this.#size += 1;
    if (this.#size * 2 > this.#index.length) this.#reindex(this.#index.length * 2);
    return this.#size - 1;
  }

  #reindex(length: number): void {
    this.#index = new Int32Array(length);
    const mask = length - 1;
    for (let row = 0; row < this.#size; row += 1) {
      let at = this.#hash(this.#rows, row * this.#columns) & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = row + 1;
    }
  }

  #widen(): void {
    const old = this.#rows;
    const columns = this.#columns;
    this.#columns = columns * 2;
    this.#rows = new Uint16Array(old.length * 2);
    for (let row = 0; row < this.#size; row += 1)
      for (let at = 0; at < columns; at += 1)
        this.#rows[row * this.#columns + at] = old[row * columns + at] as number;
    this.#reindex(this.#index.length);
  }
}

/** A list of whole numbers that grows. */
export class Numbers {
  #items: Int32Array;
  length = 0;

  constructor(capacity = FIRST_ROWS) {
    this.#items = new Int32Array(capacity);
  }

  push(item: number): void {
    if (this.length === this.#items.length) {
      const more = new Int32Array(this.length * 2);
      more.set(this.#items);
      this.#items = more;
    }
    this.#items[this.length] = item;
    this.length += 1;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }
}
