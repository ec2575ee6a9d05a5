import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { Buried, JournalRecord } from '../store/ports.ts';

/** One handoff of a run: what was handed to whom, and how it ended. */
export interface Handoff {
  /** The actor's path in the run. */
  readonly id: string;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly outcome?: string;
  readonly reason?: string;
  readonly tookMs?: number;
}

interface Committed {
  readonly seq: number;
  readonly incoming: Incoming;
  readonly outbox: readonly (Outgoing | Buried)[];
}

/** A run's events with what came of them; what no version of ours wrote is refused where the run is folded, not here. */
export function committedOf(records: readonly JournalRecord[]): Committed[] {
  return records.flatMap((record) => {
    if (record.kind !== 'committed' || !isObject(record.incoming)) return [];
    const outbox = Array.isArray(record.outbox) ? record.outbox.filter(isObject) : [];
    const incoming = record.incoming as unknown as Incoming;
    return [{ seq: record.seq, incoming, outbox: outbox as unknown as Committed['outbox'] }];
  });
}
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The handoffs of a run in the order in which they began. */
export function traceOf(records: readonly JournalRecord[]): Handoff[] {
  const trace = new Map<string, Handoff>();
  for (const { incoming, outbox } of committedOf(records)) {
    const { at } = incoming;
    for (const item of outbox) {
      if (item.kind === 'handed') trace.set(item.actor, { id: item.actor, node: item.node, at });
      // What was refused at the border never began.
      if (item.kind === 'ended' && item.node !== undefined)
        trace.set(item.actor, { id: item.actor, node: item.node, at });
      const begun = item.kind === 'ended' ? trace.get(item.actor) : undefined;
      if (item.kind === 'ended' && begun !== undefined)
        trace.set(item.actor, ended(begun, item.ending, at));
    }
  }
  return [...trace.values()];
}

function ended(begun: Handoff, { outcome, reason }: Ending, at: number): Handoff {
  return { ...begun, outcome, ...(reason !== undefined && { reason }), tookMs: at - begun.at };
}
