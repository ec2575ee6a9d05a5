import { WorkbookError } from '../../errors/workbook-error.ts';
import { withoutSecrets } from '../secrets.ts';
import type { Merged, SheetRow } from './rows.ts';
import type { Read } from './values.ts';

export type Cell = string | number | boolean | null;
/** A row of a sheet by its number there: its cells as the header has them, or why it is none. */
export type TableRow =
  | { readonly line: number; readonly cells: Cell[] }
  | { readonly line: number; readonly fault: string; readonly raw: string };
export interface SheetTable {
  readonly header: string[];
  readonly rows: TableRow[];
  readonly redacted: number;
}

const LETTERS = 26;
const A = 65;
const MAX_RAW_CHARS = 300;
const MAX_FAULTS = 5;
/** A header of thousands makes thousands of cells of a row that has one. */
const MAX_CELLS = 1_000_000;

/** The name of a column: A, B … Z, AA. */
function lettersOf(column: number): string {
  const last = String.fromCharCode(A + (column % LETTERS));
  return column < LETTERS ? last : lettersOf(Math.floor(column / LETTERS) - 1) + last;
}

/**
 * The rows that have a cell under a merge: nobody can say whether it holds nothing or what is shown over it. The first cell of a merge
 * holds what is shown.
 */
function coveredIn(
  rows: readonly SheetRow[],
  columns: readonly number[],
  merged: readonly Merged[],
): Set<number> {
  const covered = new Set<number>();
  for (const merge of merged) {
    const [left, right] = merge.columns;
    const isWide = columns.some((column) => column > left && column <= right);
    const isTall = isWide || columns.includes(left);
    for (const { line } of rows)
      if (line === merge.rows[0] ? isWide : line > merge.rows[0] && line <= merge.rows[1] && isTall)
        covered.add(line);
  }
  return covered;
}

function faultsOf(row: SheetRow, named: ReadonlySet<number>): string[] {
  return [...row.cells].flatMap(([column, read]) => {
    const place = `${lettersOf(column)}${row.line}`;
    if ('fault' in read) return [`${place} ${read.fault}`];
    return named.has(column) ? [] : [`${place} stands in a column without a header`];
  });
}

const shown = (read: Read | undefined): Cell =>
  read === undefined || !('value' in read) ? null : read.value;

/**
 * Makes a table of the rows of a sheet: the first of them, or the one of that number, is its header. Rows that hold nothing are none.
 * @throws WorkbookError where the header has merged cells or errors, or is not there, or is for over a million cells.
 */
export function tableOf(
  sheet: readonly SheetRow[],
  merged: readonly Merged[],
  headerRow: number | undefined,
): SheetTable {
  let redacted = 0;
  const clean = (text: string): string => {
    const { lines, found } = withoutSecrets(text.split('\n'));
    redacted += found.length;
    return lines.join('\n');
  };
  const cleanCell = (cell: Cell): Cell => (typeof cell === 'string' ? clean(cell) : cell);
  const from = sheet.findIndex(({ line }) => headerRow === undefined || line === headerRow);
  const head = sheet[from];
  const columns = [...(head?.cells.keys() ?? [])];
  const covered = coveredIn(sheet.slice(from), columns, merged);
  const names = [...(head?.cells.values() ?? [])].map(shown);
  if (head === undefined || covered.has(head.line) || names.includes(null))
    throw new WorkbookError('no-header', 'it has no header');
  if (columns.length * sheet.length > MAX_CELLS)
    throw new WorkbookError('too-large', 'it has too many cells');
  const named = new Set(columns);
  const rows = sheet.slice(from + 1).map((row): TableRow => {
    const { line, cells } = row;
    const faults = faultsOf(row, named);
    if (covered.has(line)) faults.push('it has merged cells');
    if (faults.length === 0)
      return { line, cells: columns.map((column) => cleanCell(shown(cells.get(column)))) };
    const raw = clean([...cells.values()].map((read) => shown(read) ?? '').join(','));
    return {
      line,
      fault: faults.slice(0, MAX_FAULTS).join('; '),
      raw: raw.slice(0, MAX_RAW_CHARS),
    };
  });
  return { header: names.map((name) => clean(String(name).trim())), rows, redacted };
}
