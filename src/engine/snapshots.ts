import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical, hashOf, hashOfText } from '../kernel/canonical.ts';
import { systemOf, type System, type WrittenSystem } from '../kernel/system.ts';
import type { Store } from '../store/ports.ts';
import type { Folded, Recorded } from './fold.ts';

/** A run between two events, without its values: those are blobs of the journal. */
const Snapshot = z.strictObject({
  format: z.literal(2),
  /** Of the event after which it was written, as in the journal. */
  digest: z.string(),
  /** Of `system`: one that was edited stands for nothing. */
  hash: z.string(),
  /** Hashes of the value table. */
  values: z.array(z.string()),
  /** JSON already: what is written is printed canonically, what is read was parsed. */
  system: z.custom<Json>((value) => typeof value === 'object' && value !== null),
});

/** Their order is part of how a run stands, and is lost in a printed object: they are kept as lists. */
const TABLES = ['actors', 'effects', 'timers', 'peers'] as const;
type Listed = Omit<System, (typeof TABLES)[number]> & {
  readonly [K in (typeof TABLES)[number]]: readonly (readonly [string, unknown])[];
};

export const snapshotName = (run: string): string => `runs/${run}`;

/** Writes where a run stands; a document that may be opened, and may be lost. */
export async function writeSnapshot(
  store: Store,
  run: string,
  { system: { values, ...rest }, digest }: Folded,
): Promise<void> {
  const written = { ...rest, actors: rest.actors.toJSON(), peers: rest.peers?.toJSON() };
  const listed = TABLES.map((key) => [key, Object.entries(written[key] ?? {})]);
  const plain = { ...rest, ...Object.fromEntries(listed) } as unknown as Json;
  const text = canonical(plain);
  const [system, hash] = [JSON.parse(text) as Json, hashOfText(text)];
  const document = { format: 2 as const, digest, hash, values: [...values.keys()], system };
  await store.write(snapshotName(run), Snapshot, document as z.input<typeof Snapshot>);
}

/**
 * Reads it back; undefined where it is missing, broken, edited, of another history than the journal's, or ahead of its
 * values: then the journal is folded whole.
 */
export async function readSnapshot(
  store: Store,
  run: string,
  { blobs, events }: Recorded,
): Promise<Folded | undefined> {
  const document = await store.read(snapshotName(run), Snapshot).catch(() => undefined);
  if (document === undefined || hashOf(document.system) !== document.hash) return undefined;
  const listed = document.system as unknown as Listed;
  if (events.find((event) => event.seq === listed.seq)?.digest !== document.digest)
    return undefined;
  const values: Record<string, Json> = {};
  for (const hash of document.values) {
    const value = blobs[hash];
    if (value === undefined) return undefined;
    values[hash] = value;
  }
  const tables = TABLES.map((key) => [key, Object.fromEntries(listed[key])] as const);
  const { peers, ...written } = {
    ...listed,
    ...Object.fromEntries(tables),
    values,
  } as unknown as WrittenSystem;
  const system = { ...written, ...(listed.peers.length > 0 && { peers }) } as WrittenSystem;
  return { system: systemOf(system), digest: document.digest };
}
