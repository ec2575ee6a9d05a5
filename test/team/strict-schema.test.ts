// Goal: a contract is said to a model as strictly as its endpoint can hold it to, nothing of it is loosened, and what comes back is of the contract.
// Method: contracts of every kind against the rules of strict mode; any value of a contract, said in its strict form, comes back as it was.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, question } from 'nova-agents';
import { strictSchema } from '../../src/team/strict-schema.ts';

const schemaOf = (contract: z.ZodType) => {
  const strict = strictSchema(contract);
  if (!strict.ok) throw new Error(strict.why);
  return strict;
};

test('every key is required and declared, at every depth', () => {
  const { schema } = schemaOf(
    z.strictObject({
      name: z.string().min(2).optional(),
      tags: z.array(z.object({ key: z.literal('a') })),
      rates: z.record(z.string(), z.number()),
      kind: z.discriminatedUnion('is', [
        z.strictObject({ is: z.literal('one'), n: z.int().min(1) }),
        z.strictObject({ is: z.literal('two') }),
      ]),
    }),
  );
  const seen: Record<string, unknown>[] = [];
  const walk = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    seen.push(at as Record<string, unknown>);
    for (const part of Object.values(at)) walk(part);
  };
  walk(schema);
  const objects = seen.filter(({ type }) => type === 'object');
  expect(objects).toHaveLength(5);
  for (const { properties, required, additionalProperties } of objects)
    expect([required, additionalProperties]).toEqual([Object.keys(properties as object), false]);
  for (const key of ['oneOf', 'minLength', 'default', 'propertyNames'])
    for (const one of seen) expect(one).not.toHaveProperty(key);
  expect(schema).toMatchObject({
    properties: {
      name: { anyOf: [{ type: 'string', description: 'minLength: 2' }, { type: 'null' }] },
    },
  });
});

test.each([
  ['a tuple', z.strictObject({ pair: z.tuple([z.string(), z.int()]) }), 'pair'],
  ['keys that are not declared', z.strictObject({ of: z.looseObject({ a: z.int() }) }), 'of'],
  [
    'an intersection',
    z.strictObject({ both: z.intersection(z.string(), z.string().min(2)) }),
    'both',
  ],
])(
  '2.10 %s cannot be said, and its place is named when the agent is defined',
  (_, outcome, place) => {
    const define = (structured: 'strict' | 'prompt') =>
      defineAgent({
        id: 'thinker',
        version: 1,
        does: 'Thinks.',
        input: z.strictObject({}),
        outcomes: { thought: outcome },
        instructions: () => 'Think.',
        structured,
        examples: [],
      });
    expect(() => define('strict')).toThrow(
      `agent thinker outcome thought: no model can be held to it strictly: ${place}`,
    );
    expect(define('prompt').id).toBe('thinker');
  },
);

test('positions and rulings of a decision can be said', () => {
  const { positions, rulings } = question({
    subject: z.string(),
    options: ['yes', 'no'],
    evidence: { page: z.object({ url: z.string().optional() }) },
  });
  for (const contract of [positions.yes, rulings.no])
    expect(strictSchema(contract)).toMatchObject({ ok: true });
});

describe('what is said in strict form comes back in the form of the contract', () => {
  const contract = z.strictObject({
    text: z.string().optional(),
    none: z.string().nullable(),
    any: z.json(),
    rates: z.record(z.string(), z.strictObject({ n: z.int().optional() })),
    list: z.array(
      z.union([z.strictObject({ a: z.int(), b: z.int().optional() }), z.string(), z.null()]),
    ),
  });
  const { restored } = schemaOf(contract);
  /** As a model has to say it. */
  const strictly = ({ text, none, any, rates, list }: z.output<typeof contract>) => ({
    text: text ?? null,
    none,
    any: JSON.stringify(any),
    rates: Object.entries(rates).map(([key, { n }]) => ({ key, value: { n: n ?? null } })),
    list: list.map((one) =>
      typeof one === 'object' && one !== null ? { a: one.a, b: one.b ?? null } : one,
    ),
  });
  const count = fc.option(fc.integer(), { nil: undefined });
  const without = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

  test('any value', () => {
    fc.assert(
      fc.property(
        fc.record({
          text: fc.option(fc.string(), { nil: undefined }),
          none: fc.option(fc.string()),
          // zod takes no key of that name.
          any: fc
            .jsonValue({ noUnicodeString: false } as never)
            .filter((any) => !JSON.stringify(any).includes('"__proto__"')),
          rates: fc.dictionary(
            fc.string().filter((key) => key !== '__proto__'),
            fc.record({ n: count }),
          ),
          list: fc.array(
            fc.oneof(fc.record({ a: fc.integer(), b: count }), fc.string(), fc.constant(null)),
          ),
        }),
        (value) => {
          expect(without(contract.parse(restored(strictly(value as never))))).toEqual(
            without(value),
          );
        },
      ),
    );
  });

  test('a key that stands twice is left for the contract to refuse', () => {
    const twice = [
      { key: 'a', value: { n: 1 } },
      { key: 'a', value: { n: 2 } },
    ];
    expect(
      contract.safeParse(restored({ text: null, none: null, any: '1', rates: twice, list: [] }))
        .success,
    ).toBe(false);
  });
});

const maybe = (key: string) => z.strictObject({ [key]: z.int().optional() });
test.each([
  [
    'records by what they hold',
    z.union([z.record(z.string(), z.int()), z.record(z.string(), maybe('a'))]),
    [{ key: 'k', value: { a: null } }],
    { k: {} },
  ],
  [
    'a list and a record',
    z.union([z.array(z.string()), z.record(z.string(), maybe('a'))]),
    [{ key: 'k', value: { a: null } }],
    { k: {} },
  ],
  [
    'a record and a list',
    z.union([z.record(z.string(), z.int()), z.array(maybe('a'))]),
    [{ a: null }],
    [{}],
  ],
  [
    'lists by what they hold',
    z.union([z.array(maybe('a')), z.array(maybe('b'))]),
    [{ b: null }],
    [{}],
  ],
  [
    'keys that every object has',
    z.strictObject({ at: z.object({ n: z.int() }) }),
    { at: { n: 1, constructor: null, valueOf: '1' } },
    { at: { n: 1, constructor: null, valueOf: '1' } },
  ],
])('of several forms the one that was said: %s', (_, contract, said, meant) => {
  const { restored } = schemaOf(contract);
  expect(restored(said)).toEqual(meant);
  expect(contract.safeParse(restored(said)).success).toBe(true);
});

test('a constant is said, whatever number it is', () => {
  expect(schemaOf(z.strictObject({ n: z.literal(Number.MAX_SAFE_INTEGER) })).schema).toMatchObject({
    properties: { n: { const: Number.MAX_SAFE_INTEGER } },
  });
});

test('what is wrong in one place is told of that place alone', () => {
  const { restored } = schemaOf(z.union([z.string(), z.array(maybe('a'))]));
  expect(restored([{ a: null }, { a: 'wrong' }])).toEqual([{}, { a: 'wrong' }]);
});
