// Goal: the index is as fast as it is never believed: whatever becomes of its files, every answer is the journal's own.
// Method: random runs over tiny segments, beside a journal in memory; the folder is left as a kill leaves it, and each file of the
// index is cut, changed, exchanged or taken away; an index that says something else of a segment is sown by hand.
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { systemFiles } from '../../src/store/files.ts';
import { fileJournal, type FileJournalOptions } from '../../src/store/file-journal.ts';
import { IndexFile } from '../../src/store/index-file.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import type { Journal, JournalRecord, RunQuery } from '../../src/store/ports.ts';
import { journalIn, note, segment, SYNC, written } from './journal-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL = { segmentBytes: 1_000 };
/** Of the index's bytes. */
const FLIPS = 80;
const QUERIES: readonly RunQuery[] = [
  {},
  { limit: 2 },
  { isOpen: true },
  { hasLetters: true, withShared: true },
  { state: 'waiting' },
  { state: 'answered', limit: 1 },
  { scope: 'local/a' },
];

const WHATS = ['begun', 'asked', 'answered', 'told', 'arrived', 'ended', 'dead', 'blob'] as const;
interface Said {
  readonly run: string;
  readonly seq: number;
  readonly what: (typeof WHATS)[number];
}

/** One call's records. */
function recordsOf({ run, seq, what }: Said): JournalRecord[] {
  const committed = (incoming: Json, ...outbox: Json[]): JournalRecord => {
    return { kind: 'committed', run, seq, incoming, outbox, digest: 'd' };
  };
  const person = { actor: 'request/g', id: 'p', kind: 'person.ask', attempt: 1 };
  const effect = { effectId: `e${seq % 3}`, effect: person };
  switch (what) {
    case 'begun': {
      const hash = `h${seq}`;
      const input = { request: { hash } };
      const blob = { kind: 'blob', run, hash, value: { text: `words ${seq}` } } as const;
      return [blob, committed({ kind: 'started', input, at: seq }, { kind: 'handed' })];
    }
    case 'asked':
      return [committed({ kind: 'answer', at: seq }, { kind: 'effect', ...effect })];
    case 'answered':
      return [committed({ kind: 'external', at: seq }, { kind: 'abort', ...effect })];
    case 'told':
      return [committed({ kind: 'answer', at: seq }, { kind: 'tell', tell: { run: 'x', seq } })];
    case 'arrived':
      return [committed({ kind: 'arrived', run: 'x', seq, at: seq })];
    case 'dead': {
      const dead = { kind: 'dead', to: 'x', event: 'x', reason: 'ended', as: null };
      return [committed({ kind: 'external', at: seq }, dead)];
    }
    case 'ended': {
      const ending = { outcome: seq % 2 ? 'answered' : 'failed', reason: 'threw' };
      return [committed({ kind: 'timer', at: seq }, { kind: 'ended', actor: 'request', ending })];
    }
    case 'blob':
      return [{ kind: 'blob', run, hash: `x${seq}`, value: 'x'.repeat(seq * 60) }];
  }
}

/** Whatever may be said of a run. */
const appended = fc
  .record({
    run: fc.constantFrom(
      'local/a/1',
      'local/a/2',
      'local/b/1',
      'local/ab/1',
      'local/a/~w',
      'local/~a/1',
    ),
    seq: fc.nat({ max: 9 }),
    what: fc.constantFrom(...WHATS),
  })
  .map(recordsOf);

/** All that can be asked of a journal. */
async function answers(journal: Journal): Promise<unknown> {
  const runs = await journal.runs();
  const records = await Promise.all(runs.map((run) => journal.read(run)));
  const lists = [];
  for (const query of QUERIES) lists.push(await journal.list(query));
  return { runs, records, lists };
}

async function answersIn(folder: string, options?: FileJournalOptions): Promise<unknown> {
  const journal = fileJournal(folder, { ...SMALL, ...options });
  try {
    return await answers(journal);
  } finally {
    await journal.close();
  }
}

