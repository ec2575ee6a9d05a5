import { BOUNDARIES, LEADING, SETTING, TRAILING } from './boundaries.ts';
import { onlyContinues } from 'nova-agents/routing';
import { wishIn } from './known.ts';

/** Only the beginning of a text is looked at; the rest is handed back unread, never dropped. */
export const MAX_LOOKED_AT_CHARS = 20_000;
/** A request of more passages is no request but a document: what is over is handed back unread. */
export const MAX_PASSAGES = 48;

/** A request in the passages that each ask for something, and what was over the limits. */
export interface Split {
  readonly passages: readonly string[];
  /** Empty where everything was looked at. */
  readonly unread: string;
}

/** What is said in somebody else's words: it stays whole, and nothing in it is asked. */
const QUOTED = new RegExp(
  [
    /```[\s\S]*?(?:```|$)/,
    /`[^`\n]+`|"[^"\n]+"|“[^”\n]+”|«[^»\n]+»/,
    // An apostrophe inside a word quotes nothing.
    /(?<![\p{L}\p{N}])'[^'\n]+'(?![\p{L}\p{N}])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);
/** An aside stays with its sentence. */
const ASIDE = /\([^()\n]+\)|\[[^[\]\n]+\]/gu;
const FILLER = 'x';

const masked = (text: string): string =>
  [QUOTED, ASIDE].reduce(
    (rest, kept) => rest.replace(kept, (found) => FILLER.repeat(found.length)),
    text,
  );

const withoutQuoted = (text: string): string => text.replace(QUOTED, ' ');

/** A passage without what it quotes, or wants to be remembered; the whole where it says nothing of its own. */
export function ownWords(passage: string): string {
  const wish = wishIn(passage);
  if (wish !== undefined) return wish;
  const own = withoutQuoted(passage);
  return onlyContinues(own) ? passage : own;
}

/** The name of a file says of what, and never what. */
const FILE_NAME = /^[`"']?[\p{L}\p{N}_.@~/-]*\.\p{L}[\p{L}\p{N}]{0,9}[`"']?[.?!]?$/u;

const BETWEEN_ITEMS = /\s*(?:,|;|&|\+)\s*(?:(?:and|or|plus)\s+)?|\s+(?:and|or|plus)\s+/giu;

/** The items of a passage that lists things: "open issues, dependencies and release notes". A file's name is none of its own. */
export function itemsOf(passage: string): string[] {
  const flat = masked(passage);
  const cuts = [...flat.matchAll(BETWEEN_ITEMS)].map(({ 0: mark, index }) => ({
    index,
    end: index + mark.length,
  }));
  const pieces = cuts.map(({ end }, at) => passage.slice(end, cuts[at + 1]?.index).trim());
  const kept = cuts.filter((_, at) => !FILE_NAME.test(pieces[at] ?? ''));
  const starts = [0, ...kept.map(({ end }) => end)];
  const ends = [...kept.map(({ index }) => index), passage.length];
  return starts
    .map((start, at) => passage.slice(start, ends[at]).trim())
    .filter((item) => item !== '');
}

/** Cuts at white space or, where there is none near, between two whole characters. */
function lookedAt(text: string): { read: string; unread: string } {
  if (text.length <= MAX_LOOKED_AT_CHARS) return { read: text, unread: '' };
  const head = text.slice(0, MAX_LOOKED_AT_CHARS);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  const isHalved = /[\uD800-\uDBFF]$/.test(head);
  const end = space > MAX_LOOKED_AT_CHARS / 2 ? space : MAX_LOOKED_AT_CHARS - (isHalved ? 1 : 0);
  return { read: text.slice(0, end), unread: text.slice(end).trim() };
}

function cutsOf(text: string): number[] {
  const flat = masked(text);
  const cuts = BOUNDARIES.flatMap((boundary) =>
    [...flat.matchAll(boundary)].map((found) => found.index + found[0].length),
  );
  return [...new Set([0, ...cuts, text.length])].toSorted((a, b) => a - b);
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The text between two cuts without the marks around it. */
function pieceOf(text: string, from: number, to: number): Piece {
  const whole = text.slice(from, to);
  const led = whole.replace(LEADING, '');
  const start = from + whole.length - led.length;
  return { start, end: start + led.replace(TRAILING, '').length };
}

/** What only continues joins what is before it; a greeting or a setting, what is after. */
function joined(text: string, pieces: readonly Piece[]): string[] {
  const passages: (Piece & { readonly isOpen: boolean; readonly leads: boolean })[] = [];
  for (const { start, end } of pieces) {
    const piece = text.slice(start, end);
    const isOpen = onlyContinues(withoutQuoted(piece)) || FILE_NAME.test(piece);
    const leads = isOpen || (text[end] === ',' && SETTING.test(piece));
    const before = passages.at(-1);
    if (before !== undefined && (before.leads || isOpen))
      passages[passages.length - 1] = {
        start: before.start,
        end,
        isOpen: before.isOpen && isOpen,
        leads: before.leads && leads,
      };
    else passages.push({ start, end, isOpen, leads });
  }
  return passages.map(({ start, end }) => text.slice(start, end));
}

/**
 * Splits a request by rules into the passages that each ask for something: at sentences, list
 * items, semicolons, and at commas and "and" before a verb or question word. Quotations and code
 * stay whole. Looks at 20,000 characters and 48 passages; no word is lost.
 */
export function split(text: string): Split {
  const { read, unread } = lookedAt(text);
  const cuts = cutsOf(read);
  const pieces = cuts
    .slice(0, -1)
    .map((start, index) => pieceOf(read, start, cuts[index + 1] ?? read.length))
    .filter(({ start, end }) => start < end);
  const passages = joined(read, pieces);
  return {
    passages: passages.slice(0, MAX_PASSAGES),
    unread: [...passages.slice(MAX_PASSAGES), unread].filter((piece) => piece !== '').join('\n'),
  };
}
