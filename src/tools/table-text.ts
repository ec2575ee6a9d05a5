/** A row of a file as it stands there, or why it is none; lines count from 1. */
export type RawRow =
  | { readonly line: number; readonly cells: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly fault: string; readonly raw: string };
export interface RawTable {
  readonly header: readonly string[];
  readonly rows: readonly RawRow[];
  /** Decimals may have a comma, as the cells are not divided by one. */
  readonly commas: boolean;
}
/** Why a file as a whole is no table. */
export interface NoTable {
  readonly fault: string;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** A quoted cell goes over so many lines at most; what goes on longer was never closed. */
const MAX_CELL_LINES = 50;

type Cells = { readonly cells: string[] } | { readonly fault: string; readonly isOpen: boolean };

/** Reads one record: quoted cells may have delimiters, line breaks and doubled quotation marks. */
function cellsOf(record: string, delimiter: string): Cells {
  const cells: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at);
      const cell = record.slice(at, end < 0 ? undefined : end);
      cells.push(cell);
      if (end < 0) return { cells };
      at = end + 1;
      continue;
    }
    let cell = '';
    let close = record.indexOf('"', at + 1);
    while (close >= 0 && record[close + 1] === '"') {
      cell += record.slice(at + 1, close + 1);
      at = close + 1;
      close = record.indexOf('"', at + 1);
    }
    if (close < 0) return { fault: 'a quotation mark is never closed', isOpen: true };
    cells.push(cell + record.slice(at + 1, close));
    if (close + 1 >= record.length) return { cells };
    if (record[close + 1] !== delimiter)
      return { fault: 'there is something after a closed quotation mark', isOpen: false };
    at = close + 2;
  }
  return { cells };
}

/**
 * Reads a table of delimited values; by its header the delimiter is one of `,` `;` tab `|`. No library goes on after a quotation mark
 * that is never closed; here that costs its own line, and the next one is a row again.
 */
export function readDelimited(text: string): RawTable | NoTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const top = lines.findIndex((line) => line.trim() !== '');
  const first = lines[top] ?? '';
  const counted = DELIMITERS.map((sign) => ({ sign, count: first.split(sign).length }));
  const delimiter = counted.toSorted((a, b) => b.count - a.count)[0]?.sign ?? ',';
  const head = cellsOf(first, delimiter);
  if ('fault' in head) return { fault: `Its first line is no header: ${head.fault}.` };
  const header = head.cells.map((name) => name.trim());
  const rows: RawRow[] = [];
  for (let at = top + 1; at < lines.length; at += 1) {
    const raw = lines[at] ?? '';
    if (raw.trim() === '') continue;
    let [record, height] = [raw, 1];
    let read = cellsOf(record, delimiter);
    while (
      'fault' in read &&
      read.isOpen &&
      height < MAX_CELL_LINES &&
      at + height < lines.length
    ) {
      record += `\n${lines[at + height]}`;
      height += 1;
      read = cellsOf(record, delimiter);
    }
    if ('cells' in read && read.cells.length === header.length) {
      const { cells } = read;
      rows.push({
        line: at + 1,
        cells: Object.fromEntries(header.map((name, index) => [name, cells[index]])),
      });
      at += height - 1;
      continue;
    }
    // Where several lines make no row together, only the first is to blame; the others are read by themselves.
    const alone = cellsOf(raw, delimiter);
    const fault =
      'fault' in alone
        ? alone.fault
        : `it has ${alone.cells.length} cells, the header ${header.length}`;
    rows.push({ line: at + 1, fault, raw });
  }
  return { header, rows, commas: delimiter !== ',' };
}

interface Element {
  readonly line: number;
  readonly raw: string;
}

/** The elements of the first list in a text of JSON, by counting brackets; undefined where it does not close. */
function elementsOf(text: string): Element[] | undefined {
  const elements: Element[] = [];
  const from = text.indexOf('[');
  if (from < 0) return undefined;
  let [depth, start, line, inText] = [0, from + 1, text.slice(0, from).split('\n').length, false];
  let [startLine, begun] = [line, false];
  const take = (end: number) => {
    const raw = text.slice(start, end).trim();
    if (raw !== '' || text[end] === ',') elements.push({ line: startLine, raw });
    start = end + 1;
    [begun, startLine] = [false, line];
  };
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\n') line += 1;
    else if (!begun && at >= start && sign?.trim() !== '') [begun, startLine] = [true, line];
    if (inText && sign === '\\') at += 1;
    else if (sign === '"') inText = !inText;
    else if (inText) continue;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ',' && depth === 1) take(at);
    else if (sign === ']' || sign === '}') {
      depth -= 1;
      if (depth === 0) {
        take(at);
        return elements;
      }
    }
  }
  return undefined;
}

function rowOf({ line, raw }: Element): RawRow {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { line, cells: value as Record<string, unknown> };
    return { line, fault: 'it is no object', raw };
  } catch {
    return { line, fault: 'it is no JSON', raw };
  }
}

/** Reads a list of objects, or with `isLines` one object a line; each is read by itself, so that a broken one costs only itself. */
export function readJsonRows(text: string, isLines: boolean): RawTable | NoTable {
  const elements = isLines
    ? text
        .split('\n')
        .flatMap((raw, index) => (raw.trim() === '' ? [] : [{ line: index + 1, raw: raw.trim() }]))
    : elementsOf(text);
  if (elements === undefined) return { fault: 'It holds no list of rows that is closed.' };
  const rows = elements.map(rowOf);
  const header = [
    ...new Set(rows.flatMap((row) => ('cells' in row ? Object.keys(row.cells) : []))),
  ];
  return { header, rows, commas: false };
}

/** Reads a table by the ending of its name: `.json`, `.csv` or `.tsv`, else JSON Lines. */
export function readTable(path: string, text: string): RawTable | NoTable {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (ending === 'json') return readJsonRows(text, false);
  return ending === 'csv' || ending === 'tsv' ? readDelimited(text) : readJsonRows(text, true);
}
