import type { CatalogueEntry, Lesson } from '../../machines/protocol/roles.ts';
import { recogniserNamed } from './knowing.ts';
import { nearestOf } from './lessons.ts';
import { termIndex, type Met } from './term-index.ts';
import { contentWords, likeness, weightOf } from './words.ts';

/**
 * Below it a passage and an agent share words by chance. Chosen on labelled requests: about one
 * meaningful word of three is the least that a right match has.
 */
export const THRESHOLD = 0.28;
/**
 * Two agents nearer to each other than this cannot be told apart by words: about what one faint
 * word more or less makes.
 */
export const MARGIN = 0.05;

/** A word of the passage that the sentence lacks costs so much of its weight. */
const LACKING = 0.6;
/** A word of the sentence that the passage lacks costs less: a person says less than that. */
const UNSAID = 0.15;
/** Always in the balance against what is shared, so that one faint word is no proof. */
const DOUBT = 0.3;
/** A word met only by its beginning, or with a letter wrong. */
const ROUGHLY = 0.8;
/** A description says what an example shows, in words that people use less. */
const TRUST = { does: 0.9, example: 1, other: 1 } as const;
/** Words met anywhere in a description, not only in its best sentence, have this share. */
const SPREAD = 0.3;

/** "What can you do?" has no word that tells: it is known only by an example that says the same, so far. */
const ALIKE = 0.5;

const MAX_ENTRIES = 512;
const MAX_SENTENCES = 48;
const DECIMALS = 1_000;

/** An agent of the catalogue and how well it fits a passage, 0..1. */
export interface Ranked {
  readonly entry: CatalogueEntry;
  readonly score: number;
  /** What of its description fits best. */
  readonly because: Because;
  /** What it says it does not do, where that fits better than what it does, and who does it. */
  readonly against?: { readonly text: string; readonly who: string };
}
export interface Because {
  readonly kind: 'does' | 'example' | 'learned' | 'lesson';
  readonly text: string;
}
/** Ranks the agents for a passage, best first; those that share nothing with it are left out. */
export type Retrieval = (passage: string) => Ranked[];

const byScore = (a: Ranked, b: Ranked): number =>
  b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1);

interface Sentence {
  readonly owner: number;
  readonly kind: keyof typeof TRUST;
  readonly text: string;
  readonly words: readonly string[];
}

/** An agent's best fit by kind of sentence, that sentence, and the words that any of its own met. */
type Fits = Record<keyof typeof TRUST, number> & {
  readonly met: Set<string>;
  readonly texts: Record<keyof typeof TRUST, string>;
};

/** What an agent's description consists of; `other` is what it says it does not do. */
const sentencesOf = ({ id, does, doesNot, examples }: CatalogueEntry, owner: number): Sentence[] =>
  [
    { kind: 'does' as const, text: `${id}: ${does}` },
    ...Object.keys(doesNot).map((text) => ({ kind: 'other' as const, text })),
    ...examples.map((text) => ({ kind: 'example' as const, text })),
  ]
    .slice(0, MAX_SENTENCES)
    .map(({ kind, text }) => ({ owner, kind, text, words: contentWords(text) }));

const nothing = (): Fits => ({
  does: 0,
  example: 0,
  other: 0,
  met: new Set(),
  texts: { does: '', example: '', other: '' },
});

function whyOf(
  { doesNot }: CatalogueEntry,
  { does, example, other, texts }: Fits,
): Pick<Ranked, 'because' | 'against'> {
  const kind = example > does ? 'example' : 'does';
  const because = { kind, text: texts[kind] } as const;
  const isAgainst = other > Math.max(does, example);
  return isAgainst
    ? { because, against: { text: texts.other, who: doesNot[texts.other] ?? '' } }
    : { because };
}

/** How much words tell together: each less if it is faint, and the more agents speak of it. */
function tellingOf(sentences: readonly Sentence[]): (words: readonly string[]) => number {
  const speakers = new Map<string, Set<number>>();
  for (const { owner, kind, words } of sentences)
    for (const word of kind === 'other' ? [] : words)
      speakers.set(word, (speakers.get(word) ?? new Set()).add(owner));
  const one = (word: string) => weightOf(word) / Math.sqrt(speakers.get(word)?.size ?? 1);
  return (words) => words.reduce((total, word) => total + one(word), 0);
}

/**
 * Prepares retrieval over described agents. A score compares a passage with one agent's sentences
 * (shared weight against lacking and unsaid weight, as Tversky does), so agents that share no word
 * with it do not move it, however many there are.
 */
