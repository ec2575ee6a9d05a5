import type { CatalogueEntry } from 'nova-agents';
import { filesIn, textIn } from 'nova-agents/tools';

/** The keys of an agent's input for a text that it is about, and for words beside those that it is asked. */
const PASSAGE = 'passage';
export const REQUEST = 'request';
/** What a part is told beside what it is asked. */
export const BESIDE: readonly string[] = [PASSAGE, REQUEST];

/** "This" and "that" point by themselves only where no noun follows: "this project" names what it means. */
const POINTING =
  /\b(?:it|its|them)\b|\b(?:this|that|these|those)(?=\s*(?:$|[.,;:!?])|\s+(?:again|also|and|as|by|down|for|from|in|into|is|of|on|or|please|shorter|so|then|to|too|up|with)\b)|\bthe\s+(?:above|answer|result|same)\b/iu;
const ANY_FILE = ['.md', '.markdown', '.mdx', '.txt', '.rst', '.adoc', '.eml', '.log', '.text'];

/** Whether some words say "that" of something that they do not name themselves. */
export const pointsBack = (text: string): boolean =>
  POINTING.test(text) && textIn(text) === undefined && filesIn(text, ANY_FILE).length === 0;

const takes = ({ takes: keys = [] }: CatalogueEntry, key: string): boolean =>
  keys.includes(`${key}?`);

export const takesRequest = (entry: CatalogueEntry): boolean => takes(entry, REQUEST);

/** What a part is handed of the turn before, where its words point back to it: the answer as the text that it is about. */
export const handedBack = (
  entry: CatalogueEntry,
  text: string,
  said: { readonly answered: string } | undefined,
): { readonly [PASSAGE]?: string } =>
  said !== undefined && takes(entry, PASSAGE) && pointsBack(text)
    ? { [PASSAGE]: said.answered }
    : {};
