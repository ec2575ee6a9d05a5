import { inCode } from 'nova-agents/tools';
import { proseOf } from './prose.ts';

const NUMBER = /(?<![\p{L}\p{N}])\d+(?:[.,'’\u00a0\u202f]\d+)*(?![\p{L}\p{N}])/gu;
const CODE = /(?<!`)(`{1,20})(?!`)((?:(?!\1)[^\n]){1,500}?)\1(?!`)/g;
const FENCED = /^(`{3,40}|~{3,40})[^\n]*\n[\s\S]*?^\1[ \t]*$/gm;

/** How often each stands in a list. */
function counts(list: readonly string[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const one of list) all.set(one, (all.get(one) ?? 0) + 1);
  return all;
}

/** What the first list has more often than the second. */
function lacking(wanted: readonly string[], given: readonly string[]): string[] {
  const there = counts(given);
  return [...counts(wanted)]
    .filter(([one, count]) => (there.get(one) ?? 0) < count)
    .map(([one]) => one);
}

const blocksIn = (text: string): string[] =>
  (text.match(FENCED) ?? []).map((block) => block.trimEnd());
const namesIn = (text: string): string[] =>
  [...text.replace(FENCED, '').matchAll(CODE)].map(([, , name = '']) => name.trim());
const linksIn = (text: string): string[] => [
  ...proseOf(text).links.map(({ target }) => target),
  ...(text.replace(FENCED, '').match(/(?<![(<])\bhttps?:\/\/[^\s<>)\]"']+/g) ?? []).map((one) =>
    one.replace(/[.,;:!?]+$/, ''),
  ),
];
/** Only the digits: a language has its own marks between them. */
const numbersIn = (text: string): string[] => {
  const prose = text
    .replace(FENCED, ' ')
    .replace(CODE, ' ')
    .replace(/\bhttps?:\/\/\S+|\]\([^)\n]{0,500}\)/g, ' ');
  return (prose.match(NUMBER) ?? []).map((number) => number.replace(/\D/g, ''));
};
const levelsIn = (text: string): number[] => proseOf(text).headings.map(({ level }) => level);

/** What another text does not keep of this one: code, names in backquotes, links, numbers, headings; undefined where all is there. */
export function lostOf(source: string, text: string): string | undefined {
  const pairs = [
    ['code block', lacking(blocksIn(source), blocksIn(text))],
    ['name', lacking(namesIn(source), namesIn(text))],
    ['link', lacking(linksIn(source), linksIn(text))],
    ['number', lacking(numbersIn(source), numbersIn(text))],
  ] as const;
  for (const [what, [first]] of pairs)
    if (first !== undefined) return `the ${what} ${inCode(first.slice(0, 80))} is lost`;
  const [before, after] = [levelsIn(source).join(' '), levelsIn(text).join(' ')];
  return before === after
    ? undefined
    : `its headings are of the levels ${after || 'none'}, not ${before || 'none'}`;
}

/** What a text says that its notes do not: numbers, links and names in backquotes that nobody gave; undefined where there is none. */
export function inventedIn(notes: string, text: string): string | undefined {
  const [link] = lacking(
    [...new Set(linksIn(text))].filter((one) => !one.startsWith('#')),
    linksIn(notes),
  );
  if (link !== undefined) return `the link ${inCode(link.slice(0, 80))} stands in no note`;
  // Numbers up to ten count things that the notes list.
  const known = new Set(
    notes.match(/\d+(?:[.,'’]\d+)*/g)?.map((number) => number.replace(/\D/g, '')),
  );
  const number = numbersIn(text).find((one) => Number(one) > MAX_COUNTED && !known.has(one));
  return number === undefined ? undefined : `the number ${number} stands in no note`;
}
const MAX_COUNTED = 10;
