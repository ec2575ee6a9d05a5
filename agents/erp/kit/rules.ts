import type { Finding, Table } from '../contracts.ts';
import type { Books } from './books.ts';

/** What a rule found: the row that shows it, and every id that it rests on. */
export interface Found {
  readonly table: Table;
  readonly at: number;
  readonly id: string;
  readonly why: string;
  /** Other ids that it rests on: where one stands in a row that could not be read, it is not told. */
  readonly about?: readonly (string | null)[];
}
export interface Rule {
  readonly rule: string;
  readonly needs: readonly Table[];
  readonly find: (books: Books, period: string) => readonly Found[];
}
export interface Judged {
  readonly findings: readonly Finding[];
  readonly notJudged: readonly string[];
}

/** Applies rules to books; what rests on rows or tables that could not be read is not judged, and that is said. */
export function judge(books: Books, period: string, rules: readonly Rule[]): Judged {
  const notJudged: string[] = [];
  const findings: Finding[] = [];
  for (const { rule, needs, find } of rules) {
    const lacking = needs.filter((table) => books.absent.has(table));
    if (lacking.length > 0) {
      notJudged.push(`${rule}: ${lacking.map((table) => books.fileOf(table)).join(', ')} not read`);
      continue;
    }
    for (const { table, at, id, why, about = [] } of find(books, period)) {
      const doubt = [id, ...about].find((one) => one !== null && books.inDoubt.has(one));
      if (doubt === undefined)
        findings.push({ file: books.fileOf(table), line: at, rule, id, why });
      else notJudged.push(`${rule} of ${id}: a row that names ${doubt} could not be read`);
    }
  }
  return { findings: findings.toSorted(byPlace), notJudged };
}

const byPlace = (a: Finding, b: Finding): number =>
  a.file !== b.file
    ? a.file < b.file
      ? -1
      : 1
    : a.line - b.line || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

export const monthOf = (day: string): string => day.slice(0, 7);
/** Minor units as people write them. */
export const money = (minor: number, currency: string): string => {
  const cents = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${cents.slice(0, -2)}.${cents.slice(-2)} ${currency}`;
};
export const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
/** The first row of each key. */
export const byKey = <Item>(
  items: readonly Item[],
  of: (item: Item) => string,
): Map<string, Item> => new Map(items.toReversed().map((item) => [of(item), item]));
