import { PASSAGE, type CatalogueEntry } from 'nova-agents';
import { mattersOf } from 'nova-agents/tools';

/** The key of an agent's input for words beside those that it is asked. */
export const REQUEST = 'request';
/** What a part is told beside what it is asked. */
export const BESIDE: readonly string[] = [PASSAGE, REQUEST];

/** What may follow what points by itself: "this project" names what it means, and "whether it is" goes on with a sentence. */
const ENDS = String.raw`(?=\s*(?:$|[.,;:!?])|\s+(?:again|also|and|as|by|down|for|from|in|into|on|or|please|shorter|so|then|to|too|up|with)\b)`;
const POINTING = new RegExp(
  String.raw`\b(?:it|them|this|that|these|those)\b${ENDS}|\bits\s+\w|\bthe\s+(?:above|answer|result|same)\b`,
  'iu',
);
/** "The dates from it": what stands before is a part of it; "the change and test it" names what it means. */
const OF =
  /\b(?:about|from|in|of|through|within)\s+(?:it|them|this|that|these|those|the\s+(?:above|answer|result))\b/iu;
const NAMES =
  /\b(?:the|an?|my|our|your|this|that|these|those|all|every|each)\s+(?!above\b|answer\b|result\b|same\b)\p{L}/iu;
const A_FILE = /[\p{L}\p{N}_-]\.[a-z][a-z0-9]{0,9}(?![\p{L}\p{N}])/u;

/** Whether some words say "that" of something that they do not name themselves. */
export function pointsBack(text: string): boolean {
  const found = POINTING.exec(text);
  if (found === null || A_FILE.test(text) || mattersOf(text, ['.md']).length > 0) return false;
  return OF.test(text) || !NAMES.test(text.slice(0, found.index));
}

const takes = ({ takes: keys = [] }: CatalogueEntry, key: string): boolean =>
  keys.includes(`${key}?`);

export const takesRequest = (entry: CatalogueEntry): boolean => takes(entry, REQUEST);

/** An answer without its first heading and without who contributed: what was said in it. */
const bodyOf = (answered: string): string =>
  answered.replace(/^## [^\n]*\n\n/, '').replace(/\n\nContributed: [^\n]*$/, '');

/** What a part is handed of the turn before, where its words point back to it: the answer as the text that it is about. */
export const handedBack = (
  entry: CatalogueEntry,
  text: string,
  said: { readonly answered: string } | undefined,
): { readonly [PASSAGE]?: string } =>
  said !== undefined && takes(entry, PASSAGE) && pointsBack(text)
    ? { [PASSAGE]: bodyOf(said.answered) }
    : {};
