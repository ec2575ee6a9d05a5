import { counted, inCode, type RawRow, type RawTable } from 'nova-agents/tools';
import type { Rules } from './listing-rules.ts';

export const KINDS = [
  'broken-row',
  'sku',
  'doubled',
  'category',
  'title',
  'description',
  'forbidden-word',
  'price',
  'currency',
  'ean',
  'images',
  'attribute',
] as const;
export interface Wrong {
  readonly kind: (typeof KINDS)[number];
  readonly why: string;
}
/** A listing with all that is wrong with it. */
export interface WrongListing {
  readonly path: string;
  readonly line: number;
  readonly sku: string | null;
  readonly reasons: Wrong[];
}
export interface ListingTable {
  readonly path: string;
  readonly table: RawTable;
}

interface Listing {
  readonly path: string;
  readonly line: number;
  /** A cell by its column, whatever its capitals; empty where there is none. */
  readonly cell: (name: string) => string;
  readonly images: number;
  readonly commas: boolean;
}

const MAX_SHOWN_CHARS = 60;
const shown = (text: string): string => inCode(text.slice(0, MAX_SHOWN_CHARS));

const written = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : '';

/** In a cell the addresses of images are divided by spaces, bars or semicolons. */
const imagesIn = (value: unknown): number =>
  Array.isArray(value)
    ? value.filter((one) => written(one) !== '').length
    : written(value)
        .split(/[\s|;]+/)
        .filter(Boolean).length;

function listingOf(
  path: string,
  row: Extract<RawRow, { cells: object }>,
  commas: boolean,
): Listing {
  const { attributes } = row.cells;
  const nested =
    typeof attributes === 'object' && attributes !== null ? Object.entries(attributes) : [];
  const cells = new Map(
    [...nested, ...Object.entries(row.cells)].map(([name, value]) => [
      name.trim().toLowerCase(),
      value,
    ]),
  );
  const cell = (name: string) => written(cells.get(name.toLowerCase()));
  return { path, line: row.line, cell, images: imagesIn(cells.get('images')), commas };
}

/** A plain decimal; undefined for anything that two readers could take for two numbers. */
function amountOf(said: string, commas: boolean): number | undefined {
  const plain = commas && /^\d+,\d{1,2}$/.test(said) ? said.replace(',', '.') : said;
  return /^\d+(?:\.\d{1,2})?$/.test(plain) ? Number(plain) : undefined;
}

/** GTIN of 8, 12, 13 or 14 digits: the last one makes the weighted sum (3, 1, 3 … from the right) a multiple of ten. */
export function isEan(said: string): boolean {
  const digits = said.replace(/[\s-]/g, '');
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits)) return false;
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

const between = (
  size: number,
  { min = 0, max = Infinity }: { min?: number | undefined; max?: number | undefined },
): string | undefined =>
  size < min ? `fewer than ${min}` : size > max ? `more than ${max}` : undefined;

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
/** Words that stand by themselves, whatever their capitals; a phrase may be broken over spaces. */
const wordIn = (word: string): RegExp => {
  const literal = folded(word)
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\s+/g, '\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'u');
};

function priceFaults({ cell, commas }: Listing, bounds: readonly Rules['price'][]): Wrong[] {
  const said = cell('price');
  const amount = amountOf(said, commas);
  if (amount === undefined || amount === 0)
    return [{ kind: 'price', why: `${shown(said)} is no price` }];
  return bounds.flatMap((bound) => {
    const off = bound && between(amount, bound);
    return off === undefined
      ? []
      : [{ kind: 'price' as const, why: `${shown(said)} is ${off.replace('fewer', 'less')}` }];
  });
}

function lengthFaults(
  { cell }: Listing,
  kind: 'title' | 'description',
  bounds: Rules['title'],
): Wrong[] {
  const said = cell(kind);
  if (kind === 'title' && said === '') return [{ kind, why: 'it has no title' }];
  const off = bounds && between(Array.from(said).length, bounds);
  return off === undefined
    ? []
    : [{ kind, why: `its ${kind} has ${counted(Array.from(said).length, 'sign')}, ${off}` }];
}

