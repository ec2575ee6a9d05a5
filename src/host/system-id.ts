import { randomUUID } from 'node:crypto';
import { Scope } from '../../machines/protocol/scope.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { sharedIn } from '../kernel/tells.ts';

/** A run's id: its time in base 36, so that ids sort by it, and a random part. */
export const newRunId = (at: number): string => `${at.toString(36)}-${randomUUID().slice(0, 8)}`;

/**
 * The name of a run.
 * @throws BadRequestError for a scope that is none, an id as only what runs share has, and one that leads into another scope.
 */
export function runNamed(scope: string, id: string): string {
  const run = `${scope}/${id}`;
  if (!Scope.safeParse(scope).success)
    throw new BadRequestError(`${scope} is no scope: it is public, or tenant/project/branch`);
  if (!/^[^/\s#]+$/.test(id))
    throw new BadRequestError(`no run can be called ${id}: an id is one part, without / and #`);
  if (sharedIn(run) !== undefined)
    throw new BadRequestError(`no run can be called ${id}: what runs share is called so`);
  return run;
}
