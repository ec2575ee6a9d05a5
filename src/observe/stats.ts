import type { About } from '../decide/asked-about.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { Journal, JournalRecord, RunQuery } from '../store/ports.ts';
import { tenantsOf, type TenantStats } from './tenants.ts';

/** An approval that comes faster was hardly read; milliseconds. */
const QUICK_MS = 2_000;
/** Runs that are looked at, where nothing else is said. */
export const STATS_RUNS = 1_000;

/** What a person was asked once, and what came of it. */
interface Asked {
  readonly actor: string;
  readonly at: number;
  /** The content and what it was for. */
  readonly what: string;
  readonly purpose: string;
  outcome?: string;
  tookMs?: number;
}

/** The load that some runs put on people. */
export interface AskStats {
  /** Runs that were looked at, the newest, and how many there are. */
  readonly runs: number;
  readonly total: number;
  /** Of the first event of the oldest and of the newest of them; milliseconds since 1970, 0 where there is none. */
  readonly from: number;
  readonly to: number;
  /** How often people were asked: each escalation once more. */
  readonly asks: number;
  readonly asksPerRun: number;
  /**
   * What came of it: `approved` unchanged, `edited`, `rejected`, `answered` (a question), `escalated`, `expired`, `cancelled`, or `open`
   * still.
   */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of what people approved, edited or rejected: the share that was approved unchanged; null where there is none. */
  readonly approvedShare: number | null;
  /** Of the same: the share that was approved unchanged in under two seconds. */
  readonly quickShare: number | null;
  /** How often exactly the same content was asked about again, for the same purpose. */
  readonly askedAgain: number;
  /** What was asked about most often, where anything was twice. */
  readonly most?: { readonly purpose: string; readonly hash: string; readonly times: number };
  /** Where there are any. */
  readonly tenants?: readonly TenantStats[];
}

/** How an ask ended, on the event that closed it. */
function outcomeOf(
  { actor, purpose }: Asked,
  incoming: Incoming,
  outbox: readonly Outgoing[],
): string {
  for (const item of outbox)
    if (item.kind === 'ended' && item.actor === actor && purpose !== 'question')
      return item.ending.outcome;
  if (purpose !== 'question') return 'escalated';
  if (incoming.kind === 'timer') return 'expired';
  const isAnswer = incoming.kind === 'external' && incoming.event.type === 'requester.answered';
  return isAnswer ? 'answered' : 'cancelled';
}

/** What people were asked in a run, in order. */
function asksOf(records: readonly JournalRecord[]): readonly Asked[] {
  const asks = new Map<string, Asked>();
  for (const record of records) {
    if (record.kind !== 'committed') continue;
    const incoming = record.incoming as unknown as Incoming;
    const outbox = record.outbox as unknown as readonly Outgoing[];
    for (const item of outbox) {
      if (item.kind === 'abort') {
        const ask = asks.get(item.effectId);
        if (ask === undefined || ask.outcome !== undefined) continue;
        ask.outcome = outcomeOf(ask, incoming, outbox);
        ask.tookMs = incoming.at - ask.at;
      }
      // After a restart the same is asked under the same id.
      if (item.kind !== 'effect' || asks.has(item.effectId)) continue;
      const { actor, about } = item.effect as typeof item.effect & { readonly about?: About };
      if (about === undefined) continue;
      const { purpose, hash } = about;
      asks.set(item.effectId, { actor, at: incoming.at, what: `${hash} ${purpose}`, purpose });
    }
  }
  return [...asks.values()];
}

/**
 * What people were asked in the newest runs of a query, and how bounded tenants stand, from the journal alone.
 * @param query `limit`: at most so many runs; default 1,000.
 */
export async function statsOf(
  journal: Pick<Journal, 'list' | 'read'>,
  query: RunQuery = {},
): Promise<AskStats> {
  const { runs, total } = await journal.list({ limit: STATS_RUNS, ...query });
  const asks: Asked[] = [];
  for (const { run } of runs) asks.push(...asksOf(await journal.read(run)));
  const tenants = await tenantsOf(journal, query.scope);
  return {
    runs: runs.length,
    total,
    from: runs.at(-1)?.at ?? 0,
    to: runs[0]?.at ?? 0,
    asks: asks.length,
    asksPerRun: runs.length === 0 ? 0 : asks.length / runs.length,
    ...counted(asks),
    ...(tenants.length > 0 && { tenants }),
  };
}

function counted(asks: readonly Asked[]) {
  const outcomes: Record<string, number> = {};
  const times = new Map<string, number>();
  let quick = 0;
  for (const { outcome = 'open', tookMs = 0, what } of asks) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    times.set(what, (times.get(what) ?? 0) + 1);
    if (outcome === 'approved' && tookMs < QUICK_MS) quick += 1;
  }
  const { approved = 0, edited = 0, rejected = 0 } = outcomes;
  const decided = approved + edited + rejected;
  const share = (count: number): number | null => (decided === 0 ? null : count / decided);
  const [[what, most] = ['', 0]] = [...times].toSorted(([, a], [, b]) => b - a);
  const [hash = '', ...purpose] = what.split(' ');
  return {
    outcomes,
    approvedShare: share(approved),
    quickShare: share(quick),
    askedAgain: asks.length - times.size,
    ...(most > 1 && { most: { purpose: purpose.join(' '), hash, times: most } }),
  };
}
