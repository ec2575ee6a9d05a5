import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { Shape } from './never-fit.ts';

export type Contract = z.ZodType;
export type Parsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly issues: string };

/**
 * Parses a value at a border; never throws.
 * @returns the parsed value as plain JSON, or the issues in one line each.
 */
export function parse(contract: Contract, value: unknown): Parsed {
  try {
    const result = contract.safeParse(value);
    if (result.success) return { ok: true, value: result.data as Json };
    return { ok: false, issues: z.prettifyError(result.error) };
  } catch (cause) {
    return { ok: false, issues: `the contract itself threw: ${String(cause)}` };
  }
}

/**
 * Refuses a contract that could not be kept over a journal: one with a transform, a date, a bigint,
 * or anything else that JSON does not have.
 * @throws DefinitionError naming the contract.
 */
export function requireJson(where: string, contract: Contract): void {
  try {
    z.toJSONSchema(contract, { unrepresentable: 'throw', io: 'output' });
    z.toJSONSchema(contract, { unrepresentable: 'throw', io: 'input' });
  } catch (cause) {
    throw new DefinitionError(
      where,
      `its contract is not plain JSON (${(cause as Error).message})`,
      {
        cause,
      },
    );
  }
}

/** Parses an example at definition. @throws DefinitionError with the issues. */
export function requireValid(where: string, contract: Contract, value: unknown): Json {
  const parsed = parse(contract, value);
  if (!parsed.ok) throw new DefinitionError(where, parsed.issues);
  return parsed.value;
}

interface ObjectSchema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly anyOf?: readonly ObjectSchema[];
  readonly oneOf?: readonly ObjectSchema[];
}

/** The keys that every value of a contract has; none where not every value is an object. */
function keysOf(contract: Contract): readonly string[] {
  const sure = ({ type, required = [], anyOf, oneOf }: ObjectSchema): readonly string[] => {
    const [first = [], ...others] = (anyOf ?? oneOf ?? []).map(sure);
    if (type === 'object') return required;
    return first.filter((key) => others.every((keys) => keys.includes(key)));
  };
  return sure(z.toJSONSchema(contract, { io: 'output', unrepresentable: 'any' }) as ObjectSchema);
}

/** The keys that an input takes, with `?` at those that need not be there; undefined where it is no object. */
export const takenBy = (contract: Contract): readonly string[] | undefined =>
  contract instanceof z.ZodObject
    ? Object.entries(contract.shape).map(([key, one]) =>
        parse(one as Contract, undefined).ok ? `${key}?` : key,
      )
    : undefined;

/**
 * Parses an object of which some keys come later; what spans several keys is left to the parse of the whole.
 */
function parseGiven(contract: Contract, value: unknown, later: readonly string[]): Parsed {
  if (!(contract instanceof z.ZodObject))
    return { ok: false, issues: 'its input has no keys that another part could fill' };
  const unknown = later.find((key) => !Object.hasOwn(contract.shape, key));
  if (unknown !== undefined) return { ok: false, issues: `its input has no key ${unknown}` };
  const now = Object.entries(contract.shape).filter(([key]) => !later.includes(key));
  const { checks: _, ...def } = contract.def;
  return parse(z.clone(contract, { ...def, shape: Object.fromEntries(now) }), value);
}

/** A contract that takes more than its schema says: what it makes of a value, or puts in its place, may be anything. */
const isLoose = (def: { readonly type: string; readonly coerce?: boolean }): boolean =>
  def.coerce === true || def.type === 'catch' || def.type === 'pipe' || def.type === 'transform';

/** The shape of what a contract gives (`output`), or of all that it takes and more; what authors say beside a schema is not believed. */
const shapeOf = (contract: Contract, io: 'input' | 'output'): Shape =>
  z.toJSONSchema(contract, {
    io,
    unrepresentable: 'any',
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      if (io === 'output' || !isLoose(zodSchema._zod.def)) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
    },
  }) as Shape;

/** The shape of what stands under a key of every value. */
function within(shape: Shape, key: string): Shape {
  const { properties = {}, anyOf, oneOf } = shape;
  const options = anyOf ?? oneOf;
  if (Object.hasOwn(properties, key)) return properties[key] ?? {};
  return options === undefined ? {} : { anyOf: options.map((one) => within(one, key)) };
}

/** What everybody may know of a node's contract. */
export const contractSpec = ({
  input,
  outcomes,
}: {
  readonly input: Contract;
  readonly outcomes: Readonly<Record<string, Contract>>;
}) => ({
  outcomes: Object.fromEntries(
    Object.entries(outcomes).map(([outcome, contract]) => [outcome, keysOf(contract)]),
  ),
  gives: (outcome: string, key?: string): Shape => {
    const contract = Object.hasOwn(outcomes, outcome) ? outcomes[outcome] : undefined;
    const shape = contract === undefined ? {} : shapeOf(contract, 'output');
    return key === undefined ? shape : within(shape, key);
  },
  accepts: (key: string): Shape => within(shapeOf(input, 'input'), key),
  parseInput: (value: Json) => parse(input, value),
  parseGiven: (value: Json, later: readonly string[]) => parseGiven(input, value, later),
});
