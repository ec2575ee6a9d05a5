import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { systemOf, type WrittenSystem } from '../kernel/system.ts';
import type { Store } from '../store/ports.ts';
import type { Folded, Recorded } from './fold.ts';

/** A run between two events, without its values: those are blobs of the journal. */
const Snapshot = z.strictObject({
  format: z.literal(1),
  digest: z.string(),
  /** Hashes of the value table. */
  values: z.array(z.string()),
  /** JSON already: what is written is printed canonically, what is read was parsed. */
  system: z.custom<Json>((value) => typeof value === 'object' && value !== null),
});

const nameOf = (run: string): string => `runs/${run}`;

/** Writes where a run stands; a document that may be opened, and may be lost. */
export async function writeSnapshot(
  store: Store,
  run: string,
  { system, digest }: Folded,
): Promise<void> {
  const { values, ...rest } = system;
  const document = {
    format: 1 as const,
    digest,
    values: [...values.keys()],
    system: rest as unknown as Json,
  };
  await store.write(nameOf(run), Snapshot, document as z.input<typeof Snapshot>);
}

/** Reads it back; undefined where it is missing, broken, or ahead of its values: then the journal is folded whole. */
export async function readSnapshot(
  store: Store,
  run: string,
  { blobs }: Recorded,
): Promise<Folded | undefined> {
  const document = await store.read(nameOf(run), Snapshot).catch(() => undefined);
  if (document === undefined) return undefined;
  const values: Record<string, Json> = {};
  for (const hash of document.values) {
    const value = blobs[hash];
    if (value === undefined) return undefined;
    values[hash] = value;
  }
  const written = { ...(document.system as unknown as WrittenSystem), values };
  return { system: systemOf(written), digest: document.digest };
}
