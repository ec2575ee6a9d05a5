/** Where a record lies: number of the segment, first byte, bytes with the frame. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/** A piece of one segment that is read at once. */
export type Stretch = Place;

const MAX_STRETCH_BYTES = 1024 * 1024;
/** Three numbers of at most five bytes each: see `Places`. */
const MAX_PLACE_BYTES = 15;

/** Which run's records lie where, in the order in which they were appended. */
export class PlaceIndex {
  readonly #places = new Map<string, Places>();

  add(run: string, place: Place): void {
    const places = this.#places.get(run) ?? new Places();
    places.add(place);
    this.#places.set(run, places);
  }

  /** Every run, in order of its first record. */
  runs(): string[] {
    return [...this.#places.keys()];
  }

  /** The pieces to read for a run: neighbours together, up to 1 MiB or one record. */
  stretches(run: string): Stretch[] {
    const stretches: Stretch[] = [];
    for (const place of this.#places.get(run) ?? []) {
      const last = stretches.at(-1);
      const isNext = last?.segment === place.segment && last.offset + last.bytes === place.offset;
      if (last !== undefined && isNext && last.bytes + place.bytes <= MAX_STRETCH_BYTES)
        stretches[stretches.length - 1] = { ...last, bytes: last.bytes + place.bytes };
      else stretches.push(place);
    }
    return stretches;
  }
}

/**
 * The places of one run, about five bytes each and none of them on the heap: for each record the segments since the last one,
 * the bytes since its end or since the segment's beginning, and its length; in sevens of bits, the last without the high one.
 */
class Places {
  #packed = Buffer.alloc(MAX_PLACE_BYTES * 4);
  #used = 0;
  #last: Place = { segment: 0, offset: 0, bytes: 0 };

  add(place: Place): void {
    if (this.#used + MAX_PLACE_BYTES > this.#packed.length)
      this.#packed = Buffer.concat([this.#packed], this.#packed.length * 2);
    const { segment, offset, bytes } = place;
    this.#put(segment - this.#last.segment);
    this.#put(segment === this.#last.segment ? offset - endOf(this.#last) : offset);
    this.#put(bytes);
    this.#last = place;
  }

  *[Symbol.iterator](): Generator<Place> {
    let last: Place = { segment: 0, offset: 0, bytes: 0 };
    let at = 0;
    const take = (): number => {
      for (let value = 0, shift = 1; ; shift *= 128) {
        const byte = this.#packed.readUInt8(at);
        at += 1;
        value += (byte % 128) * shift;
        if (byte < 128) return value;
      }
    };
    while (at < this.#used) {
      const segments = take();
      const skipped = take();
      const offset = segments === 0 ? endOf(last) + skipped : skipped;
      last = { segment: last.segment + segments, offset, bytes: take() };
      yield last;
    }
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

const endOf = ({ offset, bytes }: Place): number => offset + bytes;
