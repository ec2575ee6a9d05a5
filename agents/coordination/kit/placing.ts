import type { CatalogueEntry, Known, Unplaced } from 'nova-agents';
import {
  isUnwanted,
  retrievalOf,
  takersOf,
  type Lesson,
  type Ranked,
  type Retrieval,
} from 'nova-agents/routing';
import { itemsOf, ownWords, split } from './passages.ts';
import { leadsOn, wantedBefore } from './pointing.ts';
import { isAskable, saidOf, unquoted } from './taught.ts';

/** Who came nearest is listed for a person to read, so only so many. */
const MAX_NEAREST = 3;
/** A longer list is a document. */
const MAX_ITEMS = 12;

/** What a router or planner is asked. */
export interface Asked {
  readonly text: string;
  readonly clarified: string;
  readonly catalogue: readonly CatalogueEntry[];
  readonly lessons?: readonly Lesson[] | undefined;
  readonly known?: Known | undefined;
}

/** A passage and who takes it: nobody, one agent, or several that words cannot tell apart. */
export interface Placement {
  readonly text: string;
  readonly takers: readonly Ranked[];
  readonly nearest: Unplaced['nearest'];
}

/** A request in its placed passages, in the order of its words. */
export interface Reading {
  readonly placements: readonly Placement[];
  /** What was over the limits of reading; empty where nothing was. */
  readonly unread: string;
  /** All that was said. */
  readonly request: string;
  /** The turn before, where it points back to that. */
  readonly said?: Known['said'];
}

function placed(text: string, ranked: readonly Ranked[]): Placement {
  const nearest = ranked
    .slice(0, MAX_NEAREST)
    .map(({ entry, score }) => ({ node: entry.id, score }));
  return { text, takers: isUnwanted(text) ? [] : takersOf(ranked), nearest };
}

/** "The second one": the question names its candidates in their order. */
const ORDINALS = [
  /\b(?:first|former|1st|1)\b/iu,
  /\b(?:second|latter|2nd|2)\b/iu,
  /\b(?:third|3rd|3)\b/iu,
];

/** Whom of the takers an answer means; always one, so that nothing has to be asked twice. */
function meant(takers: readonly Ranked[], answer: string, rank: Retrieval): readonly Ranked[] {
  const ranked = rank(ownWords(answer));
  const named = takersOf(ranked);
  const isTaker = ({ entry }: Ranked) => takers.some((taker) => taker.entry.id === entry.id);
  const counted = takers[ORDINALS.findIndex((ordinal) => ordinal.test(answer))];
  const one = named.find(isTaker) ?? named[0] ?? counted ?? ranked.find(isTaker) ?? takers[0];
  return one === undefined ? [] : [one];
}

/**
 * Settles by the requester's answer what several would take. What the answer asks of somebody else
 * is a passage of its own; the rest of it goes along with the first passage that it settled.
 */
function settled(
  placements: readonly Placement[],
  clarified: string,
  rank: Retrieval,
): Placement[] {
  const isTied = ({ takers }: Placement) => takers.length > 1;
  const clear = (placement: Placement): Placement =>
    isTied(placement)
      ? { ...placement, takers: meant(placement.takers, clarified, rank) }
      : placement;
  const first = placements.findIndex(isTied);
  const owner = placements[first] && clear(placements[first]).takers[0]?.entry.id;
  const answers = split(clarified)
    .passages.map((passage) => placed(passage, rank(ownWords(passage))))
    .map(clear);
  const isElsewhere = ({ takers: [taker] }: Placement) =>
    owner === undefined || (taker !== undefined && taker.entry.id !== owner);
  const along = answers.filter((answer) => !isElsewhere(answer)).map(({ text }) => text);
  return [
    ...placements.map((placement, index) =>
      index === first
        ? { ...clear(placement), text: [placement.text, ...along].join('\n') }
        : clear(placement),
    ),
    ...answers.filter(isElsewhere),
  ];
}

/**
 * A list of things is taken apart only where it is plain: two of its items have different takers, and none has several.
 * What nobody takes is then listed as such. Otherwise the passage stays whole, since "and" joins words as often as wishes.
 */
function listed(passage: string, rank: Retrieval): readonly Placement[] | undefined {
  const items = itemsOf(passage);
  if (items.length < 2 || items.length > MAX_ITEMS) return undefined;
  const placements = items.map((item) => placed(item, rank(ownWords(item))));
  const clear = placements.filter(({ takers }) => takers.length === 1);
  const takers = new Set(clear.map(({ takers: [one] }) => one?.entry.id));
  // A part of one wish says less of it than the whole does.
  const whole = rank(ownWords(passage))[0]?.score ?? 0;
  const isWish = ({ takers: [one] }: Placement) => (one?.score ?? 0) >= whole;
  const isPlain =
    takers.size > 1 && placements.every(({ takers: all }) => all.length < 2) && clear.every(isWish);
  return isPlain ? placements : undefined;
}

/** Reads a request: its passages, who takes each, and what was clarified, which leaves no tie. */
export function read(asked: Asked): Reading {
  const { text, clarified, catalogue, lessons } = asked;
  const rank = retrievalOf(catalogue.filter(isAskable), unquoted(lessons));
  const whole = saidOf(asked) && { passages: [text.trim()], unread: '' };
  const { passages, unread } = whole ?? split(text);
  const said = asked.known?.said;
  // What only names something is for whoever was asked before.
  const before = said !== undefined && leadsOn(text) ? wantedBefore(said) : undefined;
  const placements = passages.flatMap(
    (passage) => listed(passage, rank) ?? [placed(passage, rank(ownWords(before ?? passage)))],
  );
  if (clarified.trim() === '') return { placements, unread, request: text, said };
  return {
    placements: settled(placements, clarified, rank),
    unread: [unread, split(clarified).unread].filter((rest) => rest !== '').join('\n'),
    request: `${text}\n${clarified}`,
    said,
  };
}

/** A passage that nobody takes, and who came nearest. */
export const unplaced = ({ text, nearest }: Placement): Unplaced => ({ text, nearest });
