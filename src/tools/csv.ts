/** A row of a CSV text, and the number of its line. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}
/** A line that is no row, and why. */
export interface CsvBreak {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}
export interface Csv {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly bad: readonly CsvBreak[];
}

const NO_TEXT = '\ufffd';
const MAX_BAD_CHARS = 300;

/** What separates the cells: the sign that the header has more of. */
const separatorOf = (header: string): string =>
  header.split(';').length > header.split(',').length ? ';' : ',';

/**
 * Reads CSV (RFC 4180) in which each row stands on one line, so that a quote that is never closed costs one row, not the rest of the
 * file. Separated by comma or semicolon, as its header is; empty lines are left out.
 */
export async function readCsv(text: string): Promise<Csv> {
  // Loaded on use: most requests read no table.
  const { parse } = await import('csv-parse/sync');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const delimiter = separatorOf(lines[0] ?? '');
  const options = { delimiter, relax_column_count: true, skip_empty_lines: false, bom: false };
  const cellsOf = (line: string): string[] | string => {
    try {
      const [cells = [], ...more] = parse(line, options);
      return more.length > 0 ? 'it is more than one row' : cells;
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      return code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote is not closed on its line'
        : 'its quotes do not close where a cell ends';
    }
  };
  const header = cellsOf(lines[0] ?? '');
  if (typeof header === 'string')
    return { header: [], rows: [], bad: [{ line: 1, reason: `header: ${header}`, text: '' }] };
  const rows: CsvRow[] = [];
  const bad: CsvBreak[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    // What is plain needs no parser: most lines by far.
    const cells = line.includes('"') ? cellsOf(line) : line.split(delimiter);
    const reason =
      typeof cells === 'string'
        ? cells
        : line.includes(NO_TEXT)
          ? 'it holds bytes that are no UTF-8'
          : cells.length !== header.length
            ? `it has ${cells.length} cells, the header ${header.length}`
            : undefined;
    if (reason === undefined) rows.push({ line: index + 1, cells: cells as string[] });
    else bad.push({ line: index + 1, reason, text: line.slice(0, MAX_BAD_CHARS) });
  }
  return { header: header.map((name) => name.trim()), rows, bad };
}
