import { inCode } from 'nova-agents/tools';
import { lineIn, type Paragraph, type Prose } from './prose.ts';

/** What can be found in a text. */
export const KINDS = [
  'long-sentence',
  'passive',
  'doubled-word',
  'repeated-opening',
  'weasel-word',
  'unmatched',
  'name',
  'heading',
  'link',
] as const;

export interface Finding {
  readonly line: number;
  readonly kind: (typeof KINDS)[number];
  readonly what: string;
  /** Only where it is certain. */
  readonly suggestion: string | null;
}

/** Words of a sentence that is still read in one breath. */
export const MAX_SENTENCE_WORDS = 40;
/** Passive forms in one paragraph, where they are at least half of its sentences. */
const MANY_PASSIVES = 3;
/** Sentences in a row that begin with the same word. */
const MANY_OPENINGS = 3;
const SHOWN_WORDS = 6;

const shown = (words: readonly string[]): string =>
  inCode(
    words.length > SHOWN_WORDS ? `${words.slice(0, SHOWN_WORDS).join(' ')} …` : words.join(' '),
  );

export const longSentences = ({ paragraphs }: Prose): Finding[] =>
  paragraphs.flatMap(({ sentences }) =>
    sentences
      .filter(({ words }) => words.length > MAX_SENTENCE_WORDS)
      .map(({ line, words }) => ({
        line,
        kind: 'long-sentence' as const,
        what: `${shown(words)} has ${words.length} words; ${MAX_SENTENCE_WORDS} are much`,
        suggestion: null,
      })),
  );

const IRREGULAR =
  'been|begun|bought|broken|brought|built|chosen|done|drawn|driven|forgotten|found|given|held|hidden|kept|known|' +
  'laid|led|left|lost|made|meant|met|paid|put|read|run|said|seen|sent|set|shown|sold|spent|taken|taught|thought|told|' +
  'understood|won|written';
const STATES =
  'advanced|ashamed|bored|complicated|delighted|detailed|excited|interested|limited|pleased|supposed|tired|used|worried';
const PASSIVE = new RegExp(
  `\\b(?:am|is|are|was|were|be|been|being)\\s+(?:not\\s+|also\\s+|then\\s+|\\w+ly\\s+)?(?!(?:${STATES})\\b)(?:\\w+ed|${IRREGULAR})\\b`,
  'gi',
);

export const passivePiles = ({ paragraphs }: Prose): Finding[] =>
  paragraphs.flatMap(({ line, text, sentences }) => {
    const count = [...text.matchAll(PASSIVE)].length;
    return count < MANY_PASSIVES || count * 2 < sentences.length
      ? []
      : [
          {
            line,
            kind: 'passive' as const,
            what: `${count} passive forms in one paragraph: say who does it`,
            suggestion: null,
          },
        ];
  });

/** Doubled on purpose: "what he had had", "so that that one". */
const MAY_DOUBLE = new Set([
  'had',
  'that',
  'is',
  'do',
  'bye',
  'ha',
  'no',
  'blah',
  'knock',
  'very',
  'so',
  'sie',
  'die',
  'der',
  'das',
]);
const DOUBLED = /(?<![\p{L}\p{N}'’-])(\p{L}+)(\s+)\1(?![\p{L}\p{N}'’-])/giu;

export const doubledWords = ({ paragraphs }: Prose): Finding[] =>
  paragraphs.flatMap(({ line, text }) => {
    const lineAt = lineIn(text, line);
    return [...text.matchAll(DOUBLED)].flatMap(({ index, 0: found, 1: word = '' }) => {
      // Where something between them is blank, as code is, they are no neighbours.
      if (MAY_DOUBLE.has(word.toLowerCase()) || / {2}/.test(found)) return [];
      const at = lineAt(index);
      // "Paris Paris" may be two things; a word that is written small twice is one too many.
      const isCertain = found.endsWith(word.toLowerCase());
      return [
        {
          line: at,
          kind: 'doubled-word' as const,
          what: `${inCode(found.replace(/\s+/g, ' '))} says a word twice`,
          suggestion: isCertain ? word : null,
        },
      ];
    });
  });

export function repeatedOpenings({ paragraphs }: Prose): Finding[] {
  return paragraphs.flatMap(({ sentences }) => {
    const found: Finding[] = [];
    let row = 1;
    for (const [index, { line, words }] of sentences.entries()) {
      const first = words[0]?.toLowerCase();
      row = index > 0 && first === sentences[index - 1]?.words[0]?.toLowerCase() ? row + 1 : 1;
      if (row === MANY_OPENINGS)
        found.push({
          line,
          kind: 'repeated-opening',
          what: `${MANY_OPENINGS} sentences in a row begin with ${inCode(words[0] ?? '')}`,
          suggestion: null,
        });
    }
    return found;
  });
}

const WEASELS =
  /\b(?:very|really|quite|fairly|extremely|incredibly|obviously|clearly|simply|basically|actually|literally|arguably|virtually|of course|needless to say|(?:some|many|most) (?:people|experts|users) (?:say|think|believe|agree)|it is (?:well known|widely known|often said|generally believed)|studies (?:show|have shown)|world[- ]class|cutting[- ]edge|state[- ]of[- ]the[- ]art)\b/gi;

