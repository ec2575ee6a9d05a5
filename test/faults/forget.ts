// Forgetting is killed at every write, sync, rename and removal: then nothing has begun, or the next opening carries it out.
import { spawn } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import type { Moment } from './dying-files.ts';
import { inFolder, randomBy, some, type Part, type Scale } from './part.ts';
import { found, RUN, secretIn, talk } from './secret.ts';

const SHORT_MOMENTS = 2;
const ENTRY = join(import.meta.dirname, 'forget-process.ts');
const open = (folder: string) =>
  secretIn(fileJournal(folder, { archive: false }), fileStore(folder));

function forgetting(
  folder: string,
  moment?: Moment,
): Promise<{ signal: string | null; out: string }> {
  const args = ['--conditions=nova-source', ENTRY, folder];
  if (moment !== undefined) args.push(JSON.stringify(moment));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  return new Promise((settle) => child.on('close', (_, signal) => settle({ signal, out })));
}

/** What is wrong with what a killed process left. */
async function left(folder: string, before: object): Promise<string[]> {
  const wrong: string[] = [];
  const nova = open(folder);
  let shown: object = await nova.show(RUN);
  // It was not acknowledged: it has not begun, or is carried out by now.
  if ((await found(folder)).length > 0) {
    if (!isDeepStrictEqual(shown, before)) wrong.push('half of it is forgotten');
    await nova.forget(RUN);
    shown = await nova.show(RUN);
  }
  const expected = { ...before, value: '(forgotten)', note: '(forgotten)' };
  if (!isDeepStrictEqual(shown, expected)) wrong.push(`it shows ${JSON.stringify(shown)}`);
  wrong.push(...(await found(folder)).map((file) => `it stands in ${file}`));
  // Only what was half appended when it was killed.
  if (nova.dropped.some(({ records }) => records > 0)) wrong.push('a record was dropped');
  await nova.close();
  const kinds = (await new JournalTail(folder).read(RUN)).map(({ kind }) => kind);
  if (!kinds.includes('forgotten')) wrong.push('no tombstone is left');
  const again = open(folder);
  if (!isDeepStrictEqual(await again.show(RUN), expected))
    wrong.push('another one sees it otherwise');
  await again.close();
  return wrong;
}

export const forget: Part = {
  name: 'killed while forgetting',
  async run({ seed, form }: Scale) {
    const isShort = form !== 'whole';
    const random = randomBy(seed);
    const wrong: string[] = [];
    const figures: string[] = [];
    for (const isArchived of [false, true])
      await inFolder(async (full) => {
        const journal = fileJournal(full, { segmentBytes: 3_000, archive: isArchived });
        const nova = secretIn(journal, fileStore(full));
        await talk(nova);
        const before = await nova.show(RUN);
        await nova.close();
        const isPacked = readdirSync(join(full, 'journal')).some((name) =>
          name.endsWith('.archive'),
        );
        if (isPacked !== isArchived) wrong.push(`archived: ${isPacked}, not ${isArchived}`);
        const inCopy = <T>(work: (folder: string) => Promise<T>): Promise<T> =>
          inFolder((folder) => {
            cpSync(full, folder, { recursive: true });
            return work(folder);
          });
        const { changes } = await inCopy(async (folder) => {
          const { out } = await forgetting(folder);
          return JSON.parse(out) as { changes: number };
        });
        const moments = Array.from({ length: changes }, (_, n) => n + 1).flatMap((n) =>
          (['before', 'half', 'after'] as const).map((when): Moment => ({ n, when })),
        );
        const chosen = isShort ? some(moments, SHORT_MOMENTS, random) : moments;
        for (const moment of chosen)
          await inCopy(async (folder) => {
            const where = `${isArchived ? 'archived, ' : ''}${moment.when} ${moment.n}`;
            const { signal } = await forgetting(folder, moment);
            if (signal !== 'SIGKILL') wrong.push(`${where}: it ended by itself`);
            for (const problem of await left(folder, before)) wrong.push(`${where}: ${problem}`);
          });
        figures.push(`${chosen.length} of ${moments.length} moments`);
      });
    return { figures: figures.join(', archived '), wrong };
  },
};
