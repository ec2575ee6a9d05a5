import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { parse, type Contract } from '../team/contract.ts';
import { sampleOf, type Schema } from '../verify/sample.ts';
import { fc, type Arbitrary } from './fast-check.ts';

/** Values that may be thrown away one after the other before the contract counts as one that cannot be met by chance. */
const MAX_MISSES = 2_000;
/** Levels of what contains itself. */
const MAX_DEPTH = 3;
const MAX_ITEMS = 4;

type Tie = (ref: string) => Arbitrary<Json>;

/** Strings of a format whose pattern looks ahead, which cannot be turned into strings. */
const formats: Readonly<Record<string, () => Arbitrary<string>>> = {
  uri: () => fc.webUrl(),
  ipv6: () => fc.ipV6(),
  duration: () =>
    fc
      .record({ of: fc.constantFrom('D', 'M', 'Y'), n: fc.nat(99) })
      .map(({ of, n }) => `P${n}${of}`),
};

/** Strings that meet a pattern; the smallest sample alone where the pattern cannot be turned round. */
function matching(pattern: string): Arbitrary<string> {
  const regex = new RegExp(pattern);
  try {
    return fc.stringMatching(regex);
  } catch {
    const sample = sampleOf(z.string().regex(regex));
    return fc.constant(typeof sample === 'string' ? sample : '');
  }
}

function text(schema: Schema): Arbitrary<Json> {
  const { format = '', minLength, maxLength, pattern = schema.allOf?.[0]?.pattern } = schema;
  const known = formats[format];
  if (known !== undefined) return known();
  if (pattern !== undefined) return matching(pattern);
  const within = { ...(minLength && { minLength }), ...(maxLength && { maxLength }) };
  const plain = fc.string(within);
  // Letters of more than one unit, where no bound counts units.
  return minLength === undefined && maxLength === undefined
    ? fc.oneof(
        { weight: 3, arbitrary: plain },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
      )
    : plain;
}

function number(schema: Schema): Arbitrary<Json> {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const min = exclusiveMinimum ?? minimum;
  const max = exclusiveMaximum ?? maximum;
  const step = multipleOf ?? (type === 'integer' ? 1 : undefined);
  if (step === undefined)
    return fc
      .double({
        noNaN: true,
        noDefaultInfinity: true,
        ...(min !== undefined && { min, minExcluded: exclusiveMinimum !== undefined }),
        ...(max !== undefined && { max, maxExcluded: exclusiveMaximum !== undefined }),
      })
      .map((value) => value + 0);
  const from =
    Math.floor((exclusiveMinimum ?? (minimum ?? Number.MIN_SAFE_INTEGER) - 1) / step) + 1;
  const to = Math.ceil((exclusiveMaximum ?? (maximum ?? Number.MAX_SAFE_INTEGER) + 1) / step) - 1;
  const [least, most] = [from, to].map((bound) =>
    Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, bound)),
  );
  return fc.integer({ min: least as number, max: most as number }).map((count) => count * step + 0);
}

const containsItself = (schema: unknown): boolean => JSON.stringify(schema).includes('"$ref"');

/** All there may be; only the least of it where it is deep already. */
const bounded = <T>(least: Arbitrary<T>, all: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ depthIdentifier: 'nested', maxDepth: MAX_DEPTH }, least, all);

function list(
  { prefixItems = [], items, minItems = 0, maxItems }: Schema,
  tie: Tie,
): Arbitrary<Json> {
  const first = fc.tuple(...prefixItems.map((item) => valueOf(item, tie)));
  if (items === undefined && prefixItems.length > 0) return first;
  const rest = fc.array(items === undefined ? fc.constant(null) : valueOf(items, tie), {
    minLength: Math.max(0, minItems - prefixItems.length),
    maxLength: Math.min(maxItems ?? Infinity, Math.max(minItems, MAX_ITEMS)) - prefixItems.length,
  });
  const isFree = minItems <= prefixItems.length && containsItself(items);
  return fc
    .tuple(first, isFree ? bounded(fc.constant<Json[]>([]), rest) : rest)
    .map(([head, tail]) => [...head, ...tail]);
}

