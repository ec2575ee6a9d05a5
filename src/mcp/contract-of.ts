import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { requireJson, type Contract } from '../team/contract.ts';

type Schema = Readonly<Record<string, Json>>;

const MAX_SCHEMA_CHARS = 100_000;
const MAX_DEPTH_LEVELS = 32;
const MAX_PATTERN_CHARS = 500;

const words = (text: string): readonly string[] => text.split(/\s+/);
/** Keys below which there are schemas: by names, in a list, or one. */
const NAMED = words('$defs definitions patternProperties properties');
const LISTED = words('allOf anyOf items oneOf prefixItems');
const SINGLE = words('additionalProperties contains items propertyNames');
/** What stands by itself: what is beside it zod leaves out, or joins so that a key is refused by both sides or not at all. */
const ALONE = words('$ref allOf anyOf const enum oneOf');
/** Keys that zod holds to only beside the type that they are about. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  object: words(
    'additionalProperties maxProperties minProperties patternProperties properties propertyNames required',
  ),
  array: words('contains items maxItems minItems prefixItems uniqueItems'),
  string: words('maxLength minLength pattern'),
  number: words('exclusiveMaximum exclusiveMinimum maximum minimum multipleOf'),
};
/** What zod would leave out without a word, or does not do. */
const NOT_HELD = words(
  '$anchor $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef additionalItems dependencies dependentRequired dependentSchemas else if maxContains minContains not then unevaluatedItems unevaluatedProperties',
);

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const typesOf = ({ type = [] }: Schema): readonly Json[] =>
  [type].flat().map((one) => (one === 'integer' ? 'number' : one));

/** A pattern that could take for ever: a group that repeats and holds a choice or a repetition itself. */
const isSlow = (pattern: string): boolean =>
  pattern.length > MAX_PATTERN_CHARS ||
  /\([^()]*[+*|{][^()]*\)[+*{]|\)\)[+*{]|\\[1-9]/.test(pattern);

const isOf = (types: readonly Json[], word: Json): boolean =>
  types.length === 0 || types.includes(word === null ? 'null' : typeof word);

function loneFault(schema: Schema): string | undefined {
  const alone = ALONE.find((key) => key in schema);
  if (alone === undefined) return undefined;
  const isWord = ['const', 'enum'].includes(alone);
  const others = [...ALONE, ...Object.values(ABOUT).flat(), ...(isWord ? [] : ['type'])];
  const other = others.find((key) => key !== alone && key in schema);
  if (other !== undefined) return `${other} beside ${alone}`;
  if (alone === 'allOf' && (schema[alone] as Json[]).length > 1) return 'allOf of more than one';
  if (!isWord) return undefined;
  const listed = alone === 'enum' ? schema[alone] : [schema[alone] as Json];
  const fits = (word: Json) => typeof word !== 'object' || word === null;
  if (!Array.isArray(listed) || !listed.every(fits)) return `${alone} of what is no plain value`;
  return listed.every((word) => isOf(typesOf(schema), word))
    ? undefined
    : `${alone} of another type`;
}

/** What of a schema's own keys a contract made of it would not hold to. */
function ownFault(schema: Schema): string | undefined {
  const notHeld = NOT_HELD.find((key) => key in schema);
  if (notHeld !== undefined) return notHeld;
  const alone = loneFault(schema);
  if (alone !== undefined) return alone;
  for (const [type, keys] of Object.entries(ABOUT)) {
    const key = keys.find((one) => one in schema);
    if (key !== undefined && !typesOf(schema).includes(type)) return `${key} without its type`;
  }
  const { properties = {}, patternProperties = {}, pattern, required = [] } = schema;
  if (Object.hasOwn(properties as Schema, '__proto__')) return 'a key called __proto__';
  if ('patternProperties' in schema && isSchema(schema['additionalProperties']))
    return 'patternProperties beside a schema for all others';
  const own = typeof pattern === 'string' ? [pattern] : [];
  if ([...own, ...Object.keys(patternProperties as Schema)].some(isSlow))
    return 'a pattern that could take for ever';
  const unknown = (required as string[]).find((name) => !Object.hasOwn(properties as Schema, name));
  return unknown && `it requires ${unknown} and does not say what that is`;
}

/**
 * A schema as a contract is made of it. A default is a note: zod would fill it in, and mend an answer with it, so it is told in words.
 * @throws RangeError naming the first place of which the contract would not hold all.
 */
function eased(schema: Json, where: string, level = 0): Json {
  if (typeof schema === 'boolean') return schema;
  const fault = isSchema(schema) ? ownFault(schema) : 'it is no schema';
  if (fault !== undefined) throw new RangeError(`${where}: ${fault}`);
  if (level > MAX_DEPTH_LEVELS) throw new RangeError(`${where}: it is nested too deeply`);
  const { default: preset, ...rest } = schema as Schema;
  const below = (one: Json, key: string | number) => eased(one, `${where}.${key}`, level + 1);
  const fields = Object.entries(rest).map(([key, value]): [string, Json] => {
    if (NAMED.includes(key) && isSchema(value))
      return [
        key,
        Object.fromEntries(
          Object.entries(value).map(([name, one]) => [name, below(one, `${key}.${name}`)]),
        ),
      ];
    if (LISTED.includes(key) && Array.isArray(value))
      return [key, value.map((one, at) => below(one, `${key}[${at}]`))];
    return SINGLE.includes(key) ? [key, below(value, key)] : [key, value];
  });
  // Without it zod counts no items.
  if (typesOf(rest).includes('array')) fields.unshift(['items', true]);
  if (preset !== undefined) {
    const { description = '' } = rest;
    const before = typeof description === 'string' ? description : '';
    fields.push(['description', `${before} Default: ${JSON.stringify(preset)}`.trim()]);
  }
  return Object.fromEntries(fields);
}

/**
 * Makes a contract of a JSON schema: one that takes nothing that the schema does not.
 * @throws Error where zod cannot hold to all of it, naming the place: nothing of a schema is left out in silence.
 */
export function contractOf(where: string, schema: Schema): Contract {
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARS)
    throw new RangeError(`${where}: it is larger than ${MAX_SCHEMA_CHARS} characters`);
  const defaultTarget = 'definitions' in schema ? 'draft-7' : 'draft-2020-12';
  const contract = z.fromJSONSchema(eased(schema, where) as never, { defaultTarget });
  requireJson(where, contract);
  return contract;
}
