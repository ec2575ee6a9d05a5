/** A sentence with the line that it begins in. */
export interface Sentence {
  readonly line: number;
  readonly text: string;
  readonly words: readonly string[];
}
export interface Paragraph {
  readonly line: number;
  /** What is no prose is blank, so that every character stands where it stood. */
  readonly text: string;
  readonly sentences: readonly Sentence[];
  /** A list item, a row of a table or a heading: those begin alike on purpose. */
  readonly isPoint: boolean;
}
export interface Heading {
  readonly line: number;
  readonly level: number;
  readonly text: string;
}
export interface Link {
  readonly line: number;
  readonly target: string;
}
/** A text of Markdown in its parts, without code. */
export interface Prose {
  readonly paragraphs: readonly Paragraph[];
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
}

const FENCE = /^[\s>]*(`{3,}|~{3,})/;
const POINT = /^\s*(?:[-*+]|\d{1,4}[.)]|[a-z]\))\s+/;
const ROW = /^\s*\|/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const UNDERLINE = /^ {0,3}(=+|-+)\s*$/;
const FRONT_MATTER = /^---\n[\s\S]*?\n---(?=\n|$)/;
const CODE_SPAN = /(?<!`)(`{1,20})(?!`)(?:(?!\1)[^\n]|\n(?!\s*\n)){1,2000}?\1(?!`)/g;

const blank = (found: string): string => found.replace(/[^\n]/g, ' ');
const isBlank = (line: string): boolean => line.trim() === '';

/** Blanks fenced and indented blocks; what is indented under a list item belongs to it and is prose. */
function withoutBlocks(lines: readonly string[]): string[] {
  let fence: string | undefined;
  let [isList, isCode, before] = [false, false, ''];
  return lines.map((line) => {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim().endsWith(mark)) fence = undefined;
      return blank(line);
    }
    fence = mark;
    if (isBlank(line)) {
      before = line;
      return line;
    }
    isList = POINT.test(line) || (isList && /^\s/.test(line));
    isCode = /^(?: {4}|\t)/.test(line) && !isList && (isCode || isBlank(before));
    before = line;
    return fence !== undefined || isCode ? blank(line) : line;
  });
}

const LINK =
  /!?\[((?:[^[\]]|\[[^\]\n]{0,200}\]){0,500})\]\(\s*(<[^>\n]{0,500}>|[^\s()]{0,500}(?:\([^\s()]{0,200}\)[^\s()]{0,200}){0,4})(?:\s+["'(][^\n]{0,200}?["')])?\s*\)/g;
const DEFINED = /^ {0,3}\[[^\]\n]+\]:\s*<?(\S+?)>?(?:\s.*)?$/gm;
const ADDRESS =
  /\b(?:https?:\/\/|www\.|mailto:)[^\s<>)\]]+|<[a-z/!][^>\n]{0,500}>|(?<!\S)\S{1,100}@\S{1,200}\.\w+/gi;

/** Tells the line of a place in a text whose first line has the number `first`. */
export function lineIn(text: string, first: number): (index: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return first + low;
  };
}

function linksOf(text: string): Link[] {
  const lineAt = lineIn(text, 1);
  const found = [
    ...[...text.matchAll(LINK)].map(({ index, 2: target = '' }) => ({ index, target })),
    ...[...text.matchAll(DEFINED)].map(({ index, 1: target = '' }) => ({ index, target })),
  ];
  return found.map(({ index, target }) => ({
    line: lineAt(index),
    target: target.replace(/^<|>$/g, ''),
  }));
}

/** Keeps what a link says, and blanks where it leads. */
const saidOnly = (text: string): string =>
  text
    .replace(LINK, (found: string, said: string) => {
      const start = found.indexOf('[') + 1;
      return blank(found.slice(0, start)) + said + blank(found.slice(start + said.length));
    })
    .replace(DEFINED, blank)
    .replace(ADDRESS, blank);

const sentencesOf = new Intl.Segmenter('en', { granularity: 'sentence' });
const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/** A full stop after one of these ends no sentence. */
const SHORTENED = /\b(?:e\.g|i\.e|etc|cf|vs|approx|no|fig|mr|mrs|ms|dr|prof|st)\.\s*$/i;

const MAX_SHORTENED_CHARS = 16;

function sentencesIn(text: string, line: number): Sentence[] {
  const pieces: { index: number; text: string }[] = [];
  for (const { segment, index } of sentencesOf.segment(text.replaceAll('\n', ' '))) {
    const last = pieces.at(-1);
    if (last !== undefined && SHORTENED.test(last.text.slice(-MAX_SHORTENED_CHARS)))
      last.text += segment;
    else pieces.push({ index, text: segment });
  }
  const lineAt = lineIn(text, line);
  return pieces.flatMap((piece) => {
    const words = piece.text.match(WORD) ?? [];
    const start = piece.index + piece.text.length - piece.text.trimStart().length;
    return words.length === 0 ? [] : [{ line: lineAt(start), text: piece.text.trim(), words }];
  });
}

function headingsOf(lines: readonly string[]): Heading[] {
  return lines.flatMap((text, index) => {
    const [, marks, said = ''] = HEADING.exec(text) ?? [];
    if (marks !== undefined) return [{ line: index + 1, level: marks.length, text: said.trim() }];
    const mark = UNDERLINE.exec(lines[index + 1] ?? '')?.[1];
    const isTitle =
      mark !== undefined &&
      !isBlank(text) &&
      !POINT.test(text) &&
      !ROW.test(text) &&
      isBlank(lines[index - 1] ?? '');
    return isTitle
      ? [{ line: index + 1, level: mark.startsWith('=') ? 1 : 2, text: text.trim() }]
      : [];
  });
}

/** Reads a text of Markdown, or a plain one. Lines count from 1; code, formulas and addresses are left out. */
export function proseOf(text: string): Prose {
  const whole = text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
  const open = whole.replace(FRONT_MATTER, blank).replace(/<!--[\s\S]*?(?:-->|$)/g, blank);
  const blocks = withoutBlocks(open.split('\n'));
  const flat = blocks.join('\n').replace(CODE_SPAN, blank);
  const headings = headingsOf(blocks);
  const titles = new Set(headings.map(({ line }) => line));
  const paragraphs: { line: number; lines: string[]; isPoint: boolean }[] = [];
  let isOpen = false;
  for (const [index, said] of saidOnly(flat).split('\n').entries()) {
    const line = said.replace(/^(?:\s*>)+/, blank).replace(/^ {0,3}#{1,6}(?=\s)/, blank);
    const isTitle = titles.has(index + 1);
    const isPoint = isTitle || POINT.test(line) || ROW.test(line);
    const isRule = /^\s*(?:[-=*_]\s*){3,}$/.test(line);
    if (isBlank(line) || isRule) isOpen = false;
    else if (!isOpen || isPoint)
      paragraphs.push({ line: index + 1, lines: [line.replace(POINT, blank)], isPoint });
    else paragraphs.at(-1)?.lines.push(line);
    if (!isBlank(line) && !isRule) isOpen = !isTitle;
  }
  return {
    headings,
    links: linksOf(flat),
    paragraphs: paragraphs.map(({ line, lines, isPoint }) => {
      const joined = lines.join('\n');
      return { line, text: joined, isPoint, sentences: sentencesIn(joined, line) };
    }),
  };
}