/** The keys that an object names, and where it takes others, some of those. */
function object(schema: Schema, tie: Tie): Arbitrary<Json> {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const [pattern] = Object.entries(schema.patternProperties ?? {});
  const rest = pattern?.[1] ?? additionalProperties;
  const keys = Object.entries(properties);
  const deep = keys.filter(([key, of]) => !required.includes(key) && containsItself(of));
  const recordOf = (some: typeof keys) =>
    fc.record(Object.fromEntries(some.map(([key, of]) => [key, valueOf(of, tie)])), {
      requiredKeys: required.filter((key) => Object.hasOwn(properties, key)),
      noNullPrototype: true,
    });
  const all = recordOf(keys);
  const named =
    deep.length === 0 ? all : bounded(recordOf(keys.filter((key) => !deep.includes(key))), all);
  if (typeof rest !== 'object') return named as Arbitrary<Json>;
  const isFree = (key: string): boolean => key !== '__proto__' && !Object.hasOwn(properties, key);
  const wanted = required.filter(isFree);
  const value = valueOf(rest, tie);
  const others = fc.dictionary(
    (pattern ? matching(pattern[0]) : valueOf(propertyNames ?? { type: 'string' }, tie))
      .map(String)
      .filter(isFree),
    value,
    { maxKeys: MAX_ITEMS, noNullPrototype: true },
  );
  const more = containsItself(rest) ? bounded(fc.constant({}), others) : others;
  const must = fc.record(Object.fromEntries(wanted.map((key) => [key, value])), {
    noNullPrototype: true,
  });
  return fc.tuple(more, must, named).map((parts) => Object.assign({}, ...parts) as Json);
}

/** The first comes up where it is deep already: the one that does not contain itself. */
const oneOf = (schemas: readonly Schema[], tie: Tie): Arbitrary<Json> =>
  fc.oneof(
    { depthIdentifier: 'nested', maxDepth: MAX_DEPTH },
    ...schemas
      .toSorted((a, b) => Number(containsItself(a)) - Number(containsItself(b)))
      .map((schema) => valueOf(schema, tie)),
  );

/** What has to meet several schemas at once, as one. */
const merged = (schemas: readonly Schema[]): Schema => {
  const [first = {}, ...others] = schemas;
  return others.reduce(
    (all, { properties, required = [], ...more }) => ({
      ...all,
      ...more,
      properties: { ...all.properties, ...properties },
      required: [...(all.required ?? []), ...required],
    }),
    first,
  );
};

function valueOf(schema: Schema, tie: Tie): Arbitrary<Json> {
  const { $ref, type, allOf, anyOf, oneOf: either } = schema;
  if ($ref !== undefined) return tie($ref);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (Array.isArray(type))
    return oneOf(
      type.map((one) => ({ ...schema, type: one })),
      tie,
    );
  const some = anyOf ?? either;
  if (some !== undefined) return oneOf(some, tie);
  if (allOf !== undefined && type !== 'string') return valueOf(merged(allOf), tie);
  switch (type) {
    case 'object':
      return object(schema, tie);
    case 'array':
      return list(schema, tie);
    case 'string':
      return text(schema);
    case 'number':
    case 'integer':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 1 }).map(asJson);
  }
}

/** What comes back from JSON: no -0, and no key that names a prototype. */
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Every schema that contains itself, by its reference. */
function refsIn(root: Schema & { readonly $defs?: Readonly<Record<string, Schema>> }) {
  const inside = Object.entries(root.$defs ?? {});
  return [['#', root] as const, ...inside.map(([name, of]) => [`#/$defs/${name}`, of] as const)];
}

/**
 * Values that a contract takes, smaller ones first when one fails: edge cases of every bound, every case of a union, keys
 * that may be absent. Made from the contract's JSON schema; what that cannot say (a refinement) is tried.
 * @throws RangeError, when values are drawn, where 2,000 in a row do not meet the contract: give an arbitrary of your own.
 */
export function arbitraryOf<C extends Contract>(contract: C): Arbitrary<z.input<C>> {
  const schema = z.toJSONSchema(contract, { unrepresentable: 'any', io: 'input' }) as Schema;
  const made = fc.letrec<Record<string, Json>>((tie) =>
    Object.fromEntries(refsIn(schema).map(([ref, of]) => [ref, valueOf(of, tie as Tie)])),
  );
  let misses = 0;
  const isMet = (value: Json): boolean => {
    const { ok } = parse(contract, value);
    misses = ok ? 0 : misses + 1;
    if (misses > MAX_MISSES)
      throw new RangeError('no value is found by chance that meets this contract');
    return ok;
  };
  return (made['#'] as Arbitrary<Json>).filter(isMet) as Arbitrary<z.input<C>>;
}
