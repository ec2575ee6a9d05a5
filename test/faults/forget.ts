// Forgetting is killed at every write, sync, rename and removal: then nothing has begun, or the next opening carries it out.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import type { Result } from '../../src/host/asks.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import { killedAtEach } from './moments.ts';
import { inFolder, randomBy, type Part, type Scale } from './part.ts';
import { found, RUN, secretIn, talk } from './secret.ts';

const ENTRY = join(import.meta.dirname, 'forget-process.ts');
const open = (folder: string) =>
  secretIn(fileJournal(folder, { archive: false }), fileStore(folder));

/** What is wrong with what a killed process left. */
async function left(folder: string, before: Result): Promise<string[]> {
  const wrong: string[] = [];
  const nova = open(folder);
  let shown: object = await nova.show(RUN);
  // It was not acknowledged: it has not begun, or is carried out by now.
  if ((await found(folder)).length > 0) {
    if (!isDeepStrictEqual(shown, before)) wrong.push('half of it is forgotten');
    await nova.forget(RUN);
    shown = await nova.show(RUN);
  }
  const { asked: _, ...rest } = before;
  const expected = { ...rest, value: '(forgotten)', note: '(forgotten)' };
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
    const random = form === 'whole' ? undefined : randomBy(seed);
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
        const killed = await killedAtEach(ENTRY, full, random, (folder) => left(folder, before));
        figures.push(killed.figures);
        wrong.push(...killed.wrong.map((one) => (isArchived ? `archived, ${one}` : one)));
      });
    return { figures: figures.join(', archived '), wrong };
  },
};