export const weaselWords = ({ paragraphs }: Prose): Finding[] =>
  paragraphs.flatMap(({ line, text }) => {
    const lineAt = lineIn(text, line);
    return [...text.matchAll(WEASELS)].map(({ index, 0: word }) => ({
      line: lineAt(index),
      kind: 'weasel-word' as const,
      what: `${inCode(word.replace(/\s+/g, ' '))} claims without saying how much or who`,
      suggestion: null,
    }));
  });

const CLOSES: Readonly<Record<string, string>> = {
  ')': '(',
  ']': '[',
  '}': '{',
  '”': '“„',
  '»': '«',
};
const OPENS = '([{“„«';
/** What is no bracket or quotation mark: smileys and inches. */
const NO_MARK = /[:;]-?[()[\]]|\d+(?:\.\d+)?["”]/g;
/** Before a bracket that closes nothing: "1)" and "a)" count things. */
const COUNTS = /(?:^|\s)(?:\p{L}|\d{1,2})$/u;
const COUNT_CHARS = 3;

function unmatchedIn({ line, text }: Paragraph, nextOpens: boolean): Finding[] {
  const open: { sign: string; at: number }[] = [];
  const bad: { sign: string; at: number }[] = [];
  const isGerman = text.includes('„');
  const flat = text.replace(NO_MARK, (found) => ' '.repeat(found.length));
  for (const [at, written] of flat.split('').entries()) {
    const sign = isGerman && written === '“' ? '”' : written;
    const last = open.at(-1);
    if (sign === '"') {
      if (last?.sign === '"') open.pop();
      else open.push({ sign, at });
    } else if (OPENS.includes(sign)) open.push({ sign, at });
    else if (CLOSES[sign] !== undefined) {
      if (last !== undefined && CLOSES[sign].includes(last.sign)) open.pop();
      else if (sign !== ')' || !COUNTS.test(flat.slice(Math.max(0, at - COUNT_CHARS), at)))
        bad.push({ sign: written, at });
    }
  }
  // A quotation of several paragraphs is opened in each and closed in the last.
  const lineAt = lineIn(text, line);
  const left = open.filter(({ sign }) => !(nextOpens && sign === '“'));
  return [...bad, ...left].map(({ sign, at }) => ({
    line: lineAt(at),
    kind: 'unmatched' as const,
    what: `${inCode(sign)} has no partner in its paragraph`,
    suggestion: null,
  }));
}

export const unmatched = ({ paragraphs }: Prose): Finding[] =>
  paragraphs.flatMap((paragraph, index) =>
    unmatchedIn(paragraph, paragraphs[index + 1]?.text.trimStart().startsWith('“') === true),
  );

const NAME =
  /(?<![\p{L}\p{N}_@/.-])\p{L}[\p{L}\p{N}]*(?:-\p{L}[\p{L}\p{N}]*)*(?![\p{L}\p{N}_/@]|\.\p{L})/gu;
const HAS_INNER = /\p{Ll}\p{Lu}/u;
const MIN_NAME_LETTERS = 4;

/** Names that are written in several ways; the way of most, if it is one, is the suggestion. */
export function namesSpelledApart({ paragraphs }: Prose): Finding[] {
  const uses = new Map<string, { line: number; word: string }[]>();
  for (const { line, text, sentences } of paragraphs) {
    const openings = new Set(sentences.map(({ words }) => words[0]));
    const lineAt = lineIn(text, line);
    for (const { index, 0: word } of text.matchAll(NAME)) {
      // The first word of a sentence is capital anyway, unless it is so inside.
      if (word.length < MIN_NAME_LETTERS || (openings.has(word) && !HAS_INNER.test(word))) continue;
      const key = word.toLowerCase().replaceAll('-', '');
      const at = lineAt(index);
      const before = uses.get(key);
      if (before === undefined) uses.set(key, [{ line: at, word }]);
      else before.push({ line: at, word });
    }
  }
  return [...uses.values()].flatMap((all) => {
    // "May" and "may" are two words, "GitHub" and "github" are one.
    const isName = all.some(({ word }) => HAS_INNER.test(word));
    const named = isName ? all : all.filter(({ word }) => /^\p{Lu}/u.test(word));
    const counts = [...Map.groupBy(named, ({ word }) => word)].map(([word, of]) => ({
      word,
      count: of.length,
    }));
    if (counts.length < 2) return [];
    const [most, second] = counts.toSorted((a, b) => b.count - a.count);
    const isCertain = (most?.count ?? 0) > (second?.count ?? 0);
    const others = isCertain ? named.filter(({ word }) => word !== most?.word) : named.slice(0, 1);
    return others.map(({ line, word }) => ({
      line,
      kind: 'name' as const,
      what: `${inCode(word)} is also written ${counts
        .filter((one) => one.word !== word)
        .map((one) => inCode(one.word))
        .join(', ')}`,
      suggestion: isCertain ? (most?.word ?? null) : null,
    }));
  });
}

export const skippedHeadings = ({ headings }: Prose): Finding[] =>
  headings.flatMap(({ line, level, text }, index) => {
    const before = headings[index - 1]?.level;
    return before === undefined || level <= before + 1
      ? []
      : [
          {
            line,
            kind: 'heading' as const,
            what: `${inCode(text)} is of level ${level} under one of level ${before}`,
            suggestion: `${'#'.repeat(before + 1)} ${text}`,
          },
        ];
  });
