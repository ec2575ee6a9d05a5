// Goal: a journal can be read beside the process that writes it: everything that is whole, once, and nothing is touched.
// Method: random appends over tiny segments are read in random portions and held against the journal's own reading;
// then half-written and damaged ends.
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileJournal } from '../../src/store/file-journal.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

const begun = (run: string, at: number): JournalRecord => ({
  kind: 'begun',
  run,
  effectId: `e${at}`,
  key: 'k',
});
const bytesOf = (folder: string) =>
  readdirSync(join(folder, 'journal')).map((name) => readFileSync(join(folder, 'journal', name)));

test('what is read in portions is what the journal itself reads, over many segments', async () => {
  const portions = fc.array(fc.record({ run: fc.constantFrom('a', 'b'), isRead: fc.boolean() }), {
    maxLength: 40,
  });
  const property = async (all: readonly { run: string; isRead: boolean }[]) => {
    const folder = temporaryFolder();
    const journal = fileJournal(folder, { segmentBytes: 200 });
    const tail = new JournalTail(folder);
    const read: JournalRecord[] = [];
    for (const [at, { run, isRead }] of all.entries()) {
      await journal.append([begun(run, at), begun('a', at)], { sync: false });
      if (isRead) read.push(...(await tail.read('a')));
    }
    read.push(...(await tail.read('a')));
    expect(read).toEqual(await journal.read('a'));
    await journal.close();
  };
  await fc.assert(fc.asyncProperty(portions, property), { numRuns: 60 });
});

test('a folder without a journal has nothing, and may come to have one', async () => {
  const folder = temporaryFolder();
  const tail = new JournalTail(folder);
  expect(await tail.read('a')).toEqual([]);
  const journal = fileJournal(folder);
  await journal.append([begun('a', 1)], { sync: true });
  expect(await tail.read('a')).toEqual([begun('a', 1)]);
  await journal.close();
});

test('a record that is only half there is read when it is whole, and its file is left as it is', async () => {
  const folder = temporaryFolder();
  const journal = fileJournal(folder);
  await journal.append([begun('a', 1), begun('a', 2)], { sync: true });
  await journal.close();
  const file = join(folder, 'journal', '00000001.log');
  const whole = readFileSync(file);
  truncateSync(file, whole.length - 3);
  const tail = new JournalTail(folder);
  expect(await tail.read('a')).toEqual([begun('a', 1)]);
  expect(bytesOf(folder)).toEqual([whole.subarray(0, -3)]);
  appendFileSync(file, whole.subarray(-3));
  expect(await tail.read('a')).toEqual([begun('a', 2)]);
});

test('a file that is shorter than it was, or no journal, is said to be', async () => {
  const folder = temporaryFolder();
  const journal = fileJournal(folder);
  await journal.append([begun('a', 1)], { sync: true });
  await journal.close();
  const tail = new JournalTail(folder);
  await tail.read('a');
  const file = join(folder, 'journal', '00000001.log');
  truncateSync(file, 20);
  await expect(tail.read('a')).rejects.toMatchObject({ code: 'corrupt_file' });
  writeFileSync(file, 'something else entirely');
  await expect(new JournalTail(folder).read('a')).rejects.toMatchObject({ code: 'corrupt_file' });
});

test('damage before the last segment is said to be where it is', async () => {
  const folder = temporaryFolder();
  const journal = fileJournal(folder, { segmentBytes: 100 });
  for (const at of [1, 2, 3, 4]) await journal.append([begun('a', at)], { sync: true });
  await journal.close();
  const file = join(folder, 'journal', '00000001.log');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = 0;
  writeFileSync(file, bytes);
  await expect(new JournalTail(folder).read('a')).rejects.toMatchObject({
    code: 'corrupt_file',
    file,
  });
});
