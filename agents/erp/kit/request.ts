import type { Words } from '../../contracts.ts';

const NAME = '[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?';
const PAIR = new RegExp(`(?<![\\w/.-])(?:books/)?(${NAME})/(${NAME})(?![\\w/-])`, 'g');
/** Words that stand by `tenant` and `branch` and name none. */
const NO_NAME = new Set(
  (
    'a an and are branch branches by each every filter filters for from has have id in is its me of on one or other our over ' +
    'same tenant tenants that the this to which with without your my'
  ).split(' '),
);
const MONTHS =
  'january february march april may june july august september october november december'.split(
    ' ',
  );
/** "May and June 2026": the year is said once. */
const ONE_MONTH = `(?:${MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join('|')})`;
const SHARED_YEAR = new RegExp(
  `\\b(${ONE_MONTH})\\.?(?=(?:\\s*(?:,|-|–|to|and|or|&|through|until)\\s*${ONE_MONTH}\\.?)+,?\\s+(\\d{4})\\b)`,
  'g',
);
const MONTH = new RegExp(
  `\\b(${MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join('|')})\\.?,? (\\d{4})\\b`,
  'g',
);

/** Whose books of which month a request is about. */
export interface Asked {
  readonly tenant: string;
  readonly branch: string;
  readonly period: string;
}
export interface Lacking {
  readonly reason: string;
  readonly needs: string;
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** The names that stand beside a word: "the lagos branch", "branch lagos", "lagos branch". */
function named(text: string, word: string): string[] {
  const found = (by: RegExp, where = text) =>
    [...where.matchAll(by)].flatMap(([, name = '']) => (NO_NAME.has(name) ? [] : [name]));
  const clear = new RegExp(`\\b(?:the|our|its)\\s+["“]?(${NAME})["”]?\\s+${word}\\b`, 'g');
  // "branches" and "the branch's stock" name none.
  const after = new RegExp(`\\b${word}(?![a-z]|['’]s\\b)\\s*[:=]?\\s*["'“]?(${NAME})`, 'g');
  const before = new RegExp(`\\b(${NAME})["'”]?\\s+${word}\\b`, 'g');
  // What follows "the lagos branch" is no name of a branch.
  const said = [...found(clear), ...found(after, text.replaceAll(clear, ' '))];
  return said.length > 0 ? said : found(before);
}

function periodsOf(words: string): string[] {
  const text = words.replaceAll(SHARED_YEAR, '$1 $2');
  const iso = [...text.matchAll(/(?<![\d-])(\d{4}-(?:0[1-9]|1[0-2]))(?!\d|-\d{3})/g)];
  const slashed = [...text.matchAll(/(?<![\d/])(0?[1-9]|1[0-2])\/(\d{4})(?![\d/])/g)];
  const spoken = [...text.matchAll(MONTH)].map(([, month = '', year = '']) => {
    const at = MONTHS.findIndex((name) => name.startsWith(month.slice(0, 3)));
    return `${year}-${String(at + 1).padStart(2, '0')}`;
  });
  return unique([
    ...iso.map(([, month = '']) => month),
    ...slashed.map(([, month = '', year = '']) => `${year}-${month.padStart(2, '0')}`),
    ...spoken,
  ]);
}

interface Named {
  readonly tenants: readonly string[];
  readonly branches: readonly string[];
  readonly periods: readonly string[];
}

function namedIn(words: string): Named {
  const text = words.toLowerCase();
  const pairs = [...text.matchAll(PAIR)].filter(([, a = '', b = '']) => !/^\d+$/.test(a + b));
  return {
    tenants: unique([...pairs.map(([, tenant = '']) => tenant), ...named(text, 'tenant')]),
    branches: unique([
      ...pairs.map(([, , branch = '']) => branch),
      ...named(text.replaceAll(PAIR, ' '), 'branch'),
    ]),
    periods: periodsOf(text),
  };
}

/** "its stock", "the same month". */
const POINTING = /\b(?:its?|their|theirs|them|they|there|this|that|these|those|same)\b/;
/** "the stock of beta": a word after which nobody knows whether it is a name. */
const PERHAPS = new RegExp(
  `\\b(?:of|for|at|in)\\s+(?!(?:the|an?|all|any|each|every|stock|total|full|detail|general|order)\\b|\\d)${NAME}`,
);
const mayMeanOther = (words: string): boolean => {
  const text = words.toLowerCase().replaceAll(MONTH, ' ');
  return PERHAPS.test(text) && !POINTING.test(text);
};

/** What a text names, and of what it does not name the one that the whole request does; a branch only where it can be of no other tenant. */
function completed(own: Named, whole: Named): Named {
  const only = (names: readonly string[]) => (names.length === 1 ? names : []);
  const or = (names: readonly string[], others: readonly string[]) =>
    names.length > 0 ? names : others;
  const isOfOne = new Set([...own.tenants, ...whole.tenants]).size === 1;
  return {
    tenants: or(own.tenants, only(whole.tenants)),
    branches: or(own.branches, isOfOne ? only(whole.branches) : []),
    periods: or(own.periods, only(whole.periods)),
  };
}

/**
 * Reads tenant, branch and month out of a person's words: `acme/lagos`, "tenant acme, branch lagos", "the lagos branch of tenant acme";
 * `2026-06`, `06/2026`, "June 2026". Never guesses: two of a kind, or none, is said to be lacking.
 */
export function askedOf({ text, request = '' }: Words): Asked | Lacking {
  const own = namedIn(text);
  const isElsewhere = own.tenants.length + own.branches.length === 0 && mayMeanOther(text);
  const whole = isElsewhere ? { ...namedIn(request), tenants: [], branches: [] } : namedIn(request);
  const { tenants, branches, periods } = completed(own, whole);
  const [tenant, branch, period] = [tenants[0], branches[0], periods[0]];
  const lacks = [
    ...(tenant === undefined ? ['the tenant'] : []),
    ...(branch === undefined ? ['the branch'] : []),
    ...(period === undefined ? ['the month with its year'] : []),
  ];
  const needs = 'one tenant, one branch and one month, such as "acme/lagos in 2026-06"';
  if (tenant === undefined || branch === undefined || period === undefined)
    return { reason: `The request does not say ${lacks.join(', nor ')}.`, needs };
  const twice = [
    ...(tenants.length > 1 ? ['tenant'] : []),
    ...(branches.length > 1 ? ['branch'] : []),
    ...(periods.length > 1 ? ['month'] : []),
  ];
  return twice.length > 0
    ? { reason: `The request names more than one ${twice.join(', and more than one ')}.`, needs }
    : { tenant, branch, period };
}
