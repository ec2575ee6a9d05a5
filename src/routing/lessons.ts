import type { Lesson } from '../../machines/protocol/roles.ts';
import { foldedWords } from './words.ts';

/**
 * A lesson moves what is nearer to it than this, and decides what is as near as `SAME`. Of 3,200 labelled requests, each beside the one
 * nearest to it, 40 % at 0.4 had the same taker, 68 % at 0.6 and 89 % at 0.9.
 */
const NEAR = 0.6;
const SAME = 0.9;
/** Words of asking and pointing tell little beside others. */
const STOPPED = 0.15;

type Vector = ReadonlyMap<string, number>;

/** The words of a text's first 4,000 characters, as a vector of length one. */
function vectorOf(text: string): Vector {
  const words = foldedWords(text).map(({ word, weight }) => [word, weight || STOPPED] as const);
  const length = Math.hypot(...new Map(words).values());
  return new Map(words.map(([word, weight]) => [word, weight / length]));
}

/** A lesson that a passage is near to, and how much it says there, above 0 to 1. */
export interface Nearest<L extends Lesson> {
  readonly lesson: L;
  readonly weight: number;
}

/** Says of any passage which lesson is nearest to it, the first of those alike; undefined where none is near. */
export function nearestOf<L extends Lesson>(
  lessons: readonly L[],
): (passage: string) => Nearest<L> | undefined {
  const known = lessons.map((lesson) => ({ lesson, words: vectorOf(lesson.text) }));
  return (passage) => {
    const asked = vectorOf(passage);
    let nearest: Nearest<L> | undefined;
    for (const { lesson, words } of known) {
      let likeness = 0;
      for (const [word, weight] of words) likeness += weight * (asked.get(word) ?? 0);
      const weight = Math.min(1, (likeness - NEAR) / (SAME - NEAR));
      if (weight > (nearest?.weight ?? 0)) nearest = { lesson, weight };
    }
    return nearest;
  };
}

/** The lessons that could be near to a passage of a request: those that it says most of, at most so many. */
export function lessonsFor<L extends Lesson>(
  lessons: readonly L[],
  request: string,
  most: number,
): L[] {
  const asked = vectorOf(request);
  const shareOf = (text: string): number => {
    let share = 0;
    for (const [word, weight] of vectorOf(text)) if (asked.has(word)) share += weight * weight;
    return share;
  };
  return (
    lessons
      .map((lesson) => ({ lesson, share: shareOf(lesson.text) }))
      // No part of a request that says less of it is near to it.
      .filter(({ share }) => share >= NEAR * NEAR)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, most)
      .map(({ lesson }) => lesson)
  );
}
