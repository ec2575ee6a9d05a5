import { foldedWords } from './words.ts';

/** Between a term and what it means. */
const MEANS = /\s*(?:[:=–—]|\s-\s|\b(?:is|are|means?|stands for)\b)/iu;
const ARTICLE = /^(?:an?|the)\s+/iu;
const MAX_TERM_WORDS = 6;

/** True where the term that a text explains (`Chargeback: …`, `A lamp is …`) stands in another, in whatever form of its words. */
export function namesTerm(explained: string, text: string): boolean {
  const [head = ''] = explained.trim().split(MEANS, 1);
  const spelt = (of: string) =>
    ` ${foldedWords(of)
      .map(({ word }) => word)
      .join(' ')} `;
  const term = spelt(head.replace(ARTICLE, ''));
  const isShort = term.trim() !== '' && term.trim().split(' ').length <= MAX_TERM_WORDS;
  return isShort && spelt(text).includes(term);
}
