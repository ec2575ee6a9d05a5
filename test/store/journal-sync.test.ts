// Goal: each way to sync keeps what it promises: over a process's end everything, over a power cut as much as it says.
// Method: files that remember what was synced; a power cut leaves that, and a process that ends leaves all.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncMode } from '../../src/config/sync-mode.ts';
import { systemFiles, type Files } from '../../src/store/files.ts';
import { failingFiles, type Fault } from './failing-files.ts';
import { all, journalIn, note, notes, segment, SYNC } from './journal-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MODES = ['always', 'interval', 'never'] as const;

/** The machine's files, with how many bytes of the last one are on the disk, and how often it was synced. */
function watchedFiles() {
  const seen = { syncs: 0, synced: 0 };
  const open: Files['open'] = async (path, flags, mode) => {
    const handle = await systemFiles.open(path, flags, mode);
    if (!String(path).endsWith('.log') || flags !== 'r+') return handle;
    const watch = (sync: () => Promise<void>) => async () => {
      seen.syncs += 1;
      await sync();
      seen.synced = (await handle.stat()).size;
    };
    return Object.assign(handle, {
      sync: watch(handle.sync.bind(handle)),
      datasync: watch(handle.datasync.bind(handle)),
    });
  };
  return { seen, files: { ...systemFiles, open } };
}

/** What another process finds after a power cut: only what was synced. */
async function afterPowerCut(folder: string, synced: number) {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  const bytes = readFileSync(segment(copy));
  writeFileSync(segment(copy), bytes.subarray(0, Math.max(synced, 16)));
  return all(journalIn(copy));
}

test.each(MODES)('9.8 %s: over the end of the process nothing is lost', async (sync) => {
  const folder = temporaryFolder();
  const journal = journalIn(folder, { sync });
  for (const record of notes(20)) await journal.append([record], SYNC);
  expect(await all(journalIn(folder))).toEqual(notes(20));
  await journal.close();
});

test('9.8 always: over a power cut nothing is lost, at any moment', async () => {
  const folder = temporaryFolder();
  const { seen, files } = watchedFiles();
  const journal = journalIn(folder, { files });
  for (const [at, record] of notes(5).entries()) {
    await journal.append([record], SYNC);
    expect(await afterPowerCut(folder, seen.synced)).toEqual(notes(5).slice(0, at + 1));
  }
});

test('9.8 interval: over a power cut all but the last moments is there', async () => {
  const folder = temporaryFolder();
  const { seen, files } = watchedFiles();
  const journal = journalIn(folder, { files, sync: 'interval', intervalMs: 200 });
  const begin = performance.now();
  for (const record of notes(50)) await journal.append([record], SYNC);
  const found = await afterPowerCut(folder, seen.synced);
  expect(found).toEqual(notes(50).slice(0, found.length));
  // One at opening; then at most one for each interval.
  expect(seen.syncs).toBeLessThanOrEqual(2 + (performance.now() - begin) / 200);
  await expect.poll(() => afterPowerCut(folder, seen.synced)).toHaveLength(50);
  const { syncs } = seen;
  await journal.append([note('last', 50)], SYNC);
  await journal.close();
  expect(seen.syncs).toBe(syncs + 1);
  expect(await afterPowerCut(folder, seen.synced)).toHaveLength(51);
});

test('9.8 interval: a sync that fails behind the scenes is made good by the next append', async () => {
  const folder = temporaryFolder();
  const faults = new Set<Fault>();
  const asked: Fault[] = [];
  const watched = {
    has: (fault: Fault) => {
      asked.push(fault);
      return faults.has(fault);
    },
  };
  const files = failingFiles(watched);
  const journal = journalIn(folder, { files, sync: 'interval', intervalMs: 10 });
  await journal.append([note('a', 0)], SYNC);
  const opens = () => asked.filter((fault) => fault === 'open').length;
  const before = opens();
  await journal.append([note('a', 1)], SYNC);
  faults.add('datasync').add('open');
  // Its bytes are gone from the disk, and the file cannot be opened to put them back.
  await expect.poll(opens).toBeGreaterThan(before);
  await expect(journal.append([note('a', 2)], SYNC)).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  faults.clear();
  await journal.append([note('a', 3)], SYNC);
  const kept = [note('a', 0), note('a', 1), note('a', 3)];
  expect(await journal.read('a')).toEqual(kept);
  await journal.close();
  expect(await journalIn(folder).read('a')).toEqual(kept);
});

test('9.8 never: nothing is synced until it is closed, and a power cut leaves whole records', async () => {
  const folder = temporaryFolder();
  const { seen, files } = watchedFiles();
  const journal = journalIn(folder, { files, sync: 'never' });
  for (const record of notes(50)) await journal.append([record], SYNC);
  expect(seen.syncs).toBe(1);
  expect(await afterPowerCut(folder, seen.synced)).toEqual([]);
  await journal.close();
  expect(await afterPowerCut(folder, seen.synced)).toEqual(notes(50));
});

test('9.8 NOVA_SYNC says which, and another word is refused', () => {
  expect(MODES.map((mode) => syncMode({ NOVA_SYNC: mode }))).toEqual(MODES);
  expect([syncMode({}), syncMode({ NOVA_SYNC: '' })]).toEqual(['always', 'always']);
  expect(() => syncMode({ NOVA_SYNC: join('some', 'times') })).toThrow(
    /NOVA_SYNC: it is some.times/,
  );
});
