// Goal: a disk that fails is never taken for one that works, and works again when it does.
// Method: a file system that fails on demand; random calls beside a list of what was acknowledged.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../src/store/ports.ts';
import { failingFiles, type Fault } from './failing-files.ts';
import { all, endOf, journalIn, note, notes, segment, SYNC, written } from './journal-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('segments', () => {
  test('a full one is followed by the next, and all are read', async () => {
    const { folder } = await written(notes(40), { segmentBytes: 1_000 });
    const names = readdirSync(join(folder, 'journal')).toSorted();
    expect(names.length).toBeGreaterThan(3);
    for (const name of names)
      expect(statSync(join(folder, 'journal', name)).size).toBeLessThanOrEqual(1_000);
    expect(await all(journalIn(folder))).toEqual(notes(40));
  });

  test('a record above its limit is refused, one above the segment lies alone', async () => {
    const folder = temporaryFolder();
    const journal = journalIn(folder, { segmentBytes: 200, recordBytes: 1_000 });
    const blob = (size: number): JournalRecord => ({
      kind: 'blob',
      run: 'a',
      hash: 'h',
      value: 'x'.repeat(size),
    });
    const refused = { code: 'too_large', maxBytes: 1_000 };
    await expect(journal.append([blob(1_000)], SYNC)).rejects.toMatchObject(refused);
    for (const size of [1, 500, 2]) await journal.append([blob(size)], SYNC);
    expect(await journal.read('a')).toEqual([blob(1), blob(500), blob(2)]);
    expect(readdirSync(join(folder, 'journal'))).toHaveLength(3);
  });

  test('nothing is made before the first append', async () => {
    const folder = temporaryFolder();
    const journal = journalIn(folder);
    expect(await journal.runs()).toEqual([]);
    await journal.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a disk that fails', () => {
  const cases: [Fault, boolean][] = [
    ['write', true],
    ['write', false],
    ['datasync', true],
    ['open', true],
    ['truncate', true],
  ];
  test.each(cases)(
    '%s (synced: %s): rejects, keeps the rest, and goes on later',
    async (fault, sync) => {
      const folder = temporaryFolder();
      const faults = new Set<Fault>();
      const journal = journalIn(folder, { files: failingFiles(faults) });
      await journal.append([note('a', 0)], SYNC);
      await journal.append([note('a', 1)], { sync: false });
      faults.add(fault);
      // Truncating is only needed after another failure.
      if (fault === 'truncate' || fault === 'open') faults.add('datasync');
      const failed = [2, 3].map((seq) => journal.append([note('a', seq)], { sync }));
      for (const each of failed)
        await expect(each).rejects.toMatchObject({ code: 'store_unavailable' });
      const later = journal.append([note('a', 4)], { sync });
      await expect(later).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(journal.dropped).toEqual([]);
      faults.clear();
      expect(await journal.read('a')).toEqual([note('a', 0), note('a', 1)]);
      await journal.append([note('a', 5)], SYNC);
      const kept = [note('a', 0), note('a', 1), note('a', 5)];
      expect(await journal.read('a')).toEqual(kept);
      await journal.close();
      const again = journalIn(folder);
      expect(await again.read('a')).toEqual(kept);
      expect(again.dropped).toEqual([]);
    },
  );

  test('after a failed sync nothing of it is left, even if the process ends right then', async () => {
    const folder = temporaryFolder();
    const faults = new Set<Fault>();
    const journal = journalIn(folder, { files: failingFiles(faults) });
    await journal.append([note('a', 0)], SYNC);
    faults.add('datasync');
    await expect(journal.append([note('a', 1)], SYNC)).rejects.toThrow(/the disk reports a fault/);
    expect(await journalIn(folder).read('a')).toEqual([note('a', 0)]);
  });

  test('what could not be cut off at once is cut off when the journal closes', async () => {
    const folder = temporaryFolder();
    const faults = new Set<Fault>();
    const journal = journalIn(folder, { files: failingFiles(faults) });
    await journal.append([note('a', 0)], SYNC);
    faults.add('datasync').add('truncate');
    await expect(journal.append([note('a', 1)], SYNC)).rejects.toThrow(/the disk reports a fault/);
    faults.clear();
    await journal.close();
    expect(await journalIn(folder).read('a')).toEqual([note('a', 0)]);
  });

  test('short writes are gone on with', async () => {
    const folder = temporaryFolder();
    const journal = journalIn(folder, { files: failingFiles(new Set<Fault>(['short write'])) });
    await journal.append(notes(50), SYNC);
    expect(await all(journalIn(folder))).toEqual(notes(50));
  });

  const making: Fault[] = ['rename', 'sync', 'folder sync', 'write'];
  test.each(making)('a new segment that cannot be made: %s', async (fault) => {
    const folder = temporaryFolder();
    const faults = new Set<Fault>();
    const journal = journalIn(folder, { segmentBytes: 300, files: failingFiles(faults) });
    await journal.append([note('a', 0)], SYNC);
    const end = endOf(segment(folder));
    faults.add(fault);
    const large = journal.append([note('a', 1), note('a', 2), note('a', 9)], SYNC);
    await expect(large).rejects.toMatchObject({ code: 'store_unavailable' });
    faults.clear();
    await journal.append([note('a', 3)], SYNC);
    expect(await journal.read('a')).toEqual([note('a', 0), note('a', 3)]);
    await journal.close();
    expect(await journalIn(folder).read('a')).toEqual([note('a', 0), note('a', 3)]);
    // The second may lie there already, and then the first must not be written any more.
    expect(endOf(segment(folder))).toBe(end);
  });

  test('a journal that could not be opened is opened by the next call', async () => {
    const { folder } = await written(notes(2));
    const bytes = readFileSync(segment(folder));
    writeFileSync(segment(folder), 'not yet');
    const journal = journalIn(folder);
    await expect(journal.runs()).rejects.toMatchObject({ code: 'corrupt_file' });
    writeFileSync(segment(folder), bytes);
    expect(await all(journal)).toEqual(notes(2));
  });

  test.each([1_000_000, 300])(
    'a journal removed in use takes no more: %d',
    async (segmentBytes) => {
      const folder = temporaryFolder();
      const journal = journalIn(folder, { segmentBytes });
      await journal.append(notes(2), SYNC);
      rmSync(join(folder, 'journal'), { recursive: true });
      const unavailable = { code: 'store_unavailable' };
      for (const count of [2, 1, 2])
        await expect(journal.append(notes(count), SYNC)).rejects.toMatchObject(unavailable);
      await expect(journal.read('even')).rejects.toMatchObject(unavailable);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('random calls over a disk that fails now and then: what was acknowledged is all there is', async () => {
    const call = fc.record({
      size: fc.integer({ min: 1, max: 3 }),
      sync: fc.boolean(),
      some: fc.subarray<Fault>([
        'write',
        'datasync',
        'sync',
        'rename',
        'truncate',
        'open',
        'folder sync',
      ]),
      isFine: fc.boolean(),
      wait: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 15 }), async (calls) => {
        const folder = temporaryFolder();
        const faults = new Set<Fault>();
        const journal = journalIn(folder, { segmentBytes: 400, files: failingFiles(faults) });
        const acknowledged: JournalRecord[] = [];
        const open: Promise<unknown>[] = [];
        let seq = 0;
        for (const { size, sync, some, isFine, wait } of calls) {
          faults.clear();
          if (!isFine) for (const fault of some) faults.add(fault);
          const records = Array.from({ length: size }, () => note('a', (seq += 1)));
          const taken = () => void acknowledged.push(...records);
          open.push(journal.append(records, { sync }).then(taken, () => undefined));
          if (wait) await Promise.all(open);
        }
        await Promise.all(open);
        faults.clear();
        expect(await journal.read('a')).toEqual(acknowledged);
        await journal.close();
        const again = journalIn(folder);
        expect(await again.read('a')).toEqual(acknowledged);
        await again.close();
      }),
      { numRuns: Number(process.env['NOVA_RUNS'] ?? 100) },
    );
  });
});
