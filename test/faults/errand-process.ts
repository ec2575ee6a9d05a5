// Takes the errand of a folder on to its end in a process of its own, which may kill itself on the way.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import type { Journal } from '../../src/store/ports.ts';
import { openErrand } from './errand.ts';
import { Killer, killingFiles, type Point } from './killing-files.ts';

/** How long the rest of a run may go on without an answer that is lost. */
const LOST_MS = 40;

const [folder = '', point] = process.argv.slice(2);
const killer = new Killer(point === undefined ? undefined : (JSON.parse(point) as Point));
const files = killingFiles(killer);
const kept = fileJournal(folder, { files });
const append: Journal['append'] = async (records, options) => {
  await kept.append(records, options);
  // From here on everybody may rely on them.
  const lines = records.map((record) => `${hashOf(record as never)}\n`);
  appendFileSync(join(folder, 'acknowledged.log'), lines.join(''));
};
const journal = new Proxy(kept, {
  get: (target, key) => {
    const own: unknown = key === 'append' ? append : Reflect.get(target, key);
    return typeof own === 'function' && key !== 'append' ? own.bind(target) : own;
  },
});
const { nova, end } = openErrand(
  folder,
  journal,
  fileStore(folder, { files }),
  async (_, __, call) => {
    const kill = killer.count('call');
    const { call: n } = killer.counts;
    kill('before');
    const answer = await call();
    kill('after');
    if (!killer.isAt('call', n, 'lost')) return answer;
    setTimeout(() => kill('lost'), LOST_MS);
    return new Promise<never>(() => {});
  },
);
const { outcome, value } = await end();
await nova.close();
process.stdout.write(JSON.stringify({ outcome, value, counts: killer.counts }));
