// The journal of a real run is cut at every byte of its end and changed at every byte: what is whole before stays, nothing is guessed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CorruptFileError } from '../../src/errors/corrupt-file-error.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { HEADER, trimmed, unframe } from '../../src/store/framing.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { openErrand, RUN } from './errand.ts';
import { IN_MEMORY, inFolder, randomBy, some, type Part, type Scale } from './part.ts';

const SHORT = 15;
const BITS = [0x01, 0x80, 0xff];
/** Written ahead of the records, so that a torn one has zeros behind it. */
const RESERVED = 4_096;

const logIn = (folder: string): string => join(folder, 'journal', '00000001.log');

/** The bytes of a run's journal, where each record ends, the header first, and where the last group begins. */
async function recorded() {
  return inFolder(async (folder) => {
    const errand = openErrand(folder, fileJournal(folder), fileStore(folder));
    await errand.end();
    await errand.nova.close();
    const bytes = readFileSync(logIn(folder));
    const ends = [HEADER.length];
    let group = 0;
    for (let found = unframe(bytes, HEADER.length); found.ok;) {
      const begin = ends.at(-1) ?? 0;
      if (found.isAfterSync) group = begin;
      const end = begin + found.bytes;
      ends.push(end);
      found = unframe(bytes, end);
    }
    return { bytes, ends, group };
  });
}

interface Opened {
  readonly records: number;
  readonly dropped: number | undefined;
  /** Where it is refused. */
  readonly refused: string | undefined;
}

const AFTER: JournalRecord = { kind: 'begun', run: RUN, effectId: 'after', key: 'after' };

/**
 * How many records a journal of these bytes opens with, how many bytes it dropped, or where it refuses.
 * @param goesOn what is written behind has to be there the next time, and nothing else.
 */
async function opened(folder: string, bytes: Buffer, goesOn = false): Promise<Opened> {
  writeFileSync(logIn(folder), bytes);
  const journal = fileJournal(folder);
  let records = 0;
  try {
    records = (await journal.read(RUN)).length;
    if (goesOn) await journal.append([AFTER], { sync: false });
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    const isAsItWas = readFileSync(logIn(folder)).equals(bytes);
    return { records: 0, dropped: undefined, refused: isAsItWas ? error.place : 'changed' };
  } finally {
    await journal.close();
  }
  const dropped = journal.dropped[0]?.bytes;
  if (!goesOn) return { records, dropped, refused: undefined };
  const again = fileJournal(folder);
  const { length } = await again.read(RUN);
  await again.close();
  const isWhole = length === records + 1 && again.dropped.length === 0;
  const refused = isWhole ? undefined : `then ${length} records, ${again.dropped.length} dropped`;
  return { records, dropped, refused };
}

export const torn: Part = {
  name: 'torn and flipped',
  async run({ seed, form }: Scale) {
    const random = randomBy(seed);
    const { bytes, ends, group } = await recorded();
    const count = ends.length - 1;
    const [third = 0, last = 0] = [ends.at(-4), ends.at(-2)];
    const span = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, at) => from + at);
    const chosen = (offsets: readonly number[]): readonly number[] =>
      form !== 'whole' ? some(offsets, SHORT, random) : offsets;
    const wrong: string[] = group === 0 ? ['nothing shows that anything was synced'] : [];
    const expect = (what: string, got: Opened, expected: Opened): void => {
      const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
      if (a !== b) wrong.push(`${what}: ${a}, not ${b}`);
    };
    const [cuts, flips, inside] = [
      chosen(span(third, bytes.length + 1)),
      chosen(span(last, bytes.length)),
      chosen(span(HEADER.length, last)),
    ];
    await inFolder(async (folder) => {
      mkdirSync(join(folder, 'journal'));
      for (const at of cuts) {
        const rest = bytes.subarray(0, at);
        const whole = ends.findLastIndex((end) => end <= at);
        // Zeros at the end may have been reserved there: they are nothing that is dropped.
        const left = trimmed(rest).length - (ends[whole] ?? 0);
        const dropped = left > 0 ? left : undefined;
        const expected = { records: whole, dropped, refused: undefined };
        expect(`cut at ${at}`, await opened(folder, rest, true), expected);
        const reserved = Buffer.concat([rest, Buffer.alloc(RESERVED)]);
        expect(`zeros from ${at} on`, await opened(folder, reserved, true), expected);
      }
      for (const at of flips)
        for (const bit of BITS) {
          const damaged = bytes.with(at, bytes.readUInt8(at) ^ bit);
          const left = { records: count - 1, dropped: bytes.length - last, refused: undefined };
          expect(`last, byte ${at} ^ ${bit}`, await opened(folder, Buffer.from(damaged)), left);
        }
      for (const at of inside) {
        const bit = BITS[Math.floor(random() * BITS.length)] ?? 1;
        const damaged = bytes.with(at, bytes.readUInt8(at) ^ bit);
        const whole = ends.findLastIndex((end) => end <= at);
        const begin = ends[whole] ?? 0;
        // Nothing shows of the last group that it was synced, so it counts as torn.
        const expected =
          at < group
            ? { records: 0, dropped: undefined, refused: `byte ${begin}` }
            : { records: whole, dropped: bytes.length - begin, refused: undefined };
        expect(`byte ${at} ^ ${bit}`, await opened(folder, Buffer.from(damaged)), expected);
      }
    }, IN_MEMORY);
    const figures = `${count} records, ${cuts.length} cuts, each also with zeros behind it, ${flips.length * BITS.length} flips of the last, ${inside.length} before it`;
    return { figures, wrong };
  },
};
