/** Where a record lies: number of the segment, first byte, bytes with the frame. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/** A piece of one segment that is read at once. */
export type Stretch = Place;

const MAX_STRETCH_BYTES = 1024 * 1024;

/** Which run's records lie where, in the order in which they were appended. */
export class PlaceIndex {
  // Three numbers a place in one list: a tenth of the memory that an object each would take.
  readonly #places = new Map<string, number[]>();

  add(run: string, place: Place): void {
    const places = this.#places.get(run);
    if (places === undefined) this.#places.set(run, [place.segment, place.offset, place.bytes]);
    else places.push(place.segment, place.offset, place.bytes);
  }

  /** Every run, in order of its first record. */
  runs(): string[] {
    return [...this.#places.keys()];
  }

  /** The pieces to read for a run: neighbours together, up to 1 MiB or one record. */
  stretches(run: string): Stretch[] {
    const stretches: Stretch[] = [];
    const places = this.#places.get(run) ?? [];
    for (let at = 0; at < places.length; at += 3) {
      const [segment = 0, offset = 0, bytes = 0] = places.slice(at, at + 3);
      const last = stretches.at(-1);
      const isNext = last?.segment === segment && last.offset + last.bytes === offset;
      if (last !== undefined && isNext && last.bytes + bytes <= MAX_STRETCH_BYTES)
        stretches[stretches.length - 1] = { ...last, bytes: last.bytes + bytes };
      else stretches.push({ segment, offset, bytes });
    }
    return stretches;
  }
}
