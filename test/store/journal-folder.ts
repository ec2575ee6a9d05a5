import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { fileJournal, type FileJournalOptions } from '../../src/store/file-journal.ts';
import { trimmed } from '../../src/store/framing.ts';
import type { Journal, JournalRecord } from '../../src/store/ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const SYNC = { sync: true };

export function note(run: string, seq: number): JournalRecord {
  return { kind: 'committed', run, seq, incoming: `note ${seq}`, outbox: [], digest: 'd' };
}

export function notes(count: number): JournalRecord[] {
  return Array.from({ length: count }, (_, seq) => note(seq % 2 === 0 ? 'even' : 'odd', seq));
}

/** A journal that is closed at the latest when the running test ends, whatever became of its disk. */
export function journalIn(folder: string, options?: FileJournalOptions): Journal {
  const journal = fileJournal(folder, options);
  onTestFinished(() => journal.close().catch(() => undefined));
  return journal;
}

/** All records, in the order in which they lie there. */
export async function all(journal: Journal): Promise<JournalRecord[]> {
  const runs = await Promise.all((await journal.runs()).map((run) => journal.read(run)));
  return runs.flat().toSorted((a, b) => seqOf(a) - seqOf(b));
}

function seqOf(record: JournalRecord): number {
  return record.kind === 'committed' ? record.seq : -1;
}

export function segment(folder: string, number = 1): string {
  return join(folder, 'journal', `${String(number).padStart(8, '0')}.log`);
}

/** Where its last record ends; what is reserved behind it does not count. */
export const endOf = (file: string): number => trimmed(readFileSync(file)).length;

/** A folder whose journal holds these, one append each; gives the end of each record too. */
export async function written(records: JournalRecord[], options?: FileJournalOptions) {
  const folder = temporaryFolder();
  const journal = journalIn(folder, options);
  const ends: number[] = [];
  for (const record of records) {
    await journal.append([record], SYNC);
    ends.push(endOf(segment(folder)));
  }
  await journal.close();
  return { folder, ends };
}
