import type { CatalogueEntry } from 'nova-agents';
import { isUnwanted, nearestOf, type Lesson } from 'nova-agents/routing';
import { ownWords } from './passages.ts';

interface Asked {
  readonly text: string;
  readonly clarified: string;
  readonly catalogue: readonly CatalogueEntry[];
  readonly lessons?: readonly Lesson[] | undefined;
}

/** Words alone are enough for it. */
export const isAskable = ({ takes = [] }: CatalogueEntry): boolean =>
  takes.every((key) => key === 'text' || key.endsWith('?'));

/** Lessons as passages are looked at: what one quotes stands for whatever another quotes there. */
export const unquoted = (lessons: readonly Lesson[] = []): Lesson[] =>
  lessons.map(({ text, who }) => ({ text: ownWords(text), who }));

/** What was said of the very same request, where it can be followed; such a request is not taken apart. */
export function saidOf({ text, catalogue, lessons }: Asked): Lesson | undefined {
  if (isUnwanted(text)) return undefined;
  const isHere = (who: string) => catalogue.some((one) => one.id === who && isAskable(one));
  const known = unquoted(lessons).filter(({ who }) => who === null || isHere(who));
  const near = nearestOf(known)(ownWords(text));
  return near?.weight === 1 ? near.lesson : undefined;
}

/** Where those who are to take a request are not who was said to: a sentence. */
export function lessonFault(asked: Asked, nodes: readonly string[]): string | undefined {
  const who = asked.clarified.trim() === '' ? saidOf(asked)?.who : undefined;
  if (who === undefined || (who ?? '') === nodes.join('\n')) return undefined;
  if (who === null) return 'it was said of such a request that nobody here takes it';
  const isReady = asked.catalogue.some(({ id, ready }) => id === who && ready);
  return isReady ? `it was said of such a request that ${who} takes it` : undefined;
}
