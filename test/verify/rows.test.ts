// Goal: the table of states tells rows apart, finds what it has, and gives back what was put in.
// Method: random rows, wider and wider, against a map of their texts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbers, Rows } from '../../src/verify/space/rows.ts';

const WIDEST = 70;

test('rows are found by what is in them, also after the table was laid out anew', () => {
  const cell = fc.oneof(fc.nat(3), fc.nat(0xffff));
  const row = fc.array(cell, { maxLength: WIDEST });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 200 }), (list) => {
      const rows = new Rows();
      const known = new Map<string, number>();
      const filled = (values: readonly number[]) => {
        const full = new Uint16Array(128);
        full.set(values);
        return full;
      };
      for (const values of list) {
        const full = filled(values);
        const text = full.join();
        const number = rows.put(full, values.length);
        expect(number).toBe(known.get(text) ?? known.size);
        known.set(text, number);
      }
      expect(rows.size).toBe(known.size);
      for (const [text, number] of known) {
        const read = filled([]);
        rows.read(number, read);
        expect(read.join()).toBe(text);
      }
    }),
  );
});

test('thousands of rows keep their numbers', () => {
  const rows = new Rows();
  const full = new Uint16Array(128);
  for (const _ of [1, 2])
    for (let at = 0; at < 5_000; at += 1) {
      full[at % 9] = at;
      full[9] = at;
      expect(rows.put(full, 10)).toBeLessThan(10_000);
    }
});

test('a list of numbers grows', () => {
  const numbers = new Numbers(2);
  for (let at = 0; at < 1000; at += 1) numbers.push(-at);
  expect([numbers.length, numbers.at(0), numbers.at(999)]).toEqual([1000, 0, -999]);
});
