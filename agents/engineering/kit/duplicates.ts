import type { Token } from './syntax.ts';

/** A text as words and signs, with the number of its lines. */
export interface Tokenised {
  readonly path: string;
  readonly tokens: readonly Token[];
}
/** Some lines of a file. */
export interface Stretch {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}
/** The same code at two places; `first` stands before the other in the order of the files. */
export interface Duplicate {
  readonly first: Stretch;
  readonly again: Stretch;
  readonly tokens: number;
}

/** Fewer tokens than this are alike by chance, or by the language. */
export const LEAST_TOKENS = 60;
export const LEAST_LINES = 6;
const MAX_TOKENS = 2_000_000;
const MAX_DUPLICATES = 500;
const MAX_CANDIDATES = 16;
const BASE = 31;

/**
 * Finds blocks of the same tokens, whatever their spaces and comments: each window of 60 tokens is known by a rolling hash (Rabin and
 * Karp), compared token by token, and drawn out as far as it goes. Each repetition is told once, with the first place that has it.
 */
export function duplicatesIn(files: readonly Tokenised[]): {
  readonly duplicates: Duplicate[];
  readonly truncated: boolean;
} {
  const numbers = new Map<string, number>();
  const stream: { readonly word: number; readonly file: number; readonly line: number }[] = [];
  for (const [file, { tokens }] of files.entries()) {
    if (stream.length + tokens.length > MAX_TOKENS) return { duplicates: [], truncated: true };
    for (const { text, line } of tokens) {
      const word = numbers.get(text) ?? numbers.size + 1;
      numbers.set(text, word);
      stream.push({ word, file, line });
    }
    // No block goes over the end of a file: nothing is like its end.
    stream.push({ word: -file - 1, file, line: 0 });
  }
  const wordAt = (at: number) => stream[at]?.word ?? 0;
  let top = 1;
  for (let count = 1; count < LEAST_TOKENS; count += 1) top = Math.imul(top, BASE);
  const known = new Map<number, number[]>();
  const duplicates: Duplicate[] = [];
  let hash = 0;
  let until = 0;
  for (let end = 0; end < stream.length; end += 1) {
    if (end >= LEAST_TOKENS) hash = (hash - Math.imul(wordAt(end - LEAST_TOKENS), top)) | 0;
    hash = (Math.imul(hash, BASE) + wordAt(end)) | 0;
    const start = end - LEAST_TOKENS + 1;
    if (start < until) continue;
    const candidates = known.get(hash) ?? [];
    const lengths = candidates.map((at) => {
      let length = 0;
      while (at + length < start && wordAt(at + length) === wordAt(start + length)) length += 1;
      return { at, length };
    });
    const best = lengths.toSorted((a, b) => b.length - a.length || a.at - b.at)[0];
    if (best === undefined || best.length < LEAST_TOKENS) {
      if (candidates.length < MAX_CANDIDATES) known.set(hash, [...candidates, start]);
      continue;
    }
    // It begins and ends with whole lines: half a line is alike by chance.
    const lineAt = (at: number) => stream[at]?.line ?? 0;
    let [skip, length] = [0, best.length];
    while (skip < length && lineAt(start + skip) === lineAt(start + skip - 1)) skip += 1;
    while (length > skip && lineAt(start + length) === lineAt(start + length - 1)) length -= 1;
    const stretch = (at: number): Stretch => ({
      path: files[stream[at]?.file ?? 0]?.path ?? '',
      from: lineAt(at + skip),
      to: lineAt(at + length - 1),
    });
    until = start + best.length;
    const [first, again] = [stretch(best.at), stretch(start)];
    if (again.to - again.from + 1 >= LEAST_LINES)
      duplicates.push({ first, again, tokens: length - skip });
    if (duplicates.length >= MAX_DUPLICATES) return { duplicates, truncated: true };
  }
  return { duplicates, truncated: false };
}
