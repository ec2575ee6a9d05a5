import { plain, type Catalogue, type Row } from './catalogue.ts';
import { chainOf, successors } from './supersessions.ts';

/** A part with what the catalogue knows of it. */
export interface Part {
  readonly number: string;
  readonly name: string;
  readonly unit: string;
  readonly price: string | null;
  readonly path: string;
  readonly line: number;
  /** The numbers that replace it, one after the other. */
  readonly replacedBy: string[];
  readonly references: string[];
  readonly fits: string[];
}

const CHECKING =
  /\b(?:check|consisten\w*|inconsisten\w*|dangling|doubled?|duplicate\w*|twice|cycles?|circles?|mismatch\w*|errors?|wrong|audit|fits? (?:nothing|no)|without)\b/i;
const REPLACING = /\b(?:replac\w*|supersed\w*|supersession\w*|success\w+|instead|newer|chain)\b/i;
const NUMBER = /[\p{L}\p{N}][\p{L}\p{N}.\-/]*\d[\p{L}\p{N}.\-/]*|\d[\p{L}\p{N}.\-/]*/gu;
const YEAR = /\b(?:19|20)\d\d\b/;
const MAX_SAID = 20;
const SMALL = new Set(
  'find which part parts for the a an of is are in do does we have our what fits fit price prices number numbers catalogue with show me to how much cost costs any by'.split(
    ' ',
  ),
);

/** The words and numbers of a request. */
const saidIn = (text: string): string[] =>
  [...text.matchAll(NUMBER)].map(([said]) => said.replace(/[.\-/]+$/, '')).slice(0, MAX_SAID);
const wordsIn = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !SMALL.has(word));
/** One form for one and for several: `pads` is a `pad`. */
const singular = (word: string): string => word.replace(/(?<=..)s$/, '');

export type Wanted =
  | { readonly is: 'check' }
  | { readonly is: 'chain'; readonly number: string }
  | { readonly is: 'find'; readonly rows: readonly Row[]; readonly about: string };

const nameOf = (row: Row): string => `${row.cell('make')} ${row.cell('model')}`.trim();

/** The vehicles that a request names by make and model, or by model; and the year that it says. */
function vehiclesIn({ rows }: Catalogue, text: string): Row[] {
  const words = new Set(wordsIn(text));
  const hasAll = (said: string) =>
    wordsIn(said).length > 0 && wordsIn(said).every((word) => words.has(word));
  const exact = rows.vehicles.filter((row) => hasAll(nameOf(row)));
  const named = exact.length > 0 ? exact : rows.vehicles.filter((row) => hasAll(row.cell('model')));
  const [year] = YEAR.exec(text) ?? [];
  return named.filter((row) => year === undefined || isIn(row, year));
}
const isIn = (row: Row, year: string): boolean =>
  (row.cell('from') === '' || row.cell('from') <= year) &&
  (row.cell('to') === '' || row.cell('to') >= year);

/** Parts by number or by another's number for them. */
export function byNumber({ rows }: Catalogue, number: string): Row[] {
  const wanted = plain(number);
  const others = new Set(
    rows.references
      .filter((row) => plain(row.cell('reference')) === wanted)
      .map((row) => plain(row.cell('number'))),
  );
  return rows.parts.filter(
    (row) => plain(row.cell('number')) === wanted || others.has(plain(row.cell('number'))),
  );
}

/** What a request wants of a catalogue; undefined where it names nothing that the catalogue knows. */
export function wantedIn(catalogue: Catalogue, text: string): Wanted | undefined {
  const next = successors(catalogue);
  const known = saidIn(text).find(
    (said) => byNumber(catalogue, said).length > 0 || next.has(plain(said)),
  );
  if (known !== undefined && REPLACING.test(text)) return { is: 'chain', number: known };
  if (known !== undefined) return { is: 'find', rows: byNumber(catalogue, known), about: known };
  if (CHECKING.test(text)) return { is: 'check' };
  const vehicles = vehiclesIn(catalogue, text);
  const [year] = YEAR.exec(text) ?? [];
  const spent = new Set([...vehicles.flatMap((row) => wordsIn(nameOf(row))), year ?? '']);
  const words = wordsIn(text)
    .filter((word) => !spent.has(word))
    .map(singular);
  const ids = new Set(vehicles.map((row) => plain(row.cell('vehicle'))));
  const fitting = new Set(
    catalogue.rows.fits
      .filter(
        (row) => ids.has(plain(row.cell('vehicle'))) && (year === undefined || isIn(row, year)),
      )
      .map((row) => plain(row.cell('number'))),
  );
  const nameWords = (row: Row) => new Set(wordsIn(row.cell('name')).map(singular));
  const named = (row: Row) => words.filter((word) => nameWords(row).has(word)).length;
  const candidates =
    vehicles.length === 0
      ? catalogue.rows.parts
      : catalogue.rows.parts.filter((row) => fitting.has(plain(row.cell('number'))));
  const most = candidates.reduce((best, row) => Math.max(best, named(row)), 0);
  // A word of some part's name is asked for: where nothing that fits has it, another part is no answer.
  const isNamed = catalogue.rows.parts.some((row) => named(row) > 0);
  const rows = isNamed && most === 0 ? [] : candidates.filter((row) => named(row) === most);
  // Without a vehicle a part is only meant where its name is said.
  if (vehicles.length === 0 && !isNamed) return undefined;
  return {
    is: 'find',
    rows,
    about: vehicles[0] === undefined ? words.join(' ') : nameOf(vehicles[0]),
  };
}

/** All that is known of some parts. */
export function partsOf(catalogue: Catalogue, rows: readonly Row[]): Part[] {
  const { rows: all } = catalogue;
  const next = successors(catalogue);
  const vehicles = new Map(all.vehicles.map((row) => [plain(row.cell('vehicle')), nameOf(row)]));
  return rows.map((row) => {
    const number = row.cell('number');
    const own = (one: Row) => plain(one.cell('number')) === plain(number);
    const price = all.prices.find(own);
    const { numbers, isCycle } = chainOf(next, number);
    return {
      number,
      name: row.cell('name'),
      unit: row.cell('unit'),
      price: price ? `${price.cell('price')} ${price.cell('currency')}` : null,
      path: row.path,
      line: row.line,
      replacedBy: isCycle ? [] : numbers.slice(1),
      references: all.references
        .filter(own)
        .map((one) => `${one.cell('brand')} ${one.cell('reference')}`.trim()),
      fits: [
        ...new Set(
          all.fits
            .filter(own)
            .map((one) => vehicles.get(plain(one.cell('vehicle'))) ?? one.cell('vehicle')),
        ),
      ],
    };
  });
}
