import { DecisionRecord } from '../../machines/arbitration/schemas.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';

/** A decision of a run: its record, and the principal where a person decided. */
export interface Arbitrated extends DecisionRecord {
  /** The actor's path in the run. */
  readonly id: string;
  readonly principal?: string;
}

/** The decisions of a run in the order in which they ended, as the journal alone tells them; none of which a value was forgotten. */
export function arbitrationsOf(records: readonly JournalRecord[]): Arbitrated[] {
  const values = new Map<string, Json>();
  const people = new Map<string, string>();
  const from = new Map<string, string>();
  const made: Arbitrated[] = [];
  for (const record of records) {
    if (record.kind === 'blob') values.set(record.hash, record.value);
    if (record.kind !== 'committed') continue;
    const incoming = record.incoming as unknown as Incoming;
    for (const item of record.outbox as unknown as readonly Outgoing[]) {
      if (item.kind !== 'ended') continue;
      const { actor, ending } = item;
      if (incoming.kind === 'external' && incoming.to === actor)
        people.set(actor.slice(0, actor.lastIndexOf('/')), incoming.principal.id);
      const hash = ending.value?.hash ?? '';
      // A team may pass its decision on as it is.
      if (from.get(hash)?.startsWith(`${actor}/`) === true) continue;
      const parsed = DecisionRecord.safeParse(values.get(hash));
      if (!parsed.success) continue;
      from.set(hash, actor);
      const principal = people.get(actor);
      made.push({ id: actor, ...parsed.data, ...(principal !== undefined && { principal }) });
    }
  }
  return made;
}
