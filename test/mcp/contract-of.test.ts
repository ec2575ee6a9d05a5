// Goal: a contract that is made of a server's schema takes nothing that the schema does not, and what could not be held to is refused.
// Method: random schemas and values, against a validator of JSON schema (Ajv, as the protocol's library has it); known cases by name.
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contractOf } from '../../src/mcp/contract-of.ts';
import { toolName } from '../../src/mcp/tool-name.ts';

type Schema = Parameters<typeof contractOf>[1];
const key = fc.constantFrom('a', 'b', 'c');
const word = fc.constantFrom<unknown>('', 'a', 'ab', 'xyz', null, true, false, -1, 0, 0.5, 1, 3, 7);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const some = (fields: Record<string, fc.Arbitrary<unknown>>, ...requiredKeys: string[]) =>
  fc.record(fields, { requiredKeys: requiredKeys as never[] });
const count = fc.nat(3);
const type = (...names: unknown[]) => fc.constantFrom(...names);

const pattern = fc.constantFrom('^a', 'b$', '[ab]+');
const several = (one: fc.Arbitrary<unknown>) => fc.array(one, { minLength: 1, maxLength: 2 });
const texts = { minLength: count, maxLength: count, pattern };
const numbers = { minimum: count, exclusiveMaximum: count, multipleOf: fc.constantFrom(1, 0.5) };
const plain = [
  some({
    type: type('string', 'number', 'boolean', 'null', ['string', 'null'], ['number', 'string']),
    ...texts,
    ...numbers,
  }),
  some({ type: type('string'), default: word, ...texts }, 'type'),
  some(
    { type: type('integer', 'number'), exclusiveMinimum: count, maximum: count, ...numbers },
    'type',
  ),
  some(
    { enum: fc.array(word, { minLength: 1, maxLength: 3 }), type: type('string', 'number') },
    'enum',
  ),
  some({ const: word, type: type('string'), description: fc.constant('x') }, 'const'),
  fc.constantFrom(
    { $ref: '#/$defs/x' },
    { $ref: '#/$defs/y' },
    { $ref: '#/$defs/x', maxLength: 1 },
  ),
];
const objects = (one: fc.Arbitrary<unknown>) =>
  some(
    {
      type: type('object', ['object', 'null']),
      properties: fc.dictionary(key, one, { maxKeys: 3 }),
      required: fc.uniqueArray(key, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), one),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b|c'), one, { maxKeys: 2 }),
      propertyNames: fc.constant({ type: 'string', pattern: '^[ab]' }),
      minProperties: count,
      maxProperties: count,
    },
    'type',
  );
const lists = (one: fc.Arbitrary<unknown>) =>
  some(
    {
      type: type('array', ['array', 'null']),
      items: fc.oneof(one, fc.boolean()),
      prefixItems: several(one),
      minItems: count,
      maxItems: count,
      uniqueItems: fc.boolean(),
      contains: one,
    },
    'type',
  );
const unions = (one: fc.Arbitrary<unknown>) =>
  some({ anyOf: several(one), oneOf: several(one), allOf: several(one), type: type('object') });
const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const one = tie('schema');
  const oneOf = some({ oneOf: several(one) }, 'oneOf');
  return {
    schema: fc.oneof(
      { depthSize: 'small' },
      ...plain,
      objects(one),
      lists(one),
      unions(one),
      oneOf,
    ),
  };
});
const $defs = {
  x: { type: 'string', minLength: 1 },
  y: { type: 'object', properties: { a: { $ref: '#/$defs/y' } }, additionalProperties: false },
};

const made = (from: object) => {
  try {
    return contractOf('it', from as Schema);
  } catch {
    return undefined;
  }
};

test('2.13 what a contract takes, its schema takes, and the other way', () => {
  const ajv = new AjvJsonSchemaValidator();
  const seen = { held: 0, taken: 0 };
  fc.assert(
    fc.property(schema, fc.array(value, { minLength: 4, maxLength: 4 }), (root, values) => {
      const whole = { ...(root as object), $defs };
      const contract = made(whole);
      if (contract === undefined) return;
      seen.held += 1;
      const says = ajv.getValidator(whole);
      for (const one of values) {
        const { success, data } = contract.safeParse(one);
        expect({ success, whole, one }).toEqual({ success: says(one).valid, whole, one });
        expect(success ? data : one).toEqual(one);
        seen.taken += success ? 1 : 0;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(seen.held).toBeGreaterThan(150);
  expect(seen.taken).toBeGreaterThan(20);
});

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
test.each<[string, object, string]>([
  ['what is required and not described', object({}, { required: ['a'] }), 'it: it requires a'],
  ['a count without a type', object({ a: { minLength: 1 } }), 'it.properties.a: minLength'],
  ['a negation', object({ a: { not: {} } }), 'it.properties.a: not'],
  ['a condition', object({}, { if: {}, else: false }), 'it: else'],
  [
    'a key beside a reference',
    object({ a: { $ref: '#/$defs/b', minLength: 2 } }),
    'minLength beside $ref',
  ],
  ['a union beside more', object({}, { anyOf: [{ type: 'object' }] }), 'beside anyOf'],
  ['a word of another type', object({ a: { type: 'string', enum: [1] } }), 'enum of another type'],
  [
    'a key of every object',
    JSON.parse('{"type":"object","properties":{"__proto__":{}}}') as object,
    '__proto__',
  ],
  [
    'a pattern that takes for ever',
    object({ a: { type: 'string', pattern: '(a+)+$' } }),
    'for ever',
  ],
  ['a reference elsewhere', object({ a: { $ref: 'http://a.test/b' } }), 'External $ref'],
  [
    'nesting',
    Array.from({ length: 40 }).reduce<object>((a) => object({ a }), { type: 'null' }),
    'too deeply',
  ],
  ['more than anybody reads', { type: 'object', description: 'x'.repeat(100_000) }, 'larger than'],
  ['no schema', object({ a: 5 }), 'it.properties.a: it is no schema'],
])('2.13 refused by name: %s', (_, from, says) => {
  expect(() => contractOf('it', from as Schema)).toThrow(says);
});

test('2.13 a default is told in words, and mends nothing', () => {
  const from = object(
    { a: { type: 'number', default: 5, description: 'How many.' } },
    { required: ['a'] },
  );
  const contract = contractOf('it', from as Schema);
  expect(contract.safeParse({}).success).toBe(false);
  expect(JSON.stringify(contract.toJSONSchema())).toContain('How many. Default: 5');
});

test.each([
  ['read_file', 'files-read-file'],
  ['get-sum', 'files-get-sum'],
  ['listPullRequests', 'files-list-pull-requests'],
  ['2fa', 'files-2fa'],
])('2.13 %s is called %s', (name, own) => {
  expect(toolName('files', name)).toBe(own);
});

test('2.13 a name that loses something is marked, and fits', () => {
  const own = toolName('files', 'admin.tools/list');
  expect(own).toMatch(/^files-admin-tools-list-[0-9a-f]{8}$/);
  expect(toolName('files', 'admin/tools.list')).not.toBe(own);
  const long = 'a_'.repeat(60);
  expect(toolName('files', `${long}b`)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(toolName('files', `${long}b`)).toHaveLength(64);
  expect(toolName('files', `${long}b`)).not.toBe(toolName('files', `${long}c`));
});
