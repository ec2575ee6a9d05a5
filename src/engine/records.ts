import { askedAbout } from '../decide/asked-about.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Incoming, Outgoing, System } from '../kernel/system.ts';
import type { Buried, JournalRecord } from '../store/ports.ts';
import { stripped, type Taken } from './fold.ts';

/** What became a dead letter in a step, by the name of the event alone. */
const buriedIn = (before: System, { dead }: System): Buried[] =>
  dead.slice(before.dead.length).map(({ to, event: { type }, reason, kind = null }) => ({
    kind: 'dead',
    to,
    event: type,
    reason,
    as: kind,
  }));

/** What of an outgoing list is kept: who was handed what, what was begun, aborted and ended. */
function outboxOf(outgoing: readonly Outgoing[]): Json[] {
  return outgoing.map((item) => {
    if (item.kind === 'tell') return { kind: item.kind, tell: item.tell } as unknown as Json;
    if (item.kind !== 'effect' && item.kind !== 'abort') return item as unknown as Json;
    const { actor, id, kind, attempt } = item.effect;
    const about = item.kind === 'effect' ? askedAbout(item.effect) : undefined;
    const effect = { actor, id, kind, attempt, ...(about && { about }) };
    return { kind: item.kind, effectId: item.effectId, effect };
  });
}

/** Hashes of values that no record brings yet; most events bring none, and their table is the one before. */
function unwritten(before: System, { values }: System, written: ReadonlySet<string>): string[] {
  const hashes: string[] = [];
  if (values === before.values) return hashes;
  for (const [hash] of values.changedSince(before.values))
    if (!written.has(hash)) hashes.push(hash);
  return hashes;
}

/** What is appended of an event: the values that it brings, with their hashes, and then itself. */
export function recordsOf(
  run: string,
  before: System,
  { system, outgoing, digest, incoming }: Taken & { readonly incoming: Incoming },
  written: ReadonlySet<string>,
): { readonly records: readonly JournalRecord[]; readonly hashes: readonly string[] } {
  const hashes = unwritten(before, system, written);
  const blobs = hashes.map((hash): JournalRecord => {
    const value = system.values.get(hash) as Json;
    return { kind: 'blob', run, hash, value };
  });
  const committed: JournalRecord = {
    kind: 'committed',
    run,
    seq: system.seq,
    incoming: stripped(incoming, system),
    outbox: [...outboxOf(outgoing), ...buriedIn(before, system)] as unknown as Json,
    digest,
  };
  return { records: [...blobs, committed], hashes };
}
