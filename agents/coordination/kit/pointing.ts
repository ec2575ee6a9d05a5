import { PASSAGE, type CatalogueEntry, type Known, type Plan } from 'nova-agents';
import { filesIn, mattersOf } from 'nova-agents/tools';

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

/** Whether some words name a file or a page, or bring a text. */
const hasMatter = (text: string): boolean =>
  A_FILE.test(text) || mattersOf(text, ['.md']).length > 0;

/** Whether some words say "that" of something that they do not name themselves. */
export function pointsBack(text: string): boolean {
  const found = POINTING.exec(text);
  if (found === null || hasMatter(text)) return false;
  return OF.test(text) || !NAMES.test(text.slice(0, found.index));
}

/** Whoever says more says what he wants. */
const MAX_LEADING_CHARS = 200;
/** Words that lead on from what was said before, and say nothing themselves. */
const LEADING =
  /^(?:(?:and|also|now|then|ok|okay|please|next|what\s+about|how\s+about|(?:do\s+)?the\s+same|same|as\s+well|too|only|just|for|in|of|on|with|to|from)\b[\s,:]*)+/iu;
/** What names something and wants nothing: files, `acme/lagos`, months, years, branches. */
const NAMING =
  /[\p{L}\p{N}_.@~/-]*[./][\p{L}\p{N}_.@~/-]+|\b(?:the|readme|changelog|contributing|architecture|branch|tenant|file|page|year|month|and|or|in|of|for|please|as\s+well|too|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|[\d-]+/giu;

/** Whether some words only name something ("and docs/b.md", "the same for acme/berlin", "and in May?"): what is wanted was said before. */
export function leadsOn(request: string): boolean {
  const text = request.trim();
  const lead = text.length > MAX_LEADING_CHARS ? undefined : LEADING.exec(text)?.[0];
  const rest = text.slice(lead?.length ?? 0);
  if (lead === undefined || !/[\p{L}\p{N}]/u.test(rest)) return false;
  return !/\p{L}/u.test(rest.replace(NAMING, ' '));
}
/** Whether some words take something from what was said before. */
export const continues = (text: string): boolean => pointsBack(text) || leadsOn(text);

type Said = NonNullable<Known['said']>;

/** What was asked before, as far back as each continues the one before it. */
export function askedBefore({ asked, earlier }: Said): string {
  const chain = [asked];
  for (const one of earlier.toReversed()) {
    if (!continues(chain[0] ?? '')) break;
    chain.unshift(one.asked);
  }
  return chain.join('\n');
}
/** The last request that said what is wanted. */
export const wantedBefore = ({ asked, earlier }: Said): string =>
  [asked, ...earlier.toReversed().map((one) => one.asked)].find((one) => !leadsOn(one)) ?? asked;

const takes = ({ takes: keys = [] }: CatalogueEntry, key: string): boolean =>
  keys.includes(`${key}?`);

export const takesRequest = (entry: CatalogueEntry): boolean => takes(entry, REQUEST);

/** An answer without its first heading and without who contributed: what was said in it. */
const bodyOf = (answered: string): string =>
  answered.replace(/^## [^\n]*\n\n/, '').replace(/\n\nContributed: [^\n]*$/, '');

/** What a passage before it is to bring. */
const BROUGHT = /\bthe\s+(?:summary|result|answer|translation|draft|outcome)\b/iu;
const SUMMARY = 'summary';

/** Where a part is about what the one before it brings ("…, then proofread the summary"): the edge that hands that over. */
export function handedOver(
  entry: CatalogueEntry,
  text: string,
  part: string,
  { gives = {} }: Pick<CatalogueEntry, 'gives'> = {},
): Plan['parts'][number]['takes'] {
  if (!takes(entry, PASSAGE) || !BROUGHT.test(text) || hasMatter(text)) return undefined;
  const [outcome] = Object.entries(gives).find(([, keys]) => keys.includes(SUMMARY)) ?? [];
  return outcome === undefined
    ? undefined
    : [{ from: { part, outcome, key: SUMMARY }, to: PASSAGE }];
}

/** "It" is what was worked on, where that was one file; "that" and "the answer" are what was said of it. */
const IT = /\b(?:it|its|them)\b/iu;
const TEXTS = ['.md', '.markdown', '.mdx', '.txt', '.rst', '.adoc', '.eml', '.log'];

/** What a part is handed of the turn before, where its words point back to it: the answer as the text that it is about. */
export function handedBack(
  entry: CatalogueEntry,
  text: string,
  said: Said | undefined,
): { readonly [PASSAGE]?: string } {
  if (said === undefined || !takes(entry, PASSAGE) || !pointsBack(text)) return {};
  const isWorkedOn =
    takesRequest(entry) && IT.test(text) && filesIn(askedBefore(said), TEXTS).length === 1;
  return isWorkedOn ? {} : { [PASSAGE]: bodyOf(said.answered) };
}
