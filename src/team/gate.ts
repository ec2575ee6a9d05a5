import * as z from 'zod';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireJson, type Contract } from './contract.ts';

const DAY_MS = 86_400_000;

/** A person who decides on a value; expiry is an outcome that every node has. */
export interface Gate<S extends Contract = Contract> {
  readonly kind: 'gate';
  readonly input: S;
  readonly outcomes: { readonly approved: S; readonly edited: S; readonly rejected: z.ZodNull };
  /** Ids of the principals who may decide; empty: whoever asked for the run. */
  readonly by: readonly string[];
  readonly withinMs: number;
}

/**
 * A gate as a node of a team.
 * @param definition `subject` is what is decided on; `by` who may (default: the requester); `withinMs` default 24 hours.
 * @throws DefinitionError for a subject that is not plain JSON, deciders that are no list of names, and a time that is no
 *   whole number of milliseconds from 1 on.
 */
export function gate<S extends Contract>(definition: {
  readonly subject: S;
  readonly by?: readonly string[];
  readonly withinMs?: number;
}): Gate<S> {
  const { subject, by = [], withinMs = DAY_MS } = definition;
  requireJson('gate subject', subject);
  // A text would let in everybody whose name is a part of it.
  if (!Array.isArray(by) || by.some((name) => typeof name !== 'string' || name === ''))
    throw new DefinitionError('gate', `by is ${JSON.stringify(by)}, no list of principals`);
  if (!Number.isInteger(withinMs) || withinMs < 1)
    throw new DefinitionError('gate', `withinMs is ${withinMs}, not a whole number from 1 on`);
  return {
    kind: 'gate',
    input: subject,
    outcomes: { approved: subject, edited: subject, rejected: z.null() },
    by,
    withinMs,
  };
}
