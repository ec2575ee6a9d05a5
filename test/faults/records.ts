import { hashOf } from '../../src/kernel/canonical.ts';
import type { Journal, JournalRecord } from '../../src/store/ports.ts';

/** What is noted of a record: enough to know it by. */
export const hashOfRecord = (record: JournalRecord): string => hashOf(record as never);

/** The same journal; tells of each record when everybody may rely on it, and not before. */
export function noting(journal: Journal, note: (hashes: readonly string[]) => void): Journal {
  const append: Journal['append'] = async (records, options) => {
    const hashes = records.map(hashOfRecord);
    await journal.append(records, options);
    note(hashes);
  };
  return {
    append,
    read: (run) => journal.read(run),
    runs: () => journal.runs(),
    list: (query) => journal.list(query),
    forget: (checkpoint, hashes) => journal.forget(checkpoint, hashes),
    get dropped() {
      return journal.dropped;
    },
    close: () => journal.close(),
  };
}

const idOf = (effectId: string): string => effectId.slice(0, effectId.lastIndexOf('.'));

/**
 * Effects whose answer is on record; and whether the run was ever taken up while a letter that had been in doubt was begun
 * again and not answered.
 */
export function onRecord(records: readonly JournalRecord[]) {
  const letters = new Set<string>();
  const answered = new Set<string>();
  let isDoubtful = false;
  for (const record of records) {
    if (record.kind === 'begun' && /mailer.*-again\./.test(record.effectId))
      letters.add(idOf(record.effectId));
    if (record.kind !== 'committed') continue;
    const {
      kind,
      effectId = '',
      event,
    } = record.incoming as {
      readonly kind: string;
      readonly effectId?: string;
      readonly event?: { readonly reason?: string };
    };
    // That it is in doubt is no answer.
    if (kind === 'answer' && event?.reason !== 'in_doubt') answered.add(idOf(effectId));
    if (kind === 'restored') isDoubtful ||= [...letters].some((key) => !answered.has(key));
  }
  return { answered, isDoubtful };
}
