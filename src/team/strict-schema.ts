// What strict structured output can say of a contract (https://platform.openai.com/docs/guides/structured-outputs): every key is
// required and declared. So a key that may be left out comes as null, a record as a list of entries, and what has no form of its own, any
// JSON, as a text; `restored` undoes it.
import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { Contract } from './contract.ts';

/** Objects within each other, as its documentation says. */
const MAX_DEPTH = 10;

type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;
export type StrictSchema =
  | {
      readonly ok: true;
      readonly schema: Json;
      /** What was said in the form of the schema, in that of the contract. */
      readonly restored: (said: unknown) => unknown;
    }
  | { readonly ok: false; readonly why: string };

/** What a strict schema may say as itself; anything else is said in words, and held by the contract when the answer comes. */
const KEPT = new Set(
  (
    'type enum const pattern format multipleOf minItems maxItems ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum'
  ).split(' '),
);
const FORMATS = new Set('date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '));
const STRUCTURE = ['properties', 'required', 'additionalProperties', 'propertyNames', 'items'];
const SILENT = new Set([
  '$schema',
  '$defs',
  'default',
  'description',
  'anyOf',
  'oneOf',
  ...STRUCTURE,
]);
/** Each would let something through that nobody declared, or has no form of its own. */
const REFUSED: Readonly<Record<string, string>> = {
  allOf: 'it is an intersection',
  not: 'it excludes something',
  prefixItems: 'it is a tuple: take an object',
  patternProperties: 'its keys have patterns: take a list of entries',
};

/** Where it is, how deep, and what was found against it so far. */
interface Place {
  readonly at: string;
  readonly depth: number;
  readonly faults: string[];
}
const below = (place: Place, step: string): Place => ({
  ...place,
  at: `${place.at}${step}`,
  depth: place.depth + 1,
});

/** Notes a fault, and stands for what it was found in. */
function refuse({ at, faults }: Place, why: string): Schema {
  faults.push(`${at.replace(/^\./, '') || 'its top'}: ${why}`);
  return {};
}

/** What may be anything, or refers to itself: it is said as a text of JSON. */
const isFree = (schema: Schema): boolean =>
  '$ref' in schema ||
  ['type', 'const', 'enum', 'anyOf', 'oneOf', 'allOf', 'not'].every((key) => !(key in schema));
const FREE: Schema = { type: 'string', description: 'any JSON, written as a text' };

