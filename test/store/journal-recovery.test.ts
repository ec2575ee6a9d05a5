// Goal: what the journal has acknowledged is there after any damage a crash can do, and what is not ours
// or not whole is said, never guessed or overwritten.
// Method: real files cut and changed at a seeded third of their bytes, and files that somebody else wrote; `npm run check:faults torn` takes each.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frame, HEADER, trimmed } from '../../src/store/framing.ts';
import { all, endOf, journalIn, note, notes, segment, SYNC, written } from './journal-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const seed = Number(process.env['NOVA_SEED'] ?? 1);

describe('recovery', () => {
  // Others for another NOVA_SEED.
  test(`a tail torn within the last records is cut there, reported, and written on (seed ${seed})`, async () => {
    const records = notes(6);
    const { folder, ends } = await written(records);
    const whole = readFileSync(segment(folder));
    for (let size = (ends[2] ?? 0) + (seed % 3); size <= whole.length; size += 3) {
      writeFileSync(segment(folder), whole.subarray(0, size));
      const kept = ends.filter((end) => end <= size).length;
      const offset = ends[kept - 1] ?? 0;
      const left = trimmed(whole.subarray(0, size)).length;
      const journal = journalIn(folder);
      expect(await all(journal)).toEqual(records.slice(0, kept));
      const torn = {
        file: segment(folder),
        offset,
        bytes: left - offset,
        records: 0,
        why: 'a record breaks off',
      };
      expect(journal.dropped).toEqual(left === offset ? [] : [torn]);
      expect(statSync(segment(folder)).size).toBe(offset);
      await journal.append([note('new', 99)], SYNC);
      await journal.close();
      const again = journalIn(folder);
      expect(await all(again)).toEqual([...records.slice(0, kept), note('new', 99)]);
      expect(again.dropped).toEqual([]);
      await again.close();
    }
  });

  test(`any changed byte of the last record costs that record and no other (seed ${seed})`, async () => {
    const records = notes(4);
    const { folder, ends } = await written(records);
    const whole = readFileSync(segment(folder));
    const start = ends[2] ?? 0;
    for (let at = start + (seed % 3); at < whole.length; at += 3) {
      for (const change of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at);
        writeFileSync(segment(folder), damaged);
        const journal = journalIn(folder);
        expect(await all(journal)).toEqual(records.slice(0, 3));
        expect(journal.dropped).toMatchObject([{ offset: start, bytes: whole.length - start }]);
        await journal.close();
      }
    }
  });

  test.each([
    ['ones', Buffer.alloc(100, 0xff)],
    ['text', Buffer.from('somebody wrote here\n')],
  ])('a tail of %s is no record', async (_name, tail) => {
    const { folder, ends } = await written(notes(2));
    writeFileSync(segment(folder), tail, { flag: 'a' });
    const journal = journalIn(folder);
    expect(await all(journal)).toEqual(notes(2));
    expect(journal.dropped).toMatchObject([{ offset: ends[1], bytes: tail.length }]);
    await journal.close();
  });

  test('zeros behind the last record were reserved for the next: nothing is dropped, and they go on being filled', async () => {
    const folder = temporaryFolder();
    const journal = journalIn(folder);
    await journal.append(notes(2), SYNC);
    // As a process leaves it that is killed.
    const left = readFileSync(segment(folder));
    expect(left.length).toBeGreaterThan(trimmed(left).length);
    await journal.close();
    expect(readFileSync(segment(folder))).toEqual(trimmed(left));
    writeFileSync(segment(folder), left);
    const again = journalIn(folder);
    expect(await all(again)).toEqual(notes(2));
    expect(again.dropped).toEqual([]);
    await again.append([note('a', 7)], SYNC);
    await again.close();
    expect(await all(journalIn(folder))).toEqual([...notes(2), note('a', 7)]);
  });

  test('a random cut and random bytes after it leave the longest whole prefix', async () => {
    const records = notes(20);
    const { folder, ends } = await written(records);
    const whole = readFileSync(segment(folder));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 16, max: whole.length }),
        fc.uint8Array(),
        async (at, tail) => {
          writeFileSync(segment(folder), Buffer.concat([whole.subarray(0, at), tail]));
          const journal = journalIn(folder);
          const found = await all(journal);
          await journal.close();
          expect(found).toEqual(records.slice(0, found.length));
          expect(found.length).toBeGreaterThanOrEqual(ends.filter((end) => end <= at).length);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('damage that no crash does', () => {
  const records = notes(6);

  test(`any changed byte before a record that was written after a sync is named and left as it lies (seed ${seed})`, async () => {
    const { folder, ends } = await written(records);
    const whole = readFileSync(segment(folder));
    for (let at = HEADER.length + (seed % 3); at < (ends[4] ?? 0); at += 3) {
      const damaged = whole.with(at, whole.readUInt8(at) ^ 0x10);
      writeFileSync(segment(folder), damaged);
      const hit = ends.findIndex((end) => at < end);
      const place = `byte ${ends[hit - 1] ?? HEADER.length}`;
      const journal = journalIn(folder);
      const refused = { code: 'corrupt_file', file: segment(folder), place };
      await expect(journal.runs()).rejects.toMatchObject(refused);
      await expect(journal.append(notes(1), SYNC)).rejects.toThrow(`${5 - hit} whole records`);
      await journal.close();
      expect(readFileSync(segment(folder)).equals(damaged)).toBe(true);
    }
  });

  test('on demand what stands before it goes on, and the file as it was lies beside it', async () => {
    const { folder, ends } = await written(records);
    for (const round of [1, 2]) {
      const whole = readFileSync(segment(folder));
      const damaged = whole.with((ends[1] ?? 0) + 20, 0);
      writeFileSync(segment(folder), damaged);
      const journal = journalIn(folder, { onDamage: 'cut' });
      expect(await all(journal)).toEqual(records.slice(0, 2));
      const keptAs = `${segment(folder)}.damaged-${round}`;
      expect(journal.dropped).toMatchObject([{ offset: ends[1], records: 3, keptAs }]);
      expect(readFileSync(keptAs).equals(damaged)).toBe(true);
      for (const record of records.slice(2)) await journal.append([record], SYNC);
      await journal.close();
      expect(await all(journalIn(folder))).toEqual(records);
    }
  });

  test('of an earlier segment, too: those that follow it are put aside, and come to their names again', async () => {
    const { folder } = await written(notes(8), { segmentBytes: 300 });
    const names = readdirSync(join(folder, 'journal'));
    const whole = readFileSync(segment(folder, 2));
    writeFileSync(segment(folder, 2), whole.with(HEADER.length + 20, 0));
    const journal = journalIn(folder, { segmentBytes: 300, onDamage: 'cut' });
    const kept = await all(journal);
    expect(kept).toEqual(notes(8).slice(0, kept.length));
    expect(journal.dropped.map(({ file }) => file)).toEqual(
      names.slice(1).map((name) => join(folder, 'journal', name)),
    );
    for (const record of notes(8).slice(kept.length)) await journal.append([record], SYNC);
    await journal.close();
    expect(await all(journalIn(folder))).toEqual(notes(8));
    const aside = names.slice(1).map((name) => `${name}.damaged-1`);
    expect(readdirSync(join(folder, 'journal')).toSorted()).toEqual(
      [...names, ...aside].toSorted(),
    );
  });

  test('what a power cut leaves of a group that was not yet synced is cut off, whole records and all', async () => {
    const folder = temporaryFolder();
    const journal = journalIn(folder);
    await journal.append([note('a', 0)], SYNC);
    const size = endOf(segment(folder));
    await journal.append(notes(3), SYNC);
    await journal.close();
    const whole = readFileSync(segment(folder));
    writeFileSync(segment(folder), whole.fill(0, size, size + 40));
    const again = journalIn(folder);
    expect(await again.read('a')).toEqual([note('a', 0)]);
    expect(again.dropped).toMatchObject([{ offset: size, records: 2 }]);
    expect(await again.runs()).toEqual(['a']);
  });
});

describe('files that are not whole or not ours', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from('nova-jour')],
    ['another version', Buffer.from('nova-journal 03\n')],
    ['text', Buffer.from('Dear diary, today I was overwritten by nobody.')],
    ['a database', Buffer.from('SQLite format 3\0 and so on')],
  ])('a segment that holds %s is corrupt, and stays as it is', async (_name, words) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'journal'));
    writeFileSync(segment(folder), words);
    const journal = journalIn(folder);
    const corrupt = { code: 'corrupt_file', file: segment(folder), place: 'byte 0' };
    await expect(journal.runs()).rejects.toMatchObject(corrupt);
    await expect(journal.append(notes(1), SYNC)).rejects.toMatchObject(corrupt);
    await journal.close();
    expect(readFileSync(segment(folder))).toEqual(words);
    expect(readdirSync(join(folder, 'journal'))).toEqual(['00000001.log']);
  });

  test('damage in an earlier segment, its end included, is corrupt and stays', async () => {
    const { folder } = await written(notes(8), { segmentBytes: 300 });
    const whole = readFileSync(segment(folder));
    for (const damaged of [
      whole.with(40, 0),
      whole.subarray(0, -1),
      Buffer.concat([whole, whole]),
    ]) {
      writeFileSync(segment(folder), damaged);
      const journal = journalIn(folder);
      await expect(journal.runs()).rejects.toMatchObject({ code: 'corrupt_file' });
      await expect(journal.append(notes(1), SYNC)).rejects.toMatchObject({ code: 'corrupt_file' });
      expect(readFileSync(segment(folder)).equals(damaged)).toBe(true);
    }
  });

  test('a missing segment between others is named', async () => {
    const { folder } = await written(notes(8), { segmentBytes: 300 });
    rmSync(segment(folder, 2));
    const missing = { code: 'corrupt_file', file: segment(folder, 2) };
    await expect(journalIn(folder).runs()).rejects.toMatchObject(missing);
  });

  test('a whole record that no version wrote is corrupt, not a torn tail', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'journal'));
    const words = Buffer.concat([HEADER, frame('{"kind":"other","run":"a"}')]);
    writeFileSync(segment(folder), words);
    const corrupt = { code: 'corrupt_file', place: 'byte 16' };
    await expect(journalIn(folder).runs()).rejects.toMatchObject(corrupt);
    expect(readFileSync(segment(folder))).toEqual(words);
  });

  test('a record that changes on the disk after it was opened is found when it is read', async () => {
    const { folder } = await written(notes(4));
    const journal = journalIn(folder);
    await journal.runs();
    const bytes = readFileSync(segment(folder));
    writeFileSync(segment(folder), bytes.with(bytes.length - 5, 0));
    await expect(journal.read('odd')).rejects.toMatchObject({ code: 'corrupt_file' });
    expect(await journal.read('even')).toHaveLength(2);
  });

  test("others' files beside the segments are left alone", async () => {
    const { folder } = await written(notes(1));
    writeFileSync(join(folder, 'journal', 'notes.txt'), 'mine');
    copyFileSync(segment(folder), join(folder, 'journal', '00000002.log.bak'));
    expect(await all(journalIn(folder))).toEqual(notes(1));
  });

  test('a segment cut by somebody else while open is found when it is read', async () => {
    const { folder } = await written(notes(3));
    const journal = journalIn(folder);
    await journal.runs();
    truncateSync(segment(folder), 100);
    await expect(journal.read('even')).rejects.toMatchObject({ code: 'corrupt_file' });
  });

  test.skipIf(process.platform !== 'linux')('no file stays open behind a read', async () => {
    const { folder } = await written(notes(12), { segmentBytes: 300 });
    const journal = journalIn(folder);
    await journal.runs();
    const before = readdirSync('/proc/self/fd').length;
    await journal.read('even');
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});
