// Takes the errand of a folder on to its end in a process of its own, which may kill itself on the way.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { openErrand, type Around } from './errand.ts';
import { die, Killer, killingFiles, type Point } from './killing-files.ts';
import { noting } from './records.ts';

/** How long the rest of a run may go on without an answer that is lost. */
const LOST_MS = 40;

const [folder = '', point] = process.argv.slice(2);
const killer = new Killer(point === undefined ? undefined : (JSON.parse(point) as Point));
const files = killingFiles(killer);
const journal = noting(fileJournal(folder, { files }), (hashes) =>
  appendFileSync(join(folder, 'acknowledged.log'), `${hashes.join('\n')}\n`),
);
const around: Around = async (_, __, call) => {
  const isNow = killer.count('call');
  if (isNow('before')) die();
  const answer = call();
  await answer.catch(() => undefined);
  if (isNow('after')) die();
  if (!isNow('lost')) return answer;
  setTimeout(die, LOST_MS);
  return new Promise<never>(() => {});
};
const { nova, end } = openErrand(folder, journal, fileStore(folder, { files }), around);
const { outcome, value } = await end();
await nova.close();
process.stdout.write(JSON.stringify({ outcome, value, counts: killer.counts }));
