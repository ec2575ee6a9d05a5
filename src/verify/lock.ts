import * as z from 'zod';
import { fingerprintsOf } from '../team/fingerprint.ts';
import type { Organisation } from '../team/define-organisation.ts';

/** `nova.lock.json`: the definitions that runs in flight were begun with, by kind and id. */
export const Lock = z.strictObject({
  format: z.literal(1),
  organisation: z.string(),
  definitions: z.record(
    z.string(),
    z.strictObject({ version: z.int().min(1), fingerprint: z.string().length(64) }),
  ),
});
export type Lock = z.infer<typeof Lock>;

export const lockOf = (organisation: Organisation): Lock => ({
  format: 1,
  organisation: organisation.id,
  definitions: { ...fingerprintsOf(organisation) },
});

/** What differs between what is locked and what is there. */
export interface LockDifference {
  /** Changed, and still called the same version: a run in flight could not be replayed, and nobody would know why. */
  readonly changed: readonly string[];
  /** Came, went, or has another version: the lock is only old. */
  readonly stale: readonly string[];
}

export function differenceOf(locked: Lock, there: Lock): LockDifference {
  const names = new Set([...Object.keys(locked.definitions), ...Object.keys(there.definitions)]);
  const changed: string[] = [];
  const stale: string[] = [];
  for (const name of names) {
    const before = locked.definitions[name];
    const now = there.definitions[name];
    if (before === undefined) stale.push(`${name} is not locked yet`);
    else if (now === undefined) stale.push(`${name} is locked, and not there any more`);
    else if (before.version !== now.version) {
      // What was locked as the newest is to be kept as it was.
      const kept = there.definitions[`${name}@${before.version}`];
      if (kept !== undefined && kept.fingerprint !== before.fingerprint)
        changed.push(`${name}@${before.version} is kept, and has changed`);
      else
        stale.push(
          `${name} is version ${now.version}, locked is ${before.version}` +
            (kept === undefined ? ', which is not kept in `previous`' : ''),
        );
    } else if (before.fingerprint !== now.fingerprint)
      changed.push(`${name} has changed, and is still version ${now.version}`);
  }
  return { changed, stale };
}
