import { textAt, widthOf, wrapped } from './text.ts';

/** A line of text in a style. */
export interface Line {
  readonly style: LineStyle;
  readonly text: string;
  readonly indent: number;
}
export type LineStyle = keyof typeof sizes;

/** The sizes of the styles of text, as in the sheet. */
const sizes = { name: 14, does: 12, quiet: 12, event: 12, guard: 12, tag: 11, sub: 12.5 } as const;
const bold: readonly LineStyle[] = ['name', 'event'];
export const lineHeight = 16;
const labelChars = 30;

/** A text of any length as lines of one style; after a mark at its beginning the further lines are indented. */
export function lines(style: LineStyle, text: string, maxChars = labelChars): Line[] {
  const indent = /^[▸⟲#] /.test(text) ? 14 : 0;
  return wrapped(text, maxChars).map((part, index) => ({
    style,
    text: part,
    indent: index === 0 ? 0 : indent,
  }));
}

const lineWidth = ({ style, text, indent }: Line): number =>
  indent + widthOf(text, sizes[style], bold.includes(style));
export const blockWidth = (block: readonly Line[]): number =>
  Math.max(0, ...block.map((line) => lineWidth(line)));
export const blockHeight = (block: readonly Line[]): number => block.length * lineHeight;

/** The lines below each other, from `y` down. */
export const drawBlock = (
  block: readonly Line[],
  x: number,
  y: number,
  anchor?: 'middle' | 'end',
): string[] =>
  block.map(({ style, text, indent }, index) =>
    textAt(anchor === undefined ? x + indent : x, y + index * lineHeight + 12, style, text, anchor),
  );
