// Goal: what the generator offers is what the machine's own schemas let in, and leaves no choice of a field out.
// Method: every event that any path of the built-in machines offers is parsed; then single schemas, choice by choice.
import * as z from 'zod';
import { expect, test } from 'vitest';
import { builtinMachines } from '../../machines/builtin.ts';
import { COMMON_OUTCOMES } from '../../machines/protocol/outcomes.ts';
import type { EventSchemas } from '../../machines/protocol/events.ts';
import { ValueRef } from '../../machines/protocol/values.ts';
import type { Machine } from '../../src/kernel/system.ts';
import { builtinHints } from '../../src/verify/paths/builtin-hints.ts';
import { graphOf } from '../../src/verify/paths/graph.ts';
import { valuesOf, type Hints } from '../../src/verify/paths/hints.ts';
import { offersFor } from '../../src/verify/paths/offers.ts';
import { variantsOf } from '../../src/verify/paths/variants.ts';
import { Watched } from '../../src/verify/paths/watched.ts';

const bare: Hints = { inputs: () => [] };
const { refs } = valuesOf(bare);
const variants = (shape: Record<string, z.ZodType>, hints: Partial<Hints> = {}, given = {}) =>
  variantsOf('it.came', z.strictObject(shape), { hints: { ...bare, ...hints }, refs }, given);

test.each(Object.entries(builtinMachines))(
  'every event that is offered to %s passes its schema and brings only known values',
  (id, machine) => {
    const hints = builtinHints[id as keyof typeof builtinMachines];
    const values = valuesOf(hints);
    const { events } = (machine as Machine).schemas as { events: EventSchemas };
    const offersAt = offersFor(events, hints, values.refs);
    const shapes = { ...events.external, ...events.answer, ...events.internal, ...events.told };
    const offered = new Set<string>();
    for (const input of hints.inputs(values.refs)) {
      const { edges } = graphOf(new Watched(machine as Machine), input, offersAt, {});
      for (const { offer } of edges) {
        const { type, ...body } = offer.fact as { type: string };
        const by = offer.from.kind === 'external' && { by: { id: 'x', isRequester: true } };
        expect(shapes[type]?.safeParse({ ...body, ...by }).error).toBeUndefined();
        offered.add(type);
      }
    }
    expect([...offered].toSorted()).toEqual(Object.keys(shapes).toSorted());
  },
);

test('few choices are offered all together, and an optional field is also left out', () => {
  expect(variants({ a: z.boolean(), b: z.enum(['x', 'y']).optional() })).toEqual([
    { a: true },
    { a: false },
    { a: true, b: 'x' },
    { a: false, b: 'x' },
    { a: true, b: 'y' },
    { a: false, b: 'y' },
  ]);
});

test('many are offered side by side: each choice at least once', () => {
  const letters = ['a', 'b', 'c', 'd', 'e'] as const;
  const fields = { x: z.enum(letters), y: z.enum(letters), z: z.enum(letters), on: z.boolean() };
  const offered = variants(fields);
  expect(offered).toHaveLength(5);
  for (const field of ['x', 'y', 'z'])
    expect(offered.map((one) => one[field])).toEqual([...letters]);
  expect(new Set(offered.map(({ on }) => on))).toEqual(new Set([true, false]));
});

test('each kind of schema has its choices', () => {
  const first = (schema: z.ZodType, name = 'it') =>
    variants({ [name]: schema }).map((one) => one[name]);
  expect(first(ValueRef)).toEqual(refs);
  expect(first(z.int().min(3))).toEqual([3, 4]);
  expect(first(z.boolean().nullable())).toEqual([null, true, false]);
  expect(first(z.string())).toEqual(['one', 'two']);
  expect(first(z.string(), 'hash')).toEqual(refs.map(({ hash }) => hash));
  expect(first(z.string(), 'outcome')).toEqual(['done', ...COMMON_OUTCOMES]);
  expect(first(z.array(z.boolean()))).toEqual([[true], [true, false]]);
  expect(first(z.strictObject({ in: z.boolean() }))).toEqual([{ in: true }, { in: false }]);
  expect(() => first(z.unknown())).toThrow('give a hint');
});

test('a hint takes the place of the schema, the state that of the hint, and nobody names who decides', () => {
  const fields = { id: z.string(), note: z.unknown(), by: z.unknown() };
  const hints = {
    fields: { 'it.came': { id: () => ['hinted'], note: () => [undefined, 'note'] } },
  };
  expect(variants(fields, hints)).toEqual([{ id: 'hinted' }, { id: 'hinted', note: 'note' }]);
  expect(variants(fields, hints, { id: ['given'] })[0]).toEqual({ id: 'given' });
});
