/** Longer words are cut: comparing costs the square of a word's length. */
const MAX_WORD_LETTERS = 24;
/** A sentence that says what it wants says it within so many different words. */
const MAX_WORDS = 80;
/** Of a longer text only the beginning is read for words. */
const MAX_READ_CHARS = 4_000;
/** "Good morning!" */
const MAX_GREETING_WORDS = 2;
/** A word that stands in nearly every request, whoever it is for, tells little. */
const FAINT = 0.4;

const setOf = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Words that say nothing about the subject, those of greeting and asking included. */
const STOP = setOf(`
  a about after again all also am an and any anybody anyone are as at be been before being both
  but by came can cannot come could dear did do does doing done each either else ever every for
  from get gets give go goes going got had has have having he hello help her here hers hey hi
  him his how however i if in into is it its just kindly know let lets like list look looking
  looks many may maybe me mean might mine more most much must my neither no none nor not now of
  off oh ok okay on one ones only onto or other our ours out over own perhaps please right say
  see shall she should show so some lot team somebody someone still such sure tell than thank
  thanks that the their theirs them then there these they this those through to too under until
  up us very via want wants was we were what when where whether which while who whom whose why
  will with within without would yes yet you your yours d ll m re s t ve`);

/** Words that point back to what was said before. */
const POINTING = setOf(
  'it its they them their theirs this that these those one ones so he she him her his',
);

/** Words of asking, of time and of every kind of work: they count, but little. */
const FAINT_WORDS = setOf(`
  able afternoon answer ask check current currently day days draft evening find first friday
  generate good hour last latest least left long make minute monday month morning near need
  needs new next night old overview people prepare present product project question recent
  recently report saturday soon something summarise summarize summary sunday thing things
  thursday time today tomorrow tonight tuesday use used user users using way wednesday week
  weekend work write year years yesterday`);

const endsDoubled = (stem: string): string => stem.replace(/([bdgkmnprt])\1$/, '$1');

/** Folds the commonest English endings, so that `risks`, `risky` and `risk` are one word. */
function folded(word: string): string {
  let stem = word;
  if (stem.length > 4 && stem.endsWith('ies')) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 3 && /[^sui]s$/.test(stem)) stem = stem.slice(0, -1);
  if (stem.length > 5 && stem.endsWith('ing')) stem = endsDoubled(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith('ed')) stem = endsDoubled(stem.slice(0, -2));
  else if (stem.length > 5 && stem.endsWith('ly')) stem = stem.slice(0, -2);
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  if (stem.length > 4 && stem.endsWith('y')) stem = stem.slice(0, -1);
  return stem;
}

const FAINT_STEMS = new Set([...FAINT_WORDS].map(folded));

const rawWords = (text: string): string[] =>
  text
    .slice(0, MAX_READ_CHARS)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const FILE_NAME =
  /[\p{L}\p{N}_@~][\p{L}\p{N}_.@~/-]*\.\p{L}[\p{L}\p{N}]{0,9}(?![\p{L}\p{N}_/.-])/gu;

/** The different content words of a text's first 4,000 characters, folded, in order; at most 80. */
export function contentWords(text: string): string[] {
  const words = rawWords(text)
    .filter((word) => !STOP.has(word))
    .map((word) => folded(word.slice(0, MAX_WORD_LETTERS)));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

interface Word {
  readonly word: string;
  readonly weight: number;
  /** It stands in a file's name. */
  readonly isNamed: boolean;
}

/**
 * The words of a text's first 4,000 characters as they stand, folded; one that says nothing about a subject has no weight, and one of a
 * file's name little: it says of what, not what.
 */
export function foldedWords(text: string): Word[] {
  const named = new Set(text.slice(0, MAX_READ_CHARS).match(FILE_NAME)?.flatMap(rawWords));
  return rawWords(text).map((raw) => {
    const isNamed = named.has(raw);
    if (STOP.has(raw)) return { word: raw, weight: 0, isNamed };
    const word = folded(raw.slice(0, MAX_WORD_LETTERS));
    return { word, weight: isNamed ? Math.min(FAINT, weightOf(word)) : weightOf(word), isNamed };
  });
}

/** How much of the words of two texts is the same, 0..1, whatever they tell: for those that have no content words. */
export function likeness(a: string, b: string): number {
  const [one, other] = [new Set(rawWords(a)), new Set(rawWords(b))];
  const shared = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** How much a folded word tells about a subject by itself, 0..1; a number tells little. */
export const weightOf = (word: string): number =>
  FAINT_STEMS.has(word) || /\p{N}/u.test(word) ? FAINT : 1;

/** So much of what tells in the shorter of two texts stands in both, where they concern each other. */
const LEAST_SHARED = 0.3;
const weigh = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + weightOf(word), 0);

/** How much of what tells in the shorter of two texts stands in both, by their content words; 0 where they do not concern each other. */
export function concern(one: readonly string[], other: readonly string[]): number {
  const met = weigh(one.filter((word) => other.includes(word)));
  const share = met / Math.min(weigh(one), weigh(other));
  return met >= 1 && share >= LEAST_SHARED ? share : 0;
}

/** Whether a text asks nothing by itself: no content words, or faint ones by a pronoun. */
export function onlyContinues(text: string): boolean {
  const raw = rawWords(text);
  const isAside = raw.length <= MAX_GREETING_WORDS || raw.some((word) => POINTING.has(word));
  const words = contentWords(text);
  return words.length === 0 || (isAside && words.every((word) => weightOf(word) < 1));
}

const UNWANTED =
  /^(?:please\s+)?(?:do\s+not|don['’]?t|never|no|not|without|except|everything\s+(?:but|except)|all\s+(?:but|except))\b/iu;

/** What is said not to be wanted is nobody's to do: it is listed, never done. */
export const isUnwanted = (passage: string): boolean => UNWANTED.test(passage);
