// Archiving is killed at every write, sync, rename and removal: whichever form of a segment is left, it is the whole of it.
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { systemFiles } from '../../src/store/files.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { archiveFile, segmentFile, unpackSegment } from '../../src/store/segment-bytes.ts';
import type { Moment } from './dying-files.ts';
import { inFolder, randomBy, some, type Part, type Scale } from './part.ts';

const SHORT_MOMENTS = 3;
const RUNS = 40;
/** Two blocks of an archive, and some more. */
const SEGMENT_BYTES = 600_000;
const ENTRY = join(import.meta.dirname, 'archive-process.ts');

/** Runs that have ended, a few records each; texts that do not compress to nothing. */
export function endedRuns(count: number, random: () => number, bytes: number): JournalRecord[][] {
  return Array.from({ length: count }, (_, n): JournalRecord[] => {
    const run = `local/work/main/r${n}`;
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

function archived(
  folder: string,
  moment?: Moment,
): Promise<{ signal: string | null; out: string }> {
  const args = ['--conditions=nova-source', ENTRY, folder];
  if (moment !== undefined) args.push(JSON.stringify(moment));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  return new Promise((settle) => child.on('close', (_, signal) => settle({ signal, out })));
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
    const isShort = form !== 'whole';
    const random = randomBy(seed);
    const runs = endedRuns(RUNS, random, 20_000);
    return inFolder(async (full) => {
      await fill(full, runs, SEGMENT_BYTES);
      const bytes = readFileSync(segmentFile(join(full, 'journal'), 1));
      const inCopy = <T>(work: (folder: string) => Promise<T>): Promise<T> =>
        inFolder((folder) => {
          cpSync(full, folder, { recursive: true });
          return work(folder);
        });
      const { changes } = await inCopy(async (folder) => {
        const { out } = await archived(folder);
        return JSON.parse(out) as { changes: number };
      });
      const moments = Array.from({ length: changes }, (_, n) => n + 1).flatMap((n) =>
        (['before', 'half', 'after'] as const).map((when): Moment => ({ n, when })),
      );
      const chosen = isShort ? some(moments, SHORT_MOMENTS, random) : moments;
      const wrong: string[] = [];
      for (const moment of chosen)
        await inCopy(async (folder) => {
          const where = `${moment.when} ${moment.n}`;
          const { signal } = await archived(folder, moment);
          if (signal !== 'SIGKILL') wrong.push(`${where}: it ended by itself`);
          for (const problem of await left(folder, runs, bytes)) wrong.push(`${where}: ${problem}`);
        });
      return { figures: `${chosen.length} of ${moments.length} moments`, wrong };
    });
  },
};
