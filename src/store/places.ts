/** Where something lies: number of the segment, first byte, bytes with the frames. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/** What is read at once: neighbours, up to this or one record. */
const MAX_STRETCH_BYTES = 1024 * 1024;
/** Two numbers of at most five bytes each. */
const MAX_STRETCH_PACKED = 10;

/**
 * Where the records of one run lie in one segment, packed and off the heap: of each stretch of neighbours the bytes since the
 * end of the last one and its length; in sevens of bits, the last without the high one.
 */
export class Places {
  #packed = Buffer.alloc(MAX_STRETCH_PACKED * 2);
  #used = 0;
  /** Where the last packed stretch ends, and the one that may still grow. */
  #end = 0;
  #open: { offset: number; bytes: number } | undefined;

  /** In the order in which they lie there. */
  add(offset: number, bytes: number): void {
    const open = this.#open;
    if (open?.offset === offset - (open?.bytes ?? 0) && open.bytes + bytes <= MAX_STRETCH_BYTES) {
      open.bytes += bytes;
      return;
    }
    this.#close();
    this.#open = { offset, bytes };
  }

  pack(): Buffer {
    this.#close();
    return this.#packed.subarray(0, this.#used);
  }

  #close(): void {
    if (this.#open === undefined) return;
    const { offset, bytes } = this.#open;
    if (this.#used + MAX_STRETCH_PACKED > this.#packed.length)
      this.#packed = Buffer.concat([this.#packed], this.#packed.length * 2);
    this.#put(offset - this.#end);
    this.#put(bytes);
    this.#end = offset + bytes;
    this.#open = undefined;
  }

  #put(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#packed.writeUInt8((rest % 128) + 128, this.#used);
      this.#used += 1;
      rest = Math.floor(rest / 128);
    }
    this.#packed.writeUInt8(rest, this.#used);
    this.#used += 1;
  }
}

/** The stretches that were packed, in their order. */
export function unpack(segment: number, packed: Uint8Array): Place[] {
  const places: Place[] = [];
  let at = 0;
  let end = 0;
  const take = (): number => {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = packed[at] ?? 0;
      at += 1;
      value += (byte % 128) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < packed.length) {
    const offset = end + take();
    const bytes = take();
    places.push({ segment, offset, bytes });
    end = offset + bytes;
  }
  return places;
}
