import { asksPerson } from '../../machines/protocol/effects.ts';
import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';

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

/** What a run was asked and how it ended, as the journal alone tells it. */
export interface RunSummary {
  readonly run: string;
  readonly at: number;
  readonly text: string;
  readonly events: number;
  /** True where it has not ended and a person is being asked. */
  readonly waits: boolean;
  /** Messages to other runs that are not known to have arrived. */
  readonly untold: number;
  /** Why it is parked: a definition is gone that it needs. */
  readonly parked?: string;
  readonly outcome?: string;
  readonly reason?: string;
}

interface Committed {
  readonly kind: Incoming['kind'];
  readonly at: number;
  readonly outbox: readonly Outgoing[];
}

function committedOf(records: readonly JournalRecord[]): Committed[] {
  return records.flatMap((record) => {
    if (record.kind !== 'committed') return [];
    const { kind, at } = record.incoming as unknown as Incoming;
    return [{ kind, at, outbox: record.outbox as unknown as readonly Outgoing[] }];
  });
}

/** The handoffs of a run in the order in which they began. */
export function traceOf(records: readonly JournalRecord[]): Handoff[] {
  const trace = new Map<string, Handoff>();
  for (const { at, outbox } of committedOf(records))
    for (const item of outbox) {
      if (item.kind === 'handed') trace.set(item.actor, { id: item.actor, node: item.node, at });
      // What was refused at the border never began.
      if (item.kind === 'ended' && item.node !== undefined)
        trace.set(item.actor, { id: item.actor, node: item.node, at });
      const begun = item.kind === 'ended' ? trace.get(item.actor) : undefined;
      if (item.kind === 'ended' && begun !== undefined)
        trace.set(item.actor, ended(begun, item.ending, at));
    }
  return [...trace.values()];
}

function ended(begun: Handoff, { outcome, reason }: Ending, at: number): Handoff {
  return { ...begun, outcome, ...(reason !== undefined && { reason }), tookMs: at - begun.at };
}

/** A run in one line; undefined where the journal holds no event of it. */
export function summaryOf(run: string, records: readonly JournalRecord[]): RunSummary | undefined {
  const committed = committedOf(records);
  const first = committed[0];
  if (first === undefined) return undefined;
  const endings = committed.flatMap(({ outbox }) => outbox.filter((item) => item.kind === 'ended'));
  const ending = endings.find(({ actor }) => !actor.includes('/'))?.ending;
  return {
    run,
    at: first.at,
    text: textOf(records),
    events: committed.length,
    waits: ending === undefined && isAsking(committed),
    // What a run still had to say when it was retired is not said any more.
    untold: committed.at(-1)?.kind === 'retired' ? 0 : untoldOf(records, committed),
    ...(ending !== undefined && {
      outcome: ending.outcome,
      ...(ending.reason !== undefined && { reason: ending.reason }),
    }),
  };
}

/** True where somebody was asked, and neither answered nor let go. */
function isAsking(committed: readonly Committed[]): boolean {
  const asked = new Set<string>();
  for (const { outbox } of committed)
    for (const item of outbox) {
      if (item.kind === 'effect' && asksPerson(item.effect.kind)) asked.add(item.effectId);
      if (item.kind === 'abort') asked.delete(item.effectId);
    }
  return asked.size > 0;
}

function untoldOf(records: readonly JournalRecord[], committed: readonly Committed[]): number {
  const told = committed.flatMap(({ outbox }) =>
    outbox.flatMap((item) => (item.kind === 'tell' ? [`${item.tell.run} ${item.tell.seq}`] : [])),
  );
  const arrived = records.flatMap((record) => {
    if (record.kind !== 'committed') return [];
    const { kind, run, seq } = record.incoming as { kind?: string; run?: string; seq?: number };
    return kind === 'arrived' ? [`${run} ${seq}`] : [];
  });
  return new Set(told.filter((one) => !arrived.includes(one))).size;
}

interface Begun {
  readonly request?: { readonly hash: string };
  readonly node?: string;
}

/** The words of the request: the value that its first event names as such; the node, where one was run alone. */
function textOf(records: readonly JournalRecord[]): string {
  const first = records.find((record) => record.kind === 'committed');
  if (first === undefined) return '';
  const { request, node = '' } = (first.incoming as unknown as { input: Begun }).input;
  if (request === undefined) return node;
  const blob = records.find((record) => record.kind === 'blob' && record.hash === request.hash);
  return blob?.kind === 'blob' ? (blob.value as { text: string }).text : '';
}
