import { element, escaped } from './xml.ts';

/** Widths of the printable ASCII characters in thousandths of the size: Helvetica's, which system fonts stay close to. */
const widths =
  `278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278
  584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944
  667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500
  278 556 500 722 500 500 500 334 260 334 584`
    .split(/\s+/)
    .map(Number);
const otherWidth = 900;
/** Fonts are wider than Helvetica, and bold is wider than regular, by as much. */
const slack = 1.06;
const boldness = 1.08;

/** How wide a text is, as nearly as can be known without its font. */
export function widthOf(text: string, size: number, isBold = false): number {
  const thousandths = Array.from(text).reduce(
    (sum, character) => sum + (widths[(character.codePointAt(0) ?? 0) - 32] ?? otherWidth),
    0,
  );
  return Math.ceil((thousandths / 1000) * size * slack * (isBold ? boldness : 1));
}

/** A text in lines of at most so many characters, broken between words, or within one that is too long. */
export function wrapped(text: string, maxChars: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, maxChars))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= maxChars)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, maxChars: number): string[] {
  const characters = Array.from(word);
  const count = Math.ceil(characters.length / maxChars);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * maxChars, (index + 1) * maxChars).join(''),
  );
}

/** One line of text at a baseline. */
export const textAt = (
  x: number,
  y: number,
  style: string,
  text: string,
  anchor?: 'middle' | 'end',
): string => element('text', { class: style, x, y, 'text-anchor': anchor }, escaped(text));
