// Goal: packed places give back what was put in, in its order.
// Method: random lengths and gaps beside a plain list, packed in the middle as well.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places, unpack } from '../../src/store/places.ts';

test('what is unpacked covers what was put in, neighbours as one piece of at most 1 MiB or one record', () => {
  const append = fc.record({
    bytes: fc.oneof(fc.integer({ min: 8, max: 400 }), fc.integer({ min: 8, max: 2 ** 31 })),
    gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 31 })),
    isPacked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(append, { maxLength: 60 }), (appends) => {
      const places = new Places();
      const plain: { offset: number; bytes: number }[] = [];
      let offset = 16;
      for (const { bytes, gap, isPacked } of appends) {
        offset += gap;
        places.add(offset, bytes);
        plain.push({ offset, bytes });
        offset += bytes;
        if (isPacked) places.pack();
      }
      for (const stretch of unpack(7, places.pack())) {
        // Whole records, one behind the other, in their order.
        let { offset: at } = stretch;
        expect(stretch.segment).toBe(7);
        while (at < stretch.offset + stretch.bytes) {
          const place = plain.shift();
          expect(Math.min(stretch.bytes, 2 ** 20 + 1)).toBeLessThanOrEqual(
            Math.max(place?.bytes ?? 0, 2 ** 20),
          );
          expect(place?.offset).toBe(at);
          at += place?.bytes ?? 1;
        }
        expect(at).toBe(stretch.offset + stretch.bytes);
      }
      expect(plain).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
