import type { Json } from '../../machines/protocol/values.ts';
import type { DeadLetter } from '../kernel/dead-letter.ts';
import type { Incoming } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';

/** What somebody decided at a gate. */
export interface GateVerdict {
  /** Its path in the run. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The principal, as the host has proven it. */
  readonly by: string;
  readonly says: 'approved' | 'edited' | 'rejected' | 'delegated';
  /** The content on which it was made; unknown where the run was forgotten. */
  readonly hash?: string;
  readonly why?: string;
  /** To whom the right was handed. */
  readonly to?: string;
  /** Why it had no effect. */
  readonly dead?: DeadLetter['reason'];
}

type External = Extract<Incoming, { kind: 'external' }>;
interface Event {
  readonly type: string;
  readonly hash?: string;
  readonly to?: string;
  readonly note?: { readonly hash: string };
}
const GATE = 'gate.';

/**
 * Everything that was decided at the gates of a run, in order: what had no effect, too.
 * @param dead the run's dead letters.
 */
export function gateVerdictsOf(
  records: readonly JournalRecord[],
  dead: readonly DeadLetter[],
): GateVerdict[] {
  const values = new Map<string, Json>();
  for (const record of records) if (record.kind === 'blob') values.set(record.hash, record.value);
  return records.flatMap((record): GateVerdict[] => {
    if (record.kind !== 'committed') return [];
    const incoming = record.incoming as unknown as External;
    const { type, hash, to, note } = (incoming.event ?? { type: '' }) as unknown as Event;
    if (incoming.kind !== 'external' || !type.startsWith(GATE)) return [];
    const why = note && values.get(note.hash);
    const letter = dead.find((one) => one.seq === record.seq && one.to === incoming.to);
    return [
      {
        id: incoming.to,
        at: incoming.at,
        by: incoming.principal.id,
        says: type.slice(GATE.length) as GateVerdict['says'],
        ...(hash !== undefined && { hash }),
        ...(typeof why === 'string' && { why }),
        ...(to !== undefined && { to }),
        ...(letter !== undefined && { dead: letter.reason }),
      },
    ];
  });
}
