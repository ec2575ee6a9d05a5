// Goal: the packed index gives back the places that were put in, in their order.
// Method: random appends of any length over segments, beside a plain list.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlaceIndex, type Place } from '../../src/store/place-index.ts';

test('what is read of a run is what was put in, neighbours as one piece', () => {
  const append = fc.record({
    run: fc.constantFrom('a', 'b', 'c'),
    bytes: fc.oneof(fc.integer({ min: 8, max: 400 }), fc.integer({ min: 8, max: 2 ** 31 })),
    isInNext: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(append, { maxLength: 60 }), (appends) => {
      const index = new PlaceIndex();
      const plain = new Map<string, Place[]>();
      let [segment, offset] = [1, 16];
      for (const { run, bytes, isInNext } of appends) {
        if (isInNext) [segment, offset] = [segment + 1, 16];
        const place = { segment, offset, bytes };
        index.add(run, place);
        plain.set(run, [...(plain.get(run) ?? []), place]);
        offset += bytes;
      }
      expect(index.runs()).toEqual([...plain.keys()]);
      for (const [run, places] of plain) {
        const rest = [...places];
        for (const stretch of index.stretches(run)) {
          // Whole records, one behind the other, in their order.
          let { offset: at } = stretch;
          while (at < stretch.offset + stretch.bytes) {
            const place = rest.shift();
            expect(place).toMatchObject({ segment: stretch.segment, offset: at });
            at += place?.bytes ?? 1;
          }
          expect(at).toBe(stretch.offset + stretch.bytes);
        }
        expect(rest).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
