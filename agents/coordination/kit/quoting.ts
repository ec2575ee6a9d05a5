const CUT = ' …';
const MAX_TITLE_CHARS = 80;
/** What can move the cursor, hide, or turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\s]+/gu;
const UNSEEN_IN_LINES = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Cuts to a number of characters, between whole ones, and shows that it did. */
function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`;
}

/** A text in one line of at most so many characters, without control characters. */
export const inLine = (text: string, maxChars: number): string =>
  cut(
    text
      .slice(0, maxChars * 4)
      .replace(UNSEEN, ' ')
      .trim(),
    maxChars,
  );

/** Words of somebody else as data: in one line of code, where markdown makes no heading or link. */
export function quoted(text: string, maxChars: number): string {
  const line = inLine(text, maxChars).replaceAll('`', "'");
  return line === '' ? '(no text)' : `\`${line}\``;
}

/** A person's name for an id: `release-notes` is "Release notes". */
export function titleOf(id: string): string {
  const words = inLine(
    id.slice(0, MAX_TITLE_CHARS).replace(/[^\p{L}\p{N}]+/gu, ' '),
    MAX_TITLE_CHARS,
  );
  return words === '' ? 'Unnamed' : words.charAt(0).toUpperCase() + words.slice(1);
}

const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;

/**
 * A part's own markdown inside an answer: its headings become text, and a code block that it leaves
 * open is closed, so that it cannot pass for another part or swallow one.
 */
export function contained(markdown: string, maxChars: number): string {
  const lines = cut(markdown.slice(0, maxChars * 2).replace(UNSEEN_IN_LINES, ''), maxChars).split(
    '\n',
  );
  const told: string[] = [];
  let fence: string | undefined;
  for (const line of lines) {
    const mark = FENCE.exec(line)?.[0].trim();
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark !== undefined && isClosing(line, fence)) fence = undefined;
    told.push(fence === undefined ? plainLine(line) : line);
  }
  if (fence !== undefined) told.push(fence);
  return told.join('\n').trim();
}

const isClosing = (line: string, fence: string): boolean => {
  const mark = line.trim();
  return mark.startsWith(fence) && mark === (fence[0] ?? '').repeat(mark.length);
};

/** Takes from a line what would make it, or the line above it, a heading or a hidden comment. */
const plainLine = (line: string): string =>
  line
    .replace(
      /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+|>\s*)*)#{1,6}(?=\s|$)\s*(.*)$/,
      (_, before: string, rest: string) =>
        rest === '' ? before : `${before}**${rest.replace(/[#\s]+$/, '')}**`,
    )
    .replace(/^(\s*)([=-]{1,}\s*)$/, '$1\\$2')
    .replaceAll('<!--', '&lt;!--');
