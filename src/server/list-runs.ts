import { cutOff } from '../store/damage.ts';
import { fileJournal } from '../store/file-journal.ts';
import type { RunList, RunQuery } from '../store/ports.ts';
import { atFolder } from './at-folder.ts';
import type { OpenDeskOptions } from './open-desk.ts';

/**
 * The runs of a data folder, in a line each: told by the process that holds it, else by its files. Nobody's code is loaded but
 * where a run has not ended: only with the definitions it is known whether it is parked.
 * @throws as `atFolder`.
 */
export async function listRuns(options: OpenDeskOptions, query: RunQuery): Promise<RunList> {
  const { folder, onDamage, sync, onNotice } = options;
  const { list, isWhole } = await atFolder(
    options,
    async (lock) => {
      const journal = fileJournal(folder, { onDamage, sync, onNotice });
      try {
        const found = await journal.list(query);
        for (const dropped of journal.dropped) onNotice?.(cutOff(dropped));
        return { list: found, isWhole: found.runs.every(({ outcome }) => outcome !== undefined) };
      } finally {
        await journal.close();
        lock.release();
      }
    },
    async (desk) => {
      try {
        return { list: await desk.runs(query), isWhole: true };
      } finally {
        await desk.close();
      }
    },
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
