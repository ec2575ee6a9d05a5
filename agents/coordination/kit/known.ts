import { concern, contentWords, namesTerm } from 'nova-agents/routing';

/** A record as it is recalled. */
export interface Known {
  readonly kind: string;
  readonly text: string;
  readonly author: string;
  readonly since: string;
  readonly isOpen: boolean;
}

const MAX_TEXT_CHARS = 2_000;

/** How people ask for what is known; it stands in no record for that. */
const ASKING =
  /\b(?:know|known|remember|recall|memory|memories|records?|promised?|promises|decided?|decisions?|open|notes?|noted|facts?|terms?|glossary|earlier|meant?|means?)\b/giu;
const KINDS = [
  ['promise', /\bpromis(?:e|es|ed|ing)\b/iu],
  ['decision', /\bdecisions?\b/iu],
  ['term', /\b(?:glossary|terms?)\b/iu],
] as const;

/** The records that concern a request, in their order: they share what tells, explain a term of it, or are of the kind that is asked for. */
export function concerning(records: readonly Known[], request: string): Known[] {
  const kinds = KINDS.filter(([, words]) => words.test(request)).map(([kind]) => kind as string);
  const asked = contentWords(request.replace(ASKING, ' '));
  const share = ({ kind, text }: Known): boolean =>
    concern(asked, contentWords(text)) > 0 || (kind === 'term' && namesTerm(text, request));
  const plain = records.filter(({ text }) => !REWRITTEN.test(text));
  const met = plain.filter(share);
  const ofKind = (some: readonly Known[]) => some.filter(({ kind }) => kinds.includes(kind));
  if (kinds.length === 0) return met;
  const both = ofKind(met);
  return both.length > 0 ? both : asked.length > 0 ? met : ofKind(plain);
}

const MAX_OPEN = 5;
const MAX_OPEN_CHARS = 1_000;

/** Of what is open the newest few, beside what was told of it. */
export function openBeside(records: readonly Known[], told: readonly Known[]): string[] {
  let room = MAX_OPEN_CHARS;
  return records
    .filter((record) => record.isOpen && !told.includes(record))
    .toSorted((a, b) => (a.since < b.since ? 1 : -1))
    .slice(0, MAX_OPEN)
    .map(lineOf)
    .filter((one) => (room -= one.length) > 0);
}

/** What an answer would not hold as it is; who forgets a record looks for just its words, so such a one is not told. */
const REWRITTEN = /[^\P{Cc}\n\t]|\p{Cf}|^\s*(?:(?:[-*+>]\s+)*#|[=-]+\s*$)|<!--|```|~~~/mu;

/** What a record is, before its words, which stay as they are: who forgets them looks for just these. */
export const lineOf = ({ kind, text, isOpen }: Known): string =>
  `${isOpen ? 'open ' : ''}${kind}: ${text}`;

const REMEMBER =
  /^(?:(?:please|and|also|then)\s+)*(?:remember|note(?:\s+down)?|keep\s+in\s+mind|bear\s+in\s+mind|make\s+a\s+note|do(?:n['’]t|\s+not)\s+forget)\b[,:]?\s*(?:that\b|as\b|of\b)?\s*/iu;
const NAMED_KIND = /^(?:an?\s+|the\s+)?(?:open\s+)?(fact|term|decision|promise)\s*[:,]\s*/iu;

/** Such a wish at the beginning of a passage, without what is to be remembered. */
export const wishIn = (passage: string): string | undefined => REMEMBER.exec(passage.trim())?.[0];

/** What is to be noted by a passage that begins with such a wish, and as what; undefined for any other. */
export function noteIn(
  passage: string,
): { readonly kind: 'fact' | 'term' | 'decision' | 'promise'; readonly text: string } | undefined {
  const wish = wishIn(passage);
  if (wish === undefined) return undefined;
  const rest = passage.trim().slice(wish.length);
  const named = NAMED_KIND.exec(rest);
  const text = rest.slice(named?.[0].length ?? 0).trim();
  if (text === '' || text.length > MAX_TEXT_CHARS || (named === null && text.endsWith('?')))
    return undefined;
  const kind = named?.[1]?.toLowerCase() ?? (/\bpromised?\b/iu.test(text) ? 'promise' : 'fact');
  return { kind: kind as 'fact', text };
}
