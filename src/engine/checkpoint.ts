import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import { systemOf, type WrittenSystem } from '../kernel/system.ts';
import type { Checkpoint } from '../store/ports.ts';
import { bareSystem, FORGOTTEN } from '../store/scrub.ts';
import type { Folded, Recorded } from './fold.ts';

/** Where a run that has ended stands, without its values and without words. */
export function checkpointOf({ system, digest }: Folded): Checkpoint {
  const { values, ...rest } = system;
  const written = JSON.parse(canonical(rest as unknown as Json)) as Json;
  const { run, seq } = system;
  return {
    kind: 'checkpoint',
    run,
    seq,
    digest,
    values: [...values.keys()],
    system: bareSystem(written),
  };
}

/** The run as it stood there; what has been forgotten of its values says so. */
export function foldedAt(
  { digest, values, system }: Checkpoint,
  { blobs }: Pick<Recorded, 'blobs'>,
): Folded {
  const kept = Object.fromEntries(values.map((hash) => [hash, blobs[hash] ?? FORGOTTEN]));
  const written = { ...(system as unknown as WrittenSystem), values: kept };
  return { system: systemOf(written), digest };
}

/** Values, of which some are forgotten. */
export function without(
  values: Iterable<readonly [hash: string, value: Json]>,
  gone: readonly string[],
): Record<string, Json> {
  const forgotten = Object.fromEntries(gone.map((hash) => [hash, FORGOTTEN]));
  return { ...Object.fromEntries(values), ...forgotten };
}
