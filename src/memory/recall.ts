import { namesTerm } from '../routing/terms.ts';
import { termIndex } from '../routing/term-index.ts';
import { contentWords, weightOf } from '../routing/words.ts';
import { isOpen, type MemoryRecord } from './record.ts';

/** About four characters a token. */
const CHARS_A_TOKEN = 4;
/** What is not in the words, but open. */
const OPEN = 0.2;
/** A record of a year ago counts so much less than one of today. */
const AGED = 0.3;
const YEAR_MS = 365 * 86_400_000;

/** True where a record may be recalled by anybody: accepted, not out of date, and no lesson, which routing alone is told of. */
const counts = ({ isHeld, kind, until = Infinity }: MemoryRecord, at: number): boolean =>
  !isHeld && kind !== 'lesson' && until > at;

/** The records that fit some words best, each with how well, 0..1; what is open fits always a little, a term that is used wholly. */
export function ranked(
  records: readonly MemoryRecord[],
  words: string,
  at: number,
): { readonly record: MemoryRecord; readonly score: number }[] {
  const asked = contentWords(words);
  const all = asked.reduce((sum, word) => sum + weightOf(word), 0);
  const met = new Map(
    termIndex(records.map(({ text }) => contentWords(text)))(asked).map((one) => [
      one.document,
      [...one.asked].reduce((sum, word) => sum + weightOf(word), 0) / all,
    ]),
  );
  return records
    .map((record, index) => {
      const age = Math.min(1, Math.max(0, at - record.at) / YEAR_MS);
      const isUsed = record.kind === 'term' && namesTerm(record.text, words);
      const fit = Math.max(met.get(index) ?? 0, isOpen(record) ? OPEN : 0, isUsed ? 1 : 0);
      return { record, score: fit * (1 - AGED * age) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || b.record.at - a.record.at);
}

/** What is recalled, the best first, and how many more would fit. */
export interface Recalled {
  readonly records: readonly MemoryRecord[];
  readonly more: number;
}

/** What is known about some words, as much of it as there is room for. */
export function recalled(
  records: readonly MemoryRecord[],
  words: string,
  { at, maxTokens }: { readonly at: number; readonly maxTokens: number },
): Recalled {
  let room = maxTokens * CHARS_A_TOKEN;
  const usable = records.filter((record) => counts(record, at));
  const fitting = ranked(usable, words, at);
  const found = fitting.flatMap(({ record }) => {
    if (record.text.length > room) return [];
    room -= record.text.length;
    return [record];
  });
  return { records: found, more: fitting.length - found.length };
}
