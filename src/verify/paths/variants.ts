import * as z from 'zod';
import { COMMON_OUTCOMES } from '../../../machines/protocol/outcomes.ts';
import { ValueRef, type Json } from '../../../machines/protocol/values.ts';
import type { Choice, Hints } from './hints.ts';

/** Events of one type offered in one state; above it the fields vary side by side instead of all together. */
const MAX_VARIANTS_PER_EVENT = 64;
/** Choices of one field; a longer closed list is cut, and a hint names those that matter. */
const MAX_CHOICES_PER_FIELD = 8;

interface Generator {
  readonly hints: Hints;
  readonly refs: readonly ValueRef[];
}
type Fields = Readonly<Record<string, readonly Choice[]>>;

/** Fills the fields of an object schema: all together where that is little enough, else each choice at least once. */
function combine(fields: Fields): Record<string, Json>[] {
  const lists = Object.entries(fields);
  const total = lists.reduce((product, [, choices]) => product * choices.length, 1);
  const pick = (indexOf: (choices: number, at: number) => number) =>
    Object.fromEntries(
      lists
        .map(([field, choices], at) => [field, choices[indexOf(choices.length, at)]] as const)
        .filter((entry): entry is [string, Json] => entry[1] !== undefined),
    );
  if (total > MAX_VARIANTS_PER_EVENT) {
    const longest = Math.max(...lists.map(([, choices]) => choices.length));
    return Array.from({ length: longest }, (_, row) => pick((length) => row % length));
  }
  return Array.from({ length: total }, (_, row) => {
    let rest = row;
    return pick((length) => {
      const index = rest % length;
      rest = Math.floor(rest / length);
      return index;
    });
  });
}

function texts(name: string, { hints, refs }: Generator): readonly string[] {
  if (name === 'hash') return refs.map(({ hash }) => hash);
  if (name === 'outcome') return [...(hints.outcomes ?? ['done']), ...COMMON_OUTCOMES];
  return hints.names ?? ['one', 'two'];
}

function choicesOf(name: string, schema: unknown, generator: Generator): readonly Choice[] {
  if (schema === ValueRef) return generator.refs as unknown as readonly Json[];
  if (schema instanceof z.ZodOptional)
    return [undefined, ...choicesOf(name, schema.unwrap(), generator)];
  if (schema instanceof z.ZodNullable)
    return [null, ...choicesOf(name, schema.unwrap(), generator)];
  if (schema instanceof z.ZodEnum) return schema.options.slice(0, MAX_CHOICES_PER_FIELD);
  if (schema instanceof z.ZodBoolean) return [true, false];
  if (schema instanceof z.ZodNumber) return [schema.minValue ?? 0, (schema.minValue ?? 0) + 1];
  if (schema instanceof z.ZodString) return texts(name, generator);
  if (schema instanceof z.ZodArray) {
    const items = choicesOf(name, schema.element, generator).filter((item) => item !== undefined);
    return [items.slice(0, 1), items.slice(0, 2)];
  }
  if (schema instanceof z.ZodObject) return combine(fieldsOf(schema, {}, generator));
  throw new TypeError(`nothing is known to fill ${name} with: give a hint`);
}

function fieldsOf(
  schema: z.ZodObject,
  given: Readonly<Record<string, (() => readonly Choice[]) | undefined>>,
  generator: Generator,
): Fields {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [
      name,
      given[name]?.() ?? choicesOf(name, field, generator),
    ]),
  );
}

/**
 * The bodies with which an event is offered, from its schema and the hints.
 * @param given choices of fields that the state decides: which child, which effect.
 */
export function variantsOf(
  type: string,
  schema: z.ZodObject,
  generator: Generator,
  given: Readonly<Record<string, readonly Choice[]>> = {},
): Record<string, Json>[] {
  const hinted = generator.hints.fields?.[type] ?? {};
  const known = Object.fromEntries([
    ...Object.entries(hinted).map(([field, of]) => [field, () => of(generator.refs)] as const),
    ...Object.entries(given).map(([field, of]) => [field, () => of] as const),
  ]);
  // Who decides comes from the principal, never from the event.
  const { by: _, ...fields } = fieldsOf(schema, { ...known, by: () => [undefined] }, generator);
  return combine(fields);
}
