// Goal: an immutable table is at every moment what a plain object would be, whatever else grew out of it.
// Method: random histories that branch at any earlier table, each held beside a plain object and compared after every step.
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { Table } from '../../src/kernel/table.ts';

const History = fc.record({
  begin: fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 40 }),
  sets: fc.array(fc.record({ from: fc.nat(), key: fc.string({ maxLength: 3 }), value: fc.nat() }), {
    maxLength: 120,
  }),
});

test('a table is what an object would be, and those it grew out of stay as they were', () => {
  fc.assert(
    fc.property(History, ({ begin, sets }) => {
      const first = Object.fromEntries(begin.map((key) => [key, -1]));
      const all = [{ table: Table.of(first), model: new Map(Object.entries(first)) }];
      for (const { from, key, value } of sets) {
        // Mostly on from the newest, as runs do; sometimes from any before it.
        const at = from % 3 === 0 ? from % all.length : all.length - 1;
        const { table, model } = all[at] as (typeof all)[number];
        const next = table.with(key, value);
        expect(next.changedSince(table)).toEqual(model.get(key) === value ? [] : [[key, value]]);
        all.push({ table: next, model: new Map(model).set(key, value) });
      }
      for (const { table, model } of all) {
        expect([...table]).toEqual([...model]);
        expect(table.size).toBe(model.size);
        expect(table.toJSON()).toEqual(Object.fromEntries(model));
        for (const { key } of sets) expect(table.get(key)).toBe(model.get(key));
        const [middle = ''] = [...model.keys()].slice(model.size >> 1);
        expect([...table.keysBehind(middle)]).toEqual(
          [...model.keys()].slice((model.size >> 1) + 1),
        );
      }
    }),
  );
});

test('a table of three levels keeps every entry, and says what has changed', () => {
  const keys = Array.from({ length: 3_000 }, (_, at) => `key-${at}`);
  let table = Table.of<number>({});
  for (const [at, key] of keys.entries()) table = table.with(key, at);
  const before = table;
  table = table.with('key-7', -7).with('key-2900', -1).with('new', 1);
  expect(table.changedSince(before)).toEqual([
    ['key-7', -7],
    ['key-2900', -1],
    ['new', 1],
  ]);
  expect([...before.values()]).toEqual(keys.map((_, at) => at));
  expect(table.changedSince(Table.of({}))).toHaveLength(3_001);
});

test('two tables are equal to a test where their entries are', () => {
  expect(Table.of({ a: 1 })).toEqual(Table.of({ a: 1 }));
  expect(Table.of({ a: 1 })).not.toEqual(Table.of({ a: 2 }));
});
