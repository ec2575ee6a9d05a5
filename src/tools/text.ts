export interface Cut {
  readonly text: string;
  readonly truncated: boolean;
}

/** Cuts a text at `maxChars`, never in the middle of a character, and says whether it did. */
export function cut(text: string, maxChars: number): Cut {
  if (text.length <= maxChars) return { text, truncated: false };
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return { text: text.slice(0, splitsPair ? maxChars - 1 : maxChars), truncated: true };
}

/** Drops a last line that a cut left unfinished: half a secret looks like none. */
export const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

/** Compares by code unit, so that an order never depends on the machine's language. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// Control signs drive terminals, bidirectional ones reorder what a reader sees.
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escaped = (sign: string) => SHORT[sign] ?? `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;

/** Puts foreign words into one line of markdown: no control signs, no links, no markup. */
export function inLine(text: string): string {
  return text
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .replace(/\]\(/g, '] (')
    .replace(/<(?=[a-z/!])/gi, '< ')
    .trim();
}

/** Puts a name, such as a path, into markdown as code; what cannot be seen is written out. */
export const inCode = (name: string): string =>
  `\`${name.replace(UNSEEN, escaped).replaceAll('`', "'")}\``;

/** Writes a heading and its points, at most `maxPoints` of them, and says how many were left out. */
export function bullets(heading: string, points: readonly string[], maxPoints: number): string[] {
  if (points.length === 0) return [];
  const shown = points.slice(0, maxPoints).map((point) => `- ${point}`);
  const left = points.length - shown.length;
  return [
    `**${heading}** (${points.length})`,
    ...shown,
    ...(left > 0 ? [`- … and ${left} more`] : []),
  ];
}

/** Says a number with its noun: `1 file`, `2 files`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
