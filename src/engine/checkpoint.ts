import { isValueRef, type Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import { systemOf, type System, type WrittenSystem } from '../kernel/system.ts';
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

/** Where a system stands that goes on, without its values: its machines hold none. */
export function standingOf({ system, digest }: Folded, gone: ReadonlySet<string>): Checkpoint {
  const { values, ...rest } = system;
  const written = JSON.parse(canonical(rest as unknown as Json)) as Json;
  const kept = [...values.keys()].filter((hash) => !gone.has(hash));
  const { run, seq } = system;
  return { kind: 'checkpoint', run, seq, digest, values: kept, system: written };
}

/** The values that a system's actors still name, or its messages that have not arrived. */
export function namedIn({ actors, tells }: System): Set<string> {
  const named = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isValueRef(value)) named.add(value.hash);
    else for (const part of Object.values(value)) collect(part);
  };
  for (const { state } of actors.values()) collect(state.context);
  for (const { event } of tells) collect(event);
  return named;
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
