// The journal of a real run is cut at every byte of its end and changed at every byte: what is whole before stays, nothing is guessed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CorruptFileError } from '../../src/errors/corrupt-file-error.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { HEADER, unframe } from '../../src/store/framing.ts';
import { openErrand, RUN } from './errand.ts';
import { inFolder, randomBy, some, type Part, type Scale } from './part.ts';

const SHORT = 60;
const BITS = [0x01, 0x80, 0xff];

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

/** How many records a journal of these bytes opens with, how many bytes it dropped, or where it refuses. */
async function opened(folder: string, bytes: Buffer): Promise<Opened> {
  writeFileSync(logIn(folder), bytes);
  const journal = fileJournal(folder);
  try {
    const { length } = await journal.read(RUN);
    return { records: length, dropped: journal.dropped[0]?.bytes, refused: undefined };
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    const isAsItWas = readFileSync(logIn(folder)).equals(bytes);
    return { records: 0, dropped: undefined, refused: isAsItWas ? error.place : 'changed' };
  } finally {
    await journal.close();
  }
}

export const torn: Part = {
  name: 'torn and flipped',
  async run({ seed, isShort }: Scale) {
    const random = randomBy(seed);
    const { bytes, ends, group } = await recorded();
    const count = ends.length - 1;
    const [third = 0, last = 0] = [ends.at(-4), ends.at(-2)];
    const span = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, at) => from + at);
    const chosen = (offsets: readonly number[]): readonly number[] =>
      isShort ? some(offsets, SHORT, random) : offsets;
    const wrong: string[] = [];
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
        const whole = ends.findLastIndex((end) => end <= at);
        const left = at - (ends[whole] ?? 0);
        const expected = { records: whole, dropped: left || undefined, refused: undefined };
        expect(`cut at ${at}`, await opened(folder, bytes.subarray(0, at)), expected);
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
    });
    const figures = `${count} records, ${cuts.length} cuts, ${flips.length * BITS.length} flips of the last, ${inside.length} before it`;
    return { figures, wrong };
  },
};
