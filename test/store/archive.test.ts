// Goal: what is compressed is what was written, byte for byte; damage in it costs what lies there, and is named.
// Method: full segments of ended runs, read back by run, whole, and beside their holder; archives cut, changed and exchanged at
// sampled bytes, with the index and without.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileJournal } from '../../src/store/file-journal.ts';
import { systemFiles } from '../../src/store/files.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { archiveFile, unpackSegment } from '../../src/store/segment-bytes.ts';
import { endedRuns, fill } from '../faults/archive.ts';
import { randomBy } from '../faults/part.ts';
import { journalIn, note, segment, SYNC } from './journal-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RUNS = 30;
const SEGMENT_BYTES = 300_000;
/** Of the archive's bytes. */
const FLIPS = 60;

/** A folder with a full segment of ended runs, which is archived when this resolves. */
async function archived() {
  const folder = temporaryFolder();
  const runs = endedRuns(RUNS, randomBy(1), 12_000);
  await fill(folder, runs, SEGMENT_BYTES);
  const bytes = readFileSync(segment(folder));
  await fileJournal(folder).runs();
  const file = archiveFile(join(folder, 'journal'), 1);
  await expect.poll(() => existsSync(segment(folder))).toBe(false);
  return { folder, runs, bytes, file };
}

const runOf = ([record]: readonly JournalRecord[]): string => record?.run ?? '';

test('a run that is read from an archive is what was written, and so is the whole segment', async () => {
  const { folder, runs, bytes, file } = await archived();
  expect(readdirSync(join(folder, 'journal'))).toEqual(['00000001.archive', '00000002.log']);
  expect((await unpackSegment(systemFiles, file)).bytes.equals(bytes)).toBe(true);
  expect(statSync(file).size).toBeLessThan(bytes.length);
  for (const isIndexed of [true, false]) {
    if (!isIndexed) rmSync(join(folder, 'index.sqlite'));
    const journal = journalIn(folder);
    for (const records of runs) expect(await journal.read(runOf(records))).toEqual(records);
    const { runs: listed } = await journal.list();
    const words = runs.map(([blob]) => (blob as unknown as { value: { text: string } }).value.text);
    expect(listed.map(({ text }) => text).toReversed()).toEqual(words);
    await journal.close();
  }
  for (const records of runs)
    expect(await new JournalTail(folder).read(runOf(records))).toEqual(records);
});

test('a segment with a run in flight stays as it is until that has ended; a late event goes on in the last one', async () => {
  const folder = temporaryFolder();
  const journal = journalIn(folder, { segmentBytes: 2_000 });
  const [ended = []] = endedRuns(1, randomBy(2), 100);
  const last = (run: string): JournalRecord => {
    const outbox = [{ kind: 'ended', actor: 'request', ending: { outcome: 'answered' } }];
    return { kind: 'committed', run, seq: 99, incoming: { at: 1 }, outbox, digest: 'd' };
  };
  await journal.append([note('open', 1), ...ended], SYNC);
  const fillUp = async (): Promise<void> => {
    for (let n = 0; n < 4; n += 1)
      await journal.append([{ ...last(`f${n}`), digest: 'd'.repeat(600) } as JournalRecord], SYNC);
  };
  await fillUp();
  await expect.poll(() => existsSync(archiveFile(join(folder, 'journal'), 2))).toBe(true);
  expect(existsSync(segment(folder))).toBe(true);
  await journal.append([last('open'), note(runOf(ended), 7)], SYNC);
  await fillUp();
  await expect.poll(() => existsSync(segment(folder))).toBe(false);
  expect(await journal.read('open')).toEqual([note('open', 1), last('open')]);
  expect(await journal.read(runOf(ended))).toEqual([...ended, note(runOf(ended), 7)]);
});

test('who reads beside the holder finds a run while its segment is being replaced', async () => {
  const folder = temporaryFolder();
  const runs = endedRuns(RUNS, randomBy(3), 12_000);
  await fill(folder, runs, 60_000);
  const journal = journalIn(folder);
  const reading = journal.runs();
  const before = readdirSync(join(folder, 'journal')).length;
  while (existsSync(segment(folder, before - 1)))
    for (const records of runs.slice(0, 5)) {
      expect(await new JournalTail(folder).read(runOf(records))).toEqual(records);
      expect(await journal.read(runOf(records))).toEqual(records);
    }
  await reading;
});

