// A process of its own that takes and releases a data folder, a word on stdin at a time.
import { createInterface } from 'node:readline';
import { acquire } from '../../src/store/holder-lock.ts';

const [folder = ''] = process.argv.slice(2);
let lock: Awaited<ReturnType<typeof acquire>> | undefined;
process.stdout.write('ready\n');
for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'take') {
    lock = await acquire(folder, { startedAt: '2026-01-01T00:00:00Z', socket: 'nowhere' });
    process.stdout.write(`${JSON.stringify(lock)}\n`);
  } else {
    if (lock?.held === true) lock.release();
    process.stdout.write('released\n');
  }
}