function retrievalByWords(catalogue: readonly CatalogueEntry[]): Retrieval {
  const unique = new Map(catalogue.map((entry) => [entry.id, entry]));
  const entries = [...unique.values()].slice(0, MAX_ENTRIES);
  const sentences = entries.flatMap(sentencesOf);
  const telling = tellingOf(sentences);
  const find = termIndex(sentences.map(({ words }) => words));

  const fit = (asked: readonly string[], { words }: Sentence, met: Met): number => {
    const exact = telling(asked.filter((word) => met.asked.has(word) && met.own.has(word)));
    const rough = telling(asked.filter((word) => met.asked.has(word) && !met.own.has(word)));
    const shared = exact + ROUGHLY * rough;
    const unsaid = telling(words.filter((word) => !met.own.has(word)));
    return shared / (shared + LACKING * (telling(asked) - shared) + UNSAID * unsaid + DOUBT);
  };

  const fitsOf = (asked: readonly string[]): Map<number, Fits> => {
    const found = new Map<number, Fits>();
    for (const met of find(asked)) {
      const sentence = sentences[met.document];
      if (sentence === undefined) continue;
      const { owner, kind, text } = sentence;
      const fits = found.get(owner) ?? nothing();
      const own = TRUST[kind] * fit(asked, sentence, met);
      if (own > fits[kind]) [fits[kind], fits.texts[kind]] = [own, text];
      if (kind !== 'other') for (const word of met.asked) fits.met.add(word);
      found.set(owner, fits);
    }
    return found;
  };

  const scoreOf = (asked: readonly string[], { does, example, other, met }: Fits): number => {
    const own = Math.max(does, example);
    const covered = telling(asked.filter((word) => met.has(word))) / (telling(asked) + DOUBT);
    // What it says it does not do, better than it says what it does, speaks against it.
    const score = own * (1 - SPREAD) + covered * SPREAD - Math.max(0, other - own);
    return Math.round(score * DECIMALS) / DECIMALS;
  };

  /** Whose examples say the same as a passage without content words. */
  const alike = (passage: string): Map<number, Ranked> => {
    const found = new Map<number, Ranked>();
    for (const { owner, kind, text, words } of sentences) {
      const entry = entries[owner];
      if (kind !== 'example' || words.length > 0 || entry === undefined) continue;
      const score = Math.round(likeness(passage, text) * DECIMALS) / DECIMALS;
      if (score >= Math.max(ALIKE, found.get(owner)?.score ?? 0))
        found.set(owner, { entry, score, because: { kind, text } });
    }
    return found;
  };

  return (passage) => {
    const asked = contentWords(passage);
    if (asked.length === 0) return [...alike(passage).values()].toSorted(byScore);
    const fits = fitsOf(asked);
    return entries
      .flatMap((entry, index) => {
        const own = fits.get(index);
        return own === undefined
          ? []
          : [{ entry, score: scoreOf(asked, own), ...whyOf(entry, own) }];
      })
      .filter(({ score }) => score > 0)
      .toSorted(byScore);
  };
}

/** A share is no score: with this power the least likely right ones of requests that were held back come to the threshold. */
const SHARE_POWER = 0.9;
const LEAST_SHARE = 0.01;
const MAX_TELLING = 3;

/**
 * Prepares retrieval over described agents: by what was learned of them, where a catalogue names that and this thread knows it, and for
 * everybody else by the words of their descriptions. Whom the learned part takes a passage to be for lowers those it knows, nobody else.
 * @param lessons what people have said of requests; of two as near to a passage the first counts.
 */
export function retrievalOf(
  catalogue: readonly CatalogueEntry[],
  lessons: readonly Lesson[] = [],
): Retrieval {
  const rank = untaught(catalogue);
  return lessons.length === 0 ? rank : taught(rank, catalogue, lessons);
}

/** The lesson nearest to a passage lifts whom it names and lowers all others, the more the nearer it is; where none is near nothing changes. */
function taught(
  rank: Retrieval,
  catalogue: readonly CatalogueEntry[],
  lessons: readonly Lesson[],
): Retrieval {
  const entries = new Map(catalogue.map((entry) => [entry.id, entry]));
  const nearest = nearestOf(lessons.filter(({ who }) => who === null || entries.has(who)));
  return (passage) => {
    const ranked = rank(passage);
    const near = nearest(passage);
    if (near === undefined) return ranked;
    const { weight, lesson } = near;
    const lowered = (score: number) => score * (1 - weight);
    const rounded = (score: number) => Math.round(score * DECIMALS) / DECIMALS;
    const others = ranked.filter(({ entry }) => entry.id !== lesson.who);
    const before = ranked.find(({ entry }) => entry.id === lesson.who)?.score ?? 0;
    const entry = entries.get(lesson.who ?? '');
    const because = { kind: 'lesson', text: lesson.text } as const;
    return [
      ...(entry === undefined
        ? []
        : [{ entry, score: rounded(lowered(before) + weight), because }]),
      ...others.map((one) => ({ ...one, score: rounded(lowered(one.score)) })),
    ]
      .filter(({ score }) => score > 0)
      .toSorted(byScore);
  };
}

function untaught(catalogue: readonly CatalogueEntry[]): Retrieval {
  const byWords = retrievalByWords(catalogue);
  const recognise = recogniserNamed(catalogue.find(({ learned }) => learned)?.learned);
  if (recognise === undefined) return byWords;
  return (passage) => {
    const worded = new Map(byWords(passage).map((one) => [one.entry.id, one]));
    const { shares, tells } = recognise(passage);
    const ranked = catalogue.flatMap((entry): Ranked[] => {
      const share = shares.get(entry.id);
      const one = worded.get(entry.id);
      if (share === undefined) return one === undefined ? [] : [one];
      if (share < LEAST_SHARE) return [];
      const score = Math.round(share ** SHARE_POWER * DECIMALS) / DECIMALS;
      const words = tells(entry.id).slice(0, MAX_TELLING).join(', ');
      const because = { kind: 'learned', text: words } as const;
      return [{ ...one, entry, score, because }];
    });
    return ranked.toSorted(byScore);
  };
}

/**
 * Who may take a passage: those within the margin of the best, if that is above the threshold.
 * An agent that is not ready takes nothing: a part that is known to be refused is no plan.
 */
export function takersOf(ranked: readonly Ranked[]): Ranked[] {
  const [best] = ranked;
  if (best === undefined || best.score < THRESHOLD) return [];
  return ranked.filter(
    ({ entry, score }) => entry.ready && score >= THRESHOLD && score > best.score - MARGIN,
  );
}
