import { randomUUID } from 'node:crypto';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { sharedIn } from '../kernel/tells.ts';

/** A run's id: its time in base 36, so that ids sort by it, and a random part. */
export const newRunId = (at: number): string => `${at.toString(36)}-${randomUUID().slice(0, 8)}`;

/** The name of a run. @throws BadRequestError for an id as only what runs share has. */
export function runNamed(scope: string, id: string): string {
  const run = `${scope}/${id}`;
  if (sharedIn(run) !== undefined)
    throw new BadRequestError(`no run can be called ${id}: what runs share is called so`);
  return run;
}
