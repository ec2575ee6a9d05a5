import { contentWords, weightOf } from 'nova-agents/routing';
import type { Passage } from './passages.ts';
import { folded } from './sentences.ts';

/** A longer text is read to here. */
const MAX_SENTENCES = 600;
/** What opens a text usually says what it is about. */
const OPENING = 1.3;
/** What was said already counts so much less. */
const SAID = 0.25;

/**
 * The sentences that say most of what a text says, in its order: those whose words many sentences share, each time without what was said
 * by those taken before (as SumBasic does).
 */
export function essence(all: readonly Passage[], count: number): Passage[] {
  const sentences = all.slice(0, MAX_SENTENCES).map((sentence, at) => ({
    sentence,
    at,
    words: contentWords(sentence.text),
  }));
  const shared = new Map<string, number>();
  for (const word of sentences.flatMap(({ words }) => words))
    shared.set(word, (shared.get(word) ?? 0) + weightOf(word));
  const taken = new Set<number>();
  while (taken.size < Math.min(count, sentences.length)) {
    const scored = sentences
      .filter(({ at }) => !taken.has(at))
      .map(({ at, words }) => {
        const sum = words.reduce((total, word) => total + (shared.get(word) ?? 0), 0);
        return { at, score: (sum / Math.sqrt(words.length + 1)) * (at === 0 ? OPENING : 1) };
      });
    const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
    taken.add(best.at);
    for (const word of sentences[best.at]?.words ?? [])
      shared.set(word, (shared.get(word) ?? 0) * SAID);
  }
  return sentences.filter(({ at }) => taken.has(at)).map(({ sentence }) => sentence);
}

const NUMBER = /\d+(?:[.,:/-]\d+)*/g;
/** A capital within a sentence, not after its beginning. */
const NAME = /(?<=[\p{L}\p{N},;)]\s+)\p{Lu}[\p{L}\p{N}'’-]+/gu;
const ADDRESS = /\bhttps?:\/\/[^\s)>\]]+|\S+@\S+\.\w+/g;

/** Of the words of a text, where names alone are written with capitals. */
const MOST_NAMES = 0.15;

const lowered = (text: string): string => folded(text).toLowerCase();
const all = (kind: RegExp, text: string): string[] => [...text.matchAll(kind)].map(([one]) => one);

/** The numbers, names and addresses of a text that none of its sources has. */
export function strangersIn(said: string, source: string): string[] {
  const numbers = new Set(all(NUMBER, source));
  const words = new Set(lowered(source).match(/[\p{L}\p{N}]+/gu));
  const isNamed = (name: string) =>
    (name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).every((word) => words.has(word));
  return [
    ...all(NUMBER, said).filter((one) => !numbers.has(one)),
    ...all(NAME, said).filter((one) => !isNamed(one)),
    ...all(ADDRESS, said).filter((one) => !lowered(source).includes(one.toLowerCase())),
  ];
}

/** The first of them; undefined where all have theirs. */
export const strangerIn = (said: string, source: string): string | undefined =>
  strangersIn(said, source)[0];

/** Whether words of a text are written with capitals so often that they tell no names, as the nouns of German are. */
export const namesAreTold = (text: string): boolean =>
  all(NAME, text).length <= (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) * MOST_NAMES;