test('it can be switched off', async () => {
  const folder = temporaryFolder();
  await fill(folder, endedRuns(RUNS, randomBy(1), 12_000), SEGMENT_BYTES);
  const journal = journalIn(folder, { archive: false });
  await journal.runs();
  await journal.close();
  expect(readdirSync(join(folder, 'journal'))).toEqual(['00000001.log', '00000002.log']);
});

describe('damage', () => {
  test('any changed byte costs the runs that lie there, is named, and is left as it lies', async () => {
    const { folder, runs, file } = await archived();
    const whole = readFileSync(file);
    const random = randomBy(4);
    let refused = 0;
    for (let count = 0; count < FLIPS; count += 1) {
      const at = Math.floor(random() * whole.length);
      const damaged = whole.with(at, whole.readUInt8(at) ^ 0x10);
      writeFileSync(file, damaged);
      // Without an index it is found at opening, and with one when a run is read.
      const journal = journalIn(folder);
      for (const records of [runs[0] ?? [], runs[RUNS - 8] ?? []]) {
        const read = await journal.read(runOf(records)).catch((error: unknown) => error);
        const isRefused = (read as { file?: string }).file === file;
        refused += Number(isRefused);
        expect(isRefused ? records : read).toEqual(records);
      }
      await journal.close();
      expect(readFileSync(file).equals(damaged)).toBe(true);
    }
    expect(refused).toBe(2 * FLIPS);
  });

  test('that comes after it was opened hides no other run', async () => {
    const { folder, runs, file } = await archived();
    const journal = journalIn(folder);
    await journal.runs();
    const whole = readFileSync(file);
    // In the second block.
    writeFileSync(file, whole.with(whole.length - 10_000, 0));
    expect(await journal.read(runOf(runs[0] ?? []))).toEqual(runs[0]);
    const lost = runOf(runs[RUNS - 8] ?? []);
    const place = expect.stringMatching(/^byte \d+$/);
    const refused = { code: 'corrupt_file', file, place };
    await expect(journal.read(lost)).rejects.toMatchObject(refused);
    const { runs: listed } = await journal.list();
    expect(listed.find(({ run }) => run === lost)?.text).toBe('(damaged)');
    expect(listed.find(({ run }) => run === runOf(runs[0] ?? []))?.text).toMatch(/^\w+ /);
  });

  test('on demand what stands before the damaged block goes on, and the files as they were lie beside it', async () => {
    const { folder, runs, file } = await archived();
    const whole = readFileSync(file);
    writeFileSync(file, whole.with(whole.length - 10_000, 0));
    await expect(journalIn(folder).runs()).rejects.toMatchObject({ code: 'corrupt_file', file });
    const journal = journalIn(folder, { onDamage: 'cut' });
    const kept = await journal.runs();
    expect(kept.length).toBeGreaterThan(10);
    expect(kept).toEqual(runs.map(runOf).slice(0, kept.length));
    expect(journal.dropped.map(({ keptAs }) => keptAs)).toEqual([
      `${file}.damaged-1`,
      `${segment(folder, 2)}.damaged-1`,
    ]);
    for (const records of runs.slice(0, kept.length - 1))
      expect(await journal.read(runOf(records))).toEqual(records);
    await journal.append([note('new', 1)], SYNC);
    await journal.close();
    expect(await journalIn(folder).runs()).toEqual([...kept, 'new']);
  });

  test.each([
    ['nothing', Buffer.alloc(0), 0],
    ['another version', Buffer.from('nova-archive 00\n'), 0],
    ['text', Buffer.from('Dear diary, today I was overwritten by nobody.'), 0],
    ['a header alone', Buffer.from('nova-archive 01\n'), 16],
    [
      'a directory larger than it',
      Buffer.from('nova-archive 01\n{}\xff\xff\xff\x7f----', 'latin1'),
      26,
    ],
  ])('an archive that holds %s is corrupt, and stays as it is', async (_name, words, at) => {
    const { folder, file } = await archived();
    writeFileSync(file, words);
    const corrupt = { code: 'corrupt_file', file, place: `byte ${at}` };
    await expect(journalIn(folder).runs()).rejects.toMatchObject(corrupt);
    expect(readFileSync(file)).toEqual(words);
  });

  test("another program's file beside a segment that is not archived is not taken for a half-done archive", async () => {
    const folder = temporaryFolder();
    await fill(folder, endedRuns(2, randomBy(1), 100), SEGMENT_BYTES);
    const file = archiveFile(join(folder, 'journal'), 1);
    writeFileSync(file, 'mine');
    await expect(journalIn(folder).runs()).rejects.toMatchObject({ code: 'corrupt_file', file });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
