import { contained, inLine, quoted } from './quoting.ts';

const MAX_SUMMARY_CHARS = 6_000;
const MAX_LEAF_CHARS = 200;
const MAX_KEY_CHARS = 60;
const MAX_ITEMS = 10;
const MAX_DEPTH = 3;
const INDENT = '  ';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function leaf(value: unknown): string {
  if (typeof value === 'string') return quoted(value, MAX_LEAF_CHARS);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length} items`;
  return isRecord(value) ? `${Object.keys(value).length} fields` : JSON.stringify(value);
}

const isNested = (value: unknown, depth: number): boolean =>
  depth < MAX_DEPTH && typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** A value as an indented list: ten items a level, three levels; what is left out is said. */
function listed(value: object, depth: number): string[] {
  const isList = Array.isArray(value);
  const all = Object.entries(value) as [string, unknown][];
  const shown = all.slice(0, MAX_ITEMS).flatMap(([key, item]) => {
    const name = isList ? '' : `${quoted(key, MAX_KEY_CHARS)}: `;
    const line = (text: string) => `${INDENT.repeat(depth - 1)}- ${name}${text}`.trimEnd();
    return isNested(item, depth)
      ? [line(isList ? leaf(item) : ''), ...listed(item as object, depth + 1)]
      : [line(leaf(item))];
  });
  const more = all.length - MAX_ITEMS;
  return more > 0 ? [...shown, `${INDENT.repeat(depth - 1)}- and ${more} more`] : shown;
}

/** What a part brought: its own summary where it has one, else a bounded list of its value. */
export function readable(value: unknown, outcome: string): string {
  const summary = isRecord(value) ? value['summary'] : value;
  const own = typeof summary === 'string' ? contained(summary, MAX_SUMMARY_CHARS) : '';
  if (own !== '') return own;
  if (isNested(value, 0)) return listed(value as object, 1).join('\n');
  return `It ended as ${quoted(inLine(outcome, MAX_KEY_CHARS), MAX_KEY_CHARS)}.`;
}
