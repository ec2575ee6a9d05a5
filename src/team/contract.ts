import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';

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
