// Goal: each JSON value has exactly one text, that text gives the value back, and nothing else has one.
// Method: random JSON, with the keys and numbers that usually go wrong, against JSON.parse; then refusals.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical, hashOf } from '../../src/kernel/canonical.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '', '\ud800', '\udc00\ud800', '10', '9'),
);
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom<Json>(null, true, false, -0, 0, 1e21, 5e-324, 2 ** 53),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }).map(ownKeys),
  ),
}));

/** The same with `__proto__` as a key of its own, as JSON.parse would make it. */
function ownKeys(fields: Record<string, Json>): Json {
  return Object.fromEntries([...Object.entries(fields), ['__proto__', [-0]]]);
}

/** The same value, its keys put in the other way round. */
function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).map(([key, field]) => [key, reversed(field)] as const);
  return Object.fromEntries(entries.toReversed());
}

test('the text gives the value back exactly, in one line or laid out, also over UTF-8', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(0, 2), (value, indentSpaces) => {
      const printed = canonical(value, indentSpaces);
      expect(printed.isWellFormed()).toBe(true);
      const read: unknown = JSON.parse(Buffer.from(printed).toString());
      expect(isDeepStrictEqual(read, value)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('equal values have one text, unequal ones never the same', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonical(reversed(a))).toBe(canonical(a));
      expect(canonical(JSON.parse(canonical(a)) as Json)).toBe(canonical(a));
      expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(a, b));
    }),
    { numRuns: 1_000 },
  );
});

test('the text as it stands: sorted keys, -0 and surrogates kept, undefined left out', () => {
  const value = { b: [1, -0, 1e21], a: { é: '\ud800\n', A: null, left: undefined } };
  expect(canonical(value as unknown as Json)).toBe(
    '{"a":{"A":null,"é":"\\ud800\\n"},"b":[1,-0,1e+21]}',
  );
  expect(canonical({ a: [], b: { c: [1] } }, 2)).toBe(
    '{\n  "a": [],\n  "b": {\n    "c": [\n      1\n    ]\n  }\n}',
  );
});

test('the hash is SHA-256 over the UTF-8 of the text', () => {
  const expected = createHash('sha256').update('{"a":"é"}', 'utf8').digest('hex');
  expect(hashOf({ a: 'é' })).toBe(expected);
});

test('objects of another realm and without a prototype are plain', () => {
  expect(canonical(runInNewContext('({ a: [{}] })') as Json)).toBe('{"a":[{}]}');
  expect(canonical(Object.assign(Object.create(null) as object, { a: 1 }) as Json)).toBe('{"a":1}');
});

const itself: unknown[] = [];
itself.push(itself, itself);
const refused: [string, unknown, string][] = [
  ['NaN', { a: [Number.NaN] }, '$.a[0]'],
  ['Infinity', [-Infinity], '$[0]'],
  ['a bigint', { n: 1n }, '$.n'],
  ['a function', { toJSON: () => 1 }, '$.toJSON'],
  ['a symbol', [Symbol('x')], '$[0]'],
  ['undefined', undefined, '$'],
  ['undefined in a list', [undefined], '$[0]'],
  ['a hole', Array(1), '$[0]'],
  ['a date', { at: new Date(0) }, '$.at'],
  ['an error', { at: new Error('x') }, '$.at'],
  ['a map', new Map(), '$'],
  ['a boxed string', [Object('x')], '$[0]'],
  ['a value that holds itself', itself, '$[0]'],
];
test.each(refused)('%s is refused by its place', (_name, value, where) => {
  expect(() => canonical(value as Json)).toThrow(
    expect.objectContaining({ code: 'not_json', where: expect.stringContaining(where) as string }),
  );
});

test('an error shows neither the value nor a long way to it', () => {
  const deep = { ['k'.repeat(5_000)]: { secret: 12345n } };
  expect(() => canonical(deep as unknown as Json)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('12345') as string }),
  );
  const message = ((): string => {
    try {
      return canonical(deep as unknown as Json);
    } catch (error) {
      return String(error);
    }
  })();
  expect(message.length).toBeLessThan(300);
});
