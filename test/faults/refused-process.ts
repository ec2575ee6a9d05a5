// Tries the errand in a folder that it cannot use, says why not, and tries again when it is told to.
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { codeOf } from '../../src/store/files.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { openErrand } from './errand.ts';

const [folder = '', how] = process.argv.slice(2);
const taken: number[] = [];
process.stdin.resume();
if (how === 'files')
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // None is left.
  }
const errand = openErrand(folder, fileJournal(folder), fileStore(folder));
const first = await errand.end().catch((error: unknown) => ({ outcome: codeOf(error) }));
for (const one of taken) closeSync(one);
process.stdout.write(`${first.outcome}\n`);
await once(process.stdin, 'data');
const { value } = await errand.end();
await errand.nova.close();
process.stdout.write(`${(value as { text: string }).text}\n`);
process.stdin.destroy();
