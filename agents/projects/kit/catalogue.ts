import { inCode, readTable, type RawRow } from 'nova-agents/tools';

/** The tables of a catalogue with the columns that each must have; others are read where they are there. */
export const TABLES = {
  parts: ['number', 'name', 'unit'],
  supersessions: ['old', 'new'],
  references: ['number', 'reference'],
  vehicles: ['vehicle', 'make', 'model'],
  fits: ['number', 'vehicle'],
  prices: ['number', 'unit', 'price', 'currency'],
} as const;
export type Table = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as Table[];

/** A row with its place; a column that is not there is empty. */
export interface Row {
  readonly path: string;
  readonly line: number;
  cell(name: string): string;
}
/** A line that is no row of its table. */
export interface BadRow {
  readonly path: string;
  readonly line: number;
  readonly reason: string;
}
export interface Catalogue {
  readonly rows: Readonly<Record<Table, readonly Row[]>>;
  readonly bad: readonly BadRow[];
  /** Tables that are not there. */
  readonly absent: readonly Table[];
}

/** A number as catalogues compare it: `06A-115 561.b` is `06A115561B`. */
export const plain = (number: string): string => number.toUpperCase().replace(/[\s.\-/]/g, '');

const MAX_BAD_CHARS = 200;
const written = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : '';

function rowOf(path: string, row: Extract<RawRow, { cells: object }>): Row {
  const cells = new Map(
    Object.entries(row.cells).map(([name, value]) => [name.trim().toLowerCase(), written(value)]),
  );
  return { path, line: row.line, cell: (name) => cells.get(name) ?? '' };
}

const isYear = (said: string): boolean => said === '' || /^(?:19|20)\d\d$/.test(said);
/** What makes a row none of its table; undefined where it is one. */
function faultOf(table: Table, row: Row): string | undefined {
  const empty = TABLES[table].find((name) => row.cell(name) === '');
  if (empty !== undefined) return `${inCode(empty)} is empty`;
  if (table === 'prices' && !/^\d+(?:\.\d{1,2})?$/.test(row.cell('price')))
    return `${inCode(row.cell('price').slice(0, MAX_BAD_CHARS))} is no price`;
  const year = ['from', 'to'].find((name) => !isYear(row.cell(name)));
  if (year === undefined || (table !== 'vehicles' && table !== 'fits')) return undefined;
  return `${inCode(row.cell(year).slice(0, MAX_BAD_CHARS))} is no year`;
}

const tableOf = (path: string): Table | undefined => {
  const stem = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.\w+$/, '')
    .toLowerCase();
  return TABLE_NAMES.find((name) => stem === name || stem === `cross-${name}`);
};
export const isOfCatalogue = (path: string): boolean =>
  /^(?:catalogue|catalog|parts)\//.test(path) && tableOf(path) !== undefined;

/** Puts a catalogue together out of its files; a line that is no row of its table is named and left out. */
export function readCatalogue(
  files: readonly { readonly path: string; readonly text: string }[],
): Catalogue {
  const rows: Record<Table, Row[]> = {
    parts: [],
    supersessions: [],
    references: [],
    vehicles: [],
    fits: [],
    prices: [],
  };
  const bad: BadRow[] = [];
  const there = new Set<Table>();
  for (const { path, text } of files) {
    const name = tableOf(path);
    if (name === undefined) continue;
    there.add(name);
    const table = readTable(path, text);
    if ('fault' in table) {
      bad.push({ path, line: 1, reason: table.fault });
      continue;
    }
    const columns = table.header.map((column) => column.trim().toLowerCase());
    const lacking =
      table.rows.length === 0
        ? undefined
        : TABLES[name].find((column) => !columns.includes(column));
    if (lacking !== undefined) {
      bad.push({
        path,
        line: 1,
        reason: `it has no column ${inCode(lacking)}, so that none of its rows is read`,
      });
      continue;
    }
    for (const raw of table.rows) {
      const row = 'cells' in raw ? rowOf(path, raw) : undefined;
      const reason = row === undefined ? ('fault' in raw ? raw.fault : '') : faultOf(name, row);
      if (reason !== undefined) bad.push({ path, line: raw.line, reason });
      else if (row !== undefined) rows[name].push(row);
    }
  }
  return { rows, bad, absent: TABLE_NAMES.filter((name) => !there.has(name)) };
}
