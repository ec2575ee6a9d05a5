import * as z from 'zod';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireJson, type Contract } from './contract.ts';
import { requireApproval, type Approval } from './gate-terms.ts';

/** The keys of a subject that hold what is now and what would be. */
interface Change<K extends string> {
  readonly before: K;
  readonly after: K;
}

/** People who decide on a value; expiry is an outcome that every node has. */
export interface Gate<S extends Contract = Contract> {
  readonly kind: 'gate';
  readonly input: S;
  readonly outcomes: { readonly approved: S; readonly edited: S; readonly rejected: z.ZodNull };
  readonly approval: Approval;
  readonly change?: Change<string>;
}

/**
 * A gate as a node of a team: `approved` and `edited` bring the content that was approved of, `rejected` nothing.
 * @param definition `subject` is what is decided on; `change` its keys that hold what is now and what would be, shown as a diff
 *   (default `before` and `after`, where it has them); the rest says who decides, and until when.
 * @throws DefinitionError for a subject that is not plain JSON, and for what `Approval` does not allow: a quorum above those who
 *   may decide, an escalation to nobody, a time that is no whole number of milliseconds from 1 on.
 */
export function gate<S extends Contract>(
  definition: Approval & {
    readonly subject: S;
    readonly change?: Change<keyof z.output<S> & string>;
  },
): Gate<S> {
  const { subject, change, ...approval } = definition;
  requireJson('gate subject', subject);
  requireApproval('gate', approval);
  const { before, after } = change ?? { before: 'before', after: 'after' };
  if (typeof before !== 'string' || typeof after !== 'string' || before === after)
    throw new DefinitionError('gate', 'change does not name two keys of its subject');
  return {
    kind: 'gate',
    input: subject,
    outcomes: { approved: subject, edited: subject, rejected: z.null() },
    approval,
    ...(change && { change }),
  };
}