/** What can become of a file. */
const DAMAGES: Readonly<Record<string, (file: string, at: number) => void>> = {
  gone: (file) => rmSync(file),
  empty: (file) => writeFileSync(file, ''),
  cut: (file, at) => writeFileSync(file, readFileSync(file).subarray(0, at)),
  flipped: (file, at) => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.with(at, bytes.readUInt8(at) ^ 0x10));
  },
  older: (file) => existsSync(`${file}.old`) && copyFileSync(`${file}.old`, file),
  words: (file) => writeFileSync(file, 'Dear diary, '.repeat(400)),
};

test(
  'random appends, closings, kills and damages of the index: every answer is the journal’s',
  {
    timeout: 600_000,
  },
  async () => {
    const damage = fc.record({
      file: fc.constantFrom('index.sqlite', 'index.sqlite-wal', 'index.seal'),
      how: fc.constantFrom(...Object.keys(DAMAGES)),
      where: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    const step = fc.record({
      calls: fc.array(appended, { minLength: 1, maxLength: 12 }),
      next: fc.constantFrom('go on', 'close', 'kill'),
      asks: fc.boolean(),
      damage: fc.option(damage),
    });
    const property = async (
      steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : 0)[],
    ) => {
      const plain = memoryJournal();
      let folder = temporaryFolder();
      let journal = journalIn(folder, SMALL);
      for (const { calls, next, asks, damage: sown } of steps) {
        for (const records of calls) {
          await Promise.all([journal.append(records, SYNC), plain.append(records, SYNC)]);
        }
        // A question brings the index up to the journal.
        const asked = asks ? [journal, plain] : [plain, plain];
        const [told, expected] = await Promise.all(asked.map(answers));
        expect(told).toEqual(expected);
        if (next === 'go on') continue;
        const left = folder;
        if (next === 'kill') cpSync(left, (folder = temporaryFolder()), { recursive: true });
        await journal.close();
        const file = sown === null ? '' : join(folder, sown.file);
        if (sown !== null && existsSync(file) && statSync(file).size > 0)
          DAMAGES[sown.how]?.(file, Math.floor(sown.where * statSync(file).size));
        for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.seal'])
          if (existsSync(join(folder, name)))
            copyFileSync(join(folder, name), join(folder, `${name}.old`));
        journal = journalIn(folder, SMALL);
        expect(await answers(journal)).toEqual(await answers(plain));
      }
      await journal.close();
      expect(await answersIn(folder)).toEqual(await answers(plain));
    };
    const runs = Number(process.env['NOVA_RUNS'] ?? 40);
    const said = (run: string, what: Said['what']) => recordsOf({ run, seq: 0, what });
    const begun = said('local/a/1', 'begun');
    const asked = said('local/ab/1', 'asked');
    // Asked before a segment was full, asked again after it, and answered then.
    const calls = [begun, begun, asked, begun, begun, asked, said('local/ab/1', 'answered')];
    const examples: [Parameters<typeof property>[0]][] = [
      [[{ calls, next: 'go on', asks: false, damage: null }]],
    ];
    const all = fc.asyncProperty(fc.array(step, { maxLength: 6 }), property);
    await fc.assert(all, { numRuns: runs, examples });
  },
);

test('any changed byte of the index changes no answer', async () => {
  const folder = temporaryFolder();
  const journal = journalIn(folder, SMALL);
  for (const records of fc.sample(appended, { numRuns: 60, seed: 1 }))
    await journal.append(records, SYNC);
  const before = await answers(journal);
  await journal.close();
  const file = join(folder, 'index.sqlite');
  const whole = readFileSync(file);
  const filled = [...whole.keys()].filter((at) => whole[at] !== 0);
  for (let at = 0; at < filled.length; at += Math.ceil(filled.length / FLIPS)) {
    const place = filled[at] ?? 0;
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
    writeFileSync(join(copy, 'index.sqlite'), whole.with(place, whole.readUInt8(place) ^ 0x02));
    expect(await answersIn(copy)).toEqual(before);
  }
});

describe('opening', () => {
  /** How many bytes of segments are read, and what is told. */
  async function opened(folder: string): Promise<{ readonly read: string[]; notices: string[] }> {
    const read: string[] = [];
    const notices: string[] = [];
    const readFile = (async (file: string, ...options: never[]) => {
      if (file.endsWith('.log')) read.push(file);
      return systemFiles.readFile(file, ...options);
    }) as unknown as typeof systemFiles.readFile;
    const files = { ...systemFiles, readFile };
    await answersIn(folder, { files, onNotice: (line) => notices.push(line) });
    return { read, notices };
  }
  const notes = Array.from({ length: 40 }, (_, seq) => note('a', seq));

  test('reads the last segment only, and says nothing', async () => {
    const { folder } = await written(notes, SMALL);
    expect(existsSync(segment(folder, 3))).toBe(true);
    const { read, notices } = await opened(folder);
    expect(read).toHaveLength(1);
    expect(existsSync(read[0] ?? '')).toBe(true);
    expect(existsSync(segment(folder, Number(read[0]?.slice(-12, -4)) + 1))).toBe(false);
    expect(notices).toEqual([]);
  });

  test('a missing index is built anew, which is told and counted, once', async () => {
    const { folder } = await written(notes, SMALL);
    const before = await answersIn(folder);
    rmSync(join(folder, 'index.sqlite'));
    const { read, notices } = await opened(folder);
    expect(notices).toEqual([`${read.length - 1} full segments of the journal were indexed anew`]);
    expect(await opened(folder)).toMatchObject({ read: [expect.any(String)], notices: [] });
    expect(await answersIn(folder)).toEqual(before);
  });

  test('a segment of another time with the same bytes is read and not indexed anew; one that is damaged is refused', async () => {
    const { folder } = await written(notes, SMALL);
    utimesSync(segment(folder), 1, 1);
    expect(await opened(folder)).toMatchObject({ read: { length: 2 }, notices: [] });
    const whole = readFileSync(segment(folder));
    writeFileSync(segment(folder), whole.with(60, 0));
    const corrupt = { code: 'corrupt_file', file: segment(folder) };
    await expect(opened(folder)).rejects.toMatchObject(corrupt);
  });

  test("another program's file in the place of the index stays as it is, and is done without", async () => {
    const { folder } = await written(notes, SMALL);
    const words = 'Dear diary, today I was overwritten by nobody. '.repeat(10);
    writeFileSync(join(folder, 'index.sqlite'), words);
    const { notices } = await opened(folder);
    expect(notices[0]).toMatch(/it is not as it was left/);
    const journal = journalIn(folder, SMALL);
    await journal.append([note('b', 1)], SYNC);
    expect(await journal.read('b')).toHaveLength(1);
    await journal.close();
    expect(readFileSync(join(folder, 'index.sqlite'), 'utf8')).toBe(words);
  });
});

describe('an index that is sealed and says something else', () => {
  const notes = Array.from({ length: 30 }, (_, seq) => note(seq % 2 ? 'odd' : 'even', seq));
  const sow = async (folder: string, sql: string): Promise<void> => {
    const index = (await IndexFile.open(folder)) as IndexFile;
    index.transact((database) => database.exec(sql));
    await index.settle();
    index.close();
  };

  test.each([
    ["another run's records", 'UPDATE pieces SET id = 3 - id WHERE segment = 2'],
    ['places in the middle of records', "UPDATE pieces SET places = x'1120' WHERE segment = 1"],
  ])('of %s is found out when they are read, and mended', async (_name, sql) => {
    const { folder } = await written(notes, SMALL);
    const before = await answersIn(folder);
    await sow(folder, sql);
    const notices: string[] = [];
    const options = { onNotice: (line: string) => void notices.push(line) };
    expect(await answersIn(folder, options)).toEqual(before);
    expect(notices).toContainEqual(expect.stringMatching(/did not fit the journal and was mended/));
    notices.length = 0;
    expect(await answersIn(folder, options)).toEqual(before);
    expect(notices).toEqual([]);
  });

  test('of a table that is gone is built anew in memory', async () => {
    const { folder } = await written(notes, SMALL);
    const before = await answersIn(folder);
    await sow(folder, 'DROP TABLE runs');
    expect(await answersIn(folder)).toEqual(before);
  });

  test('of another version does not count', async () => {
    const { folder } = await written(notes, SMALL);
    const before = await answersIn(folder);
    await sow(folder, 'PRAGMA user_version = 77');
    const notices: string[] = [];
    const options = { onNotice: (line: string) => void notices.push(line) };
    expect(await answersIn(folder, options)).toEqual(before);
    expect(notices[0]).toMatch(/of another time or version/);
  });
});
