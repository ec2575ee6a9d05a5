// Archiving is killed at every write, sync, rename and removal: whichever form of a segment is left, it is the whole of it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { systemFiles } from '../../src/store/files.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { archiveFile, segmentFile, unpackSegment } from '../../src/store/segment-bytes.ts';
import { killedAtEach } from './moments.ts';
import { inFolder, randomBy, type Part, type Scale } from './part.ts';

const RUNS = 40;
/** Two blocks of an archive, and some more. */
const SEGMENT_BYTES = 600_000;
const ENTRY = join(import.meta.dirname, 'archive-process.ts');

/** Runs that have ended, a few records each; texts that do not compress to nothing. */
export function endedRuns(count: number, random: () => number, bytes: number): JournalRecord[][] {
  return Array.from({ length: count }, (_, n): JournalRecord[] => {
    const run = `local/archived/r${n}`;
    const words = Array.from({ length: bytes / 10 }, () => random().toString(36).slice(2, 11));
    const value = { text: words.join(' ') };
    const blob: JournalRecord = { kind: 'blob', run, hash: hashOf(value), value };
    const begun = { kind: 'started', input: { request: { hash: blob.hash } }, at: n };
    const ending = { outcome: 'answered' };
    const outbox = [{ kind: 'ended', actor: 'request', ending }];
    return [
      blob,
      { kind: 'committed', run, seq: 1, incoming: begun, outbox: [], digest: 'd' },
      { kind: 'begun', run, effectId: `e${n}`, key: `k${n}` },
      { kind: 'committed', run, seq: 2, incoming: { kind: 'timer', at: n }, outbox, digest: 'e' },
    ];
  });
}

/** Writes them, and leaves the full segments as they are. */
export async function fill(folder: string, runs: JournalRecord[][], segmentBytes: number) {
  const journal = fileJournal(folder, { segmentBytes, archive: false });
  for (const records of runs) await journal.append(records, { sync: false });
  await journal.close();
}

/** What is wrong with what a killed process left. */
async function left(folder: string, runs: JournalRecord[][], bytes: Buffer): Promise<string[]> {
  const wrong: string[] = [];
  for (const archive of [false, true]) {
    const journal = fileJournal(folder, { archive });
    for (const records of runs) {
      const read = await journal.read(records[0]?.run ?? '');
      if (!isDeepStrictEqual(read, records)) wrong.push(`${records[0]?.run} differs`);
    }
    await journal.close();
  }
  const home = join(folder, 'journal');
  const unpacked = await unpackSegment(systemFiles, archiveFile(home, 1));
  if (!unpacked.bytes.equals(bytes)) wrong.push('the archive is not the segment, byte for byte');
  const names = readdirSync(home);
  if (names.some((name) => name.endsWith('.new')) || names.includes('00000001.log'))
    wrong.push(`there is left ${names.join()}`);
  return wrong;
}

export const archive: Part = {
  name: 'killed while archiving',
  async run({ seed, form }: Scale) {
    const random = randomBy(seed);
    const runs = endedRuns(RUNS, random, 20_000);
    return inFolder(async (full) => {
      await fill(full, runs, SEGMENT_BYTES);
      const bytes = readFileSync(segmentFile(join(full, 'journal'), 1));
      return killedAtEach(ENTRY, full, form === 'whole' ? undefined : random, (folder) =>
        left(folder, runs, bytes),
      );
    });
  },
};
