import { cutOff } from '../store/damage.ts';
import { fileJournal, type FileJournalOptions } from '../store/file-journal.ts';
import type { RunList, RunQuery } from '../store/ports.ts';
import { atFolder, type FolderOptions } from './at-folder.ts';

/**
 * The runs of a data folder, in a line each: told by the process that holds it, else by its files; nobody's code is loaded.
 * @throws as `atFolder`.
 */
export function listRuns(
  options: FolderOptions & FileJournalOptions,
  query: RunQuery,
): Promise<RunList> {
  const { folder, onDamage, sync, onNotice } = options;
  return atFolder(
    options,
    async (lock) => {
      const journal = fileJournal(folder, { onDamage, sync, onNotice });
      try {
        const list = await journal.list(query);
        for (const dropped of journal.dropped) onNotice?.(cutOff(dropped));
        return list;
      } finally {
        await journal.close();
        lock.release();
      }
    },
    async (desk) => {
      try {
        return await desk.runs(query);
      } finally {
        await desk.close();
      }
    },
  );
}
