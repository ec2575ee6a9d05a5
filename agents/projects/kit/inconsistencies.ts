import { byText, inCode } from 'nova-agents/tools';
import { plain, type Catalogue, type Row, type Table } from './catalogue.ts';
import { successors } from './supersessions.ts';

export const KINDS = [
  'doubled-number',
  'dangling',
  'supersession-cycle',
  'two-successors',
  'fits-nothing',
  'unit-mismatch',
  'no-price',
  'years',
] as const;
/** What does not fit together in a catalogue, with the line that says it. */
export interface Inconsistency {
  readonly kind: (typeof KINDS)[number];
  readonly path: string;
  readonly line: number;
  readonly number: string;
  readonly why: string;
}

const at = ({ path, line }: Row): string => inCode(`${path}:${line}`);
const say = (kind: Inconsistency['kind'], row: Row, number: string, why: string): Inconsistency => {
  const { path, line } = row;
  return { kind, path, line, number, why };
};
const isYes = (said: string): boolean => /^(?:yes|true|1|x)$/i.test(said);

function firstBy(rows: readonly Row[], column: string): Map<string, Row> {
  const first = new Map<string, Row>();
  for (const row of rows)
    if (!first.has(plain(row.cell(column)))) first.set(plain(row.cell(column)), row);
  return first;
}

function doubled({ rows }: Catalogue): Inconsistency[] {
  const of = (table: 'parts' | 'vehicles', column: string) => {
    const first = firstBy(rows[table], column);
    return rows[table].flatMap((row) => {
      const known = first.get(plain(row.cell(column)));
      return known === row || known === undefined
        ? []
        : [say('doubled-number', row, row.cell(column), `stands at ${at(known)} already`)];
    });
  };
  return [...of('parts', 'number'), ...of('vehicles', 'vehicle')];
}

/** Names that lead to nothing; where a table is absent nothing can be said of what leads there. */
function dangling({ rows, absent }: Catalogue): Inconsistency[] {
  const known = {
    parts: firstBy(rows.parts, 'number'),
    vehicles: firstBy(rows.vehicles, 'vehicle'),
  };
  const of = (table: Table, column: string, to: 'parts' | 'vehicles') =>
    absent.includes(to)
      ? []
      : rows[table]
          .filter((row) => !known[to].has(plain(row.cell(column))))
          .map((row) =>
            say('dangling', row, row.cell(column), `is no ${to.slice(0, -1)} of the catalogue`),
          );
  return [
    // What was replaced long ago may have left the catalogue; by what it is replaced may not.
    ...of('supersessions', 'new', 'parts'),
    ...of('references', 'number', 'parts'),
    ...of('fits', 'number', 'parts'),
    ...of('fits', 'vehicle', 'vehicles'),
    ...of('prices', 'number', 'parts'),
  ];
}

/** Each cycle once, at its first row; and numbers that two rows replace by different ones. */
function cycles(catalogue: Catalogue): Inconsistency[] {
  const next = successors(catalogue);
  const done = new Set<string>();
  const found: Inconsistency[] = [];
  for (const start of next.keys()) {
    const trail: string[] = [];
    let number: string | undefined = start;
    while (number !== undefined && !done.has(number) && !trail.includes(number)) {
      trail.push(number);
      const row = next.get(number);
      number = row && plain(row.cell('new'));
    }
    const from = number === undefined ? -1 : trail.indexOf(number);
    const round = from < 0 ? [] : trail.slice(from).flatMap((one) => next.get(one) ?? []);
    const [first] = round.toSorted((a, b) => byText(a.path, b.path) || a.line - b.line);
    if (first) {
      const names = round.map((row) => row.cell('old'));
      found.push(
        say(
          'supersession-cycle',
          first,
          first.cell('old'),
          `is replaced in a circle: ${[...names, names[0]].map((name) => inCode(name ?? '')).join(' → ')}`,
        ),
      );
    }
    for (const one of trail) done.add(one);
  }
  const forks = catalogue.rows.supersessions.flatMap((row) => {
    const known = next.get(plain(row.cell('old')));
    return known === undefined ||
      known === row ||
      plain(known.cell('new')) === plain(row.cell('new'))
      ? []
      : [
          say(
            'two-successors',
            row,
            row.cell('old'),
            `is replaced by ${inCode(known.cell('new'))} at ${at(known)} already`,
          ),
        ];
  });
  return [...found, ...forks];
}

function fitting({ rows, absent }: Catalogue): Inconsistency[] {
  const fits = firstBy(rows.fits, 'number');
  const vehicles = firstBy(rows.vehicles, 'vehicle');
  const lost = absent.includes('fits')
    ? []
    : rows.parts
        .filter((row) => !fits.has(plain(row.cell('number'))) && !isYes(row.cell('universal')))
        .map((row) =>
          say('fits-nothing', row, row.cell('number'), 'fits no vehicle, and is not universal'),
        );
  const years = [...rows.vehicles, ...rows.fits].flatMap((row) => {
    const [from, to] = [row.cell('from'), row.cell('to')];
    const number = row.cell('number') || row.cell('vehicle');
    if (from !== '' && to !== '' && from > to)
      return [say('years', row, number, `ends in ${to}, before it begins in ${from}`)];
    const vehicle =
      row.cell('number') === '' ? undefined : vehicles.get(plain(row.cell('vehicle')));
    const [first, last] = [vehicle?.cell('from') ?? '', vehicle?.cell('to') ?? ''];
    const isOut =
      (from !== '' && first !== '' && from < first) || (to !== '' && last !== '' && to > last);
    return isOut && vehicle
      ? [say('years', row, number, `goes beyond the years of its vehicle at ${at(vehicle)}`)]
      : [];
  });
  return [...lost, ...years];
}

function units({ rows, absent }: Catalogue): Inconsistency[] {
  const parts = firstBy(rows.parts, 'number');
  const prices = firstBy(rows.prices, 'number');
  const replaced = firstBy(rows.supersessions, 'old');
  const unitOf = (row: Row | undefined) => row?.cell('unit').toLowerCase();
  const differ = (row: Row, number: string, other: Row | undefined, own: string | undefined) => {
    const theirs = unitOf(other);
    return own === undefined || theirs === undefined || other === undefined || own === theirs
      ? []
      : [
          say(
            'unit-mismatch',
            row,
            number,
            `is in ${inCode(own)}, at ${at(other)} in ${inCode(theirs)}`,
          ),
        ];
  };
  return [
    ...rows.prices.flatMap((row) =>
      differ(row, row.cell('number'), parts.get(plain(row.cell('number'))), unitOf(row)),
    ),
    ...rows.supersessions.flatMap((row) => {
      const old = parts.get(plain(row.cell('old')));
      return differ(row, row.cell('old'), parts.get(plain(row.cell('new'))), unitOf(old));
    }),
    ...(absent.includes('prices') ? [] : rows.parts)
      // What is replaced is not sold any more.
      .filter(
        (row) => !prices.has(plain(row.cell('number'))) && !replaced.has(plain(row.cell('number'))),
      )
      .map((row) => say('no-price', row, row.cell('number'), 'has no price')),
  ];
}

/** Everything that does not fit together, by kind and place. */
export const inconsistencies = (catalogue: Catalogue): Inconsistency[] =>
  [doubled, dangling, cycles, fitting, units]
    .flatMap((rule) => rule(catalogue))
    .toSorted(
      (a, b) =>
        KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byText(a.path, b.path) || a.line - b.line,
    );