function categoryFaults({ cell }: Listing, { categories }: Rules): Wrong[] {
  if (categories === undefined) return [];
  const said = cell('category');
  const rules = Object.hasOwn(categories, said) ? categories[said] : undefined;
  if (rules === undefined)
    return [
      {
        kind: 'category',
        why: said === '' ? 'it has no category' : `${shown(said)} is no category`,
      },
    ];
  const lacking = (rules.required ?? [])
    .filter((name) => cell(name) === '')
    .map((name): Wrong => ({ kind: 'attribute', why: `${inCode(name)} is empty` }));
  const strange = Object.entries(rules.values ?? {})
    .filter(([name, allowed]) => cell(name) !== '' && !allowed.includes(cell(name)))
    .map(([name]): Wrong => ({
      kind: 'attribute',
      why: `${inCode(name)}: ${shown(cell(name))} is not allowed`,
    }));
  return [...lacking, ...strange];
}

/** Everything that is wrong with one listing by itself. */
function faultsOf(
  listing: Listing,
  rules: Rules,
  forbidden: readonly { word: string; pattern: RegExp }[],
): Wrong[] {
  const { cell, images } = listing;
  const category = rules.categories?.[cell('category')];
  const texts = folded(`${cell('title')}\n${cell('description')}`);
  const ean = cell('ean');
  const offImages = rules.images && between(images, rules.images);
  return [
    ...(cell('sku') === '' ? [{ kind: 'sku' as const, why: 'it has no SKU' }] : []),
    ...categoryFaults(listing, rules),
    ...lengthFaults(listing, 'title', rules.title),
    ...lengthFaults(listing, 'description', rules.description),
    ...forbidden
      .filter(({ pattern }) => pattern.test(texts))
      .map(({ word }): Wrong => ({ kind: 'forbidden-word', why: `it says ${inCode(word)}` })),
    ...priceFaults(listing, [rules.price, category?.price]),
    ...(rules.currencies && !rules.currencies.includes(cell('currency'))
      ? [{ kind: 'currency' as const, why: `${shown(cell('currency'))} is not allowed` }]
      : []),
    ...(ean === '' && rules.eanRequired === true
      ? [{ kind: 'ean' as const, why: 'it has no EAN' }]
      : []),
    ...(ean !== '' && !isEan(ean)
      ? [{ kind: 'ean' as const, why: `${shown(ean)} has a wrong check digit, or is no EAN` }]
      : []),
    ...(offImages === undefined
      ? []
      : [{ kind: 'images' as const, why: `it has ${counted(images, 'image')}, ${offImages}` }]),
  ];
}

const SAME_ACROSS = ['sku', 'ean'];
/** The same article number is written with spaces and without. */
const keyOf = (name: string, said: string): string =>
  name === 'ean' ? said.replace(/[\s-]/g, '').padStart(14, '0') : said;

/** Holds listings to the rules; each wrong one is told once, with all its reasons. */
export function judge(
  tables: readonly ListingTable[],
  rules: Rules,
): { readonly listings: number; readonly wrong: WrongListing[] } {
  const forbidden = (rules.forbidden ?? []).map((word) => ({ word, pattern: wordIn(word) }));
  const columns = (rules.unique ?? SAME_ACROSS).map((name) => name.toLowerCase());
  const seen = new Map<string, Listing>();
  const wrong: WrongListing[] = [];
  let listings = 0;
  for (const { path, table } of tables)
    for (const row of table.rows) {
      listings += 1;
      if ('fault' in row) {
        wrong.push({
          path,
          line: row.line,
          sku: null,
          reasons: [{ kind: 'broken-row', why: row.fault }],
        });
        continue;
      }
      const listing = listingOf(path, row, table.commas);
      const reasons = faultsOf(listing, rules, forbidden);
      for (const name of columns) {
        const said = listing.cell(name);
        const key = `${name}\0${keyOf(name, said)}`;
        const first = said === '' ? undefined : seen.get(key);
        if (first)
          reasons.push({
            kind: 'doubled',
            why: `${inCode(name)}: ${shown(said)} is at ${inCode(`${first.path}:${first.line}`)} already`,
          });
        else if (said !== '') seen.set(key, listing);
      }
      if (reasons.length > 0)
        wrong.push({ path, line: row.line, sku: listing.cell('sku') || null, reasons });
    }
  return { listings, wrong };
}
