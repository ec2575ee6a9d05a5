import type { Journal, JournalRecord } from '../store/ports.ts';
import type { Batches } from './frames.ts';

/** A journal that can be followed while it is written. */
export interface HeardJournal extends Journal {
  /** A run's records from its beginning on, and what is appended, until the signal. */
  follow(run: string, signal: AbortSignal): Batches;
}

/**
 * The same journal, heard: give it to `Nova` in the other's place, and follow its runs as they go. What is heard is
 * safe already. Nothing is kept for who follows: each change is read from the journal.
 */
export function heardJournal(journal: Journal): HeardJournal {
  const listeners = new Set<(run: string) => void>();
  return {
    async append(records: readonly JournalRecord[], options) {
      await journal.append(records, options);
      for (const { run } of records) for (const hear of listeners) hear(run);
    },
    read: (run) => journal.read(run),
    runs: () => journal.runs(),
    list: (query) => journal.list(query),
    forget: (checkpoint, hashes) => journal.forget(checkpoint, hashes),
    get dropped() {
      return journal.dropped;
    },
    close: () => journal.close(),
    async *follow(run, signal) {
      let changed = Promise.withResolvers<void>();
      const hear = (of: string) => of === run && changed.resolve();
      const leave = () => changed.resolve();
      listeners.add(hear);
      signal.addEventListener('abort', leave);
      try {
        for (let count = 0; !signal.aborted;) {
          // Before reading, so that nothing comes unheard between the two.
          changed = Promise.withResolvers<void>();
          const records = await journal.read(run);
          if (records.length > count) yield records.slice(count);
          count = records.length;
          await changed.promise;
        }
      } finally {
        listeners.delete(hear);
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