const choicesOf = (schema: Schema): readonly Schema[] | undefined =>
  (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
const propertiesOf = (schema: Schema): Schemas => (schema['properties'] ?? {}) as Schemas;
const isRequired = (schema: Schema, key: string): boolean =>
  ((schema['required'] ?? []) as readonly string[]).includes(key);
/** What a record's keys lead to; undefined for an object that declares its keys. */
function entriesOf(schema: Schema): Schema | undefined {
  const { additionalProperties: rest } = schema;
  return typeof rest === 'object' && rest !== null ? (rest as Schema) : undefined;
}

function objectOf(schema: Schema, place: Place): Schema {
  const { additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== false)
    return refuse(place, 'it has keys that are not declared');
  const properties = Object.entries(propertiesOf(schema)).map(([key, property]) => {
    const inner = strict(property, below(place, `.${key}`));
    return [key, isRequired(schema, key) ? inner : { anyOf: [inner, { type: 'null' }] }] as const;
  });
  const required = properties.map(([key]) => key);
  return {
    ...described(schema),
    properties: Object.fromEntries(properties),
    required,
    additionalProperties: false,
  };
}

/** A list of its entries. */
function recordOf(schema: Schema, values: Schema, place: Place): Schema {
  if (Object.keys(propertiesOf(schema)).length > 0)
    return refuse(place, 'it has keys that are not declared');
  const key = (schema['propertyNames'] ?? {}) as Schema;
  const entry = {
    type: 'object',
    properties: {
      key: { type: 'string', ...strict({ type: 'string', ...key }, below(place, '{key}')) },
      value: strict(values, below(place, '{}')),
    },
    required: ['key', 'value'],
    additionalProperties: false,
  };
  return { type: 'array', items: entry, description: 'One entry for each key; no key twice.' };
}

/** What has no word of its own in strict mode, as words. */
function described(schema: Schema): Schema {
  const { description, pattern, format } = schema;
  const said: string[] = typeof description === 'string' ? [description] : [];
  const kept: Record<string, unknown> = {};
  const isFormat = typeof format === 'string' && FORMATS.has(format);
  // What looks around is not taken.
  const isOdd = typeof pattern === 'string' && pattern.includes('(?');
  for (const [key, value] of Object.entries(schema)) {
    // Of a named format the pattern says the same once more; every integer is a safe one.
    const isImplied =
      (key === 'pattern' && isFormat) ||
      (key.endsWith('imum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER);
    if (SILENT.has(key) || isImplied) continue;
    const isKept = KEPT.has(key) && (key !== 'format' || isFormat) && !(key === 'pattern' && isOdd);
    if (isKept) kept[key] = value;
    else said.push(`${key}: ${JSON.stringify(value)}`);
  }
  return said.length === 0 ? kept : { ...kept, description: said.join('; ') };
}

function strict(schema: Schema, place: Place): Schema {
  if (place.depth > MAX_DEPTH) return refuse(place, `it is nested deeper than ${MAX_DEPTH}`);
  const bad = Object.keys(REFUSED).find((key) => key in schema);
  if (bad !== undefined) return refuse(place, REFUSED[bad] ?? bad);
  if (isFree(schema)) return FREE;
  const { type, items } = schema;
  const choices = choicesOf(schema);
  if (choices !== undefined)
    return { ...described(schema), anyOf: choices.map((one) => strict(one, place)) };
  const entries = entriesOf(schema);
  if (entries !== undefined) return recordOf(schema, entries, place);
  if (type === 'object') return objectOf(schema, place);
  if (type !== 'array') return described(schema);
  return { ...described(schema), items: strict((items ?? {}) as Schema, below(place, '[]')) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a record as they are said; undefined for anything else, and where a key stands twice. */
function pairsOf(said: unknown): (readonly [string, unknown])[] | undefined {
  if (!Array.isArray(said)) return undefined;
  const pairs = said.flatMap((entry: unknown) =>
    isObject(entry) && typeof entry['key'] === 'string'
      ? [[entry['key'], entry['value']] as const]
      : [],
  );
  const isRecord = pairs.length === said.length && new Map(pairs).size === pairs.length;
  return isRecord ? pairs : undefined;
}

/**
 * True where something said may be meant as this, so far as a choice needs it: by its type, constants and keys.
 * @param isWhole false: whatever its lists hold.
 */
function fits(schema: Schema, said: unknown, isWhole: boolean): boolean {
  const { type, const: constant, enum: words } = schema;
  const each = (items: Schema, all: readonly unknown[]) =>
    !isWhole || all.every((one) => fits(items, one, true));
  if (isFree(schema)) return typeof said === 'string';
  if (constant !== undefined) return said === constant;
  if (Array.isArray(words)) return words.includes(said);
  const entries = entriesOf(schema);
  if (entries !== undefined) {
    const pairs = pairsOf(said);
    return (
      pairs !== undefined &&
      each(
        entries,
        pairs.map(([, value]) => value),
      )
    );
  }
  if (type === 'array') return Array.isArray(said) && each((schema['items'] ?? {}) as Schema, said);
  if (type === 'object')
    return (
      isObject(said) &&
      Object.keys(said).every((key) => Object.hasOwn(propertiesOf(schema), key)) &&
      Object.entries(propertiesOf(schema)).every(
        ([key, property]) =>
          fits(property, said[key], isWhole) || (!isRequired(schema, key) && said[key] === null),
      )
    );
  if (type === 'null') return said === null;
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.some((one) => fits(one, said, isWhole));
  return typeof said === (type === 'integer' ? 'number' : type);
}

/** The JSON of a text; one that has none stays a text. */
function readFree(said: unknown): unknown {
  if (typeof said !== 'string') return said;
  try {
    return JSON.parse(said);
  } catch {
    return said;
  }
}

function restore(schema: Schema, said: unknown): unknown {
  if (isFree(schema)) return readFree(said);
  const choices = choicesOf(schema);
  if (choices !== undefined) {
    const find = (isWhole: boolean) => choices.find((one) => fits(one, said, isWhole));
    const meant = find(true) ?? find(false);
    return meant === undefined ? said : restore(meant, said);
  }
  const entries = entriesOf(schema);
  if (entries !== undefined) {
    const pairs = pairsOf(said)?.map(([key, value]) => [key, restore(entries, value)]);
    // Else the contract says what is wrong with it.
    return pairs === undefined ? said : Object.fromEntries(pairs);
  }
  if (Array.isArray(said))
    return said.map((item) => restore((schema['items'] ?? {}) as Schema, item));
  if (!isObject(said)) return said;
  const given = Object.entries(said).flatMap(([key, value]) => {
    const properties = propertiesOf(schema);
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const isLeftOut = value === null && property !== undefined && !isRequired(schema, key);
    return isLeftOut ? [] : [[key, property === undefined ? value : restore(property, value)]];
  });
  return Object.fromEntries(given);
}

/** A contract as strict structured output takes it; where it cannot be said so, why. Nothing is loosened without a word. */
export function strictSchema(contract: Contract): StrictSchema {
  const faults: string[] = [];
  const json = z.toJSONSchema(contract, { io: 'input' }) as Schema;
  const schema = strict(json, { at: '', depth: 1, faults }) as Json;
  if (faults.length > 0) return { ok: false, why: faults.join('; ') };
  return { ok: true, schema, restored: (said) => restore(json, said) };
}

/** Holds what a model is to say to what models can be held to. @throws DefinitionError naming each place. */
export function requireStrict(where: string, contract: Contract): void {
  const strictly = strictSchema(contract);
  if (!strictly.ok)
    throw new DefinitionError(where, `no model can be held to it strictly: ${strictly.why}`);
}
