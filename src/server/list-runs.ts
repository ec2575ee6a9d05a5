import type { Desk } from '../host/desk.ts';
import { statsOf, type AskStats } from '../observe/stats.ts';
import { cutOff } from '../store/damage.ts';
import { fileJournal } from '../store/file-journal.ts';
import type { Journal, RunList, RunQuery } from '../store/ports.ts';
import { atFolder } from './at-folder.ts';
import type { OpenDeskOptions } from './open-desk.ts';

/** Looks into a data folder: by the process that holds it, else by its files. @throws as `atFolder`. */
function looked<T>(
  options: OpenDeskOptions,
  here: (journal: Journal) => Promise<T>,
  there: (desk: Desk) => Promise<T>,
): Promise<T> {
  const { folder, onDamage, sync, onNotice } = options;
  return atFolder(
    options,
    async (lock) => {
      const journal = fileJournal(folder, { onDamage, sync, onNotice });
      try {
        const found = await here(journal);
        for (const dropped of journal.dropped) onNotice?.(cutOff(dropped));
        return found;
      } finally {
        await journal.close();
        lock.release();
      }
    },
    async (desk) => {
      try {
        return await there(desk);
      } finally {
        await desk.close();
      }
    },
  );
}

/** How much people were asked in the runs of a data folder; nobody's code is loaded. @throws as `atFolder`. */
export const countAsks = (options: OpenDeskOptions, query: RunQuery): Promise<AskStats> =>
  looked(
    options,
    (journal) => statsOf(journal, query),
    (desk) => desk.stats(query),
  );

/**
 * The runs of a data folder, in a line each: told by the process that holds it, else by its files. Nobody's code is loaded but
 * where a run has not ended: only with the definitions it is known whether it is parked.
 * @throws as `atFolder`.
 */
export async function listRuns(options: OpenDeskOptions, query: RunQuery): Promise<RunList> {
  const { list, isWhole } = await looked(
    options,
    async (journal) => {
      const found = await journal.list(query);
      return { list: found, isWhole: found.runs.every(({ outcome }) => outcome !== undefined) };
    },
    async (desk) => ({ list: await desk.runs(query), isWhole: true }),
  );
  if (isWhole) return list;
  const { openDesk } = await import('./open-desk.ts');
  try {
    const desk = await openDesk(options);
    try {
      return await desk.runs(query);
    } finally {
      await desk.close();
    }
  } catch {
    // A configuration that does not load hides no run.
    return list;
  }
}
