import { WorkbookError } from '../../errors/workbook-error.ts';
import type { Book } from './book.ts';
import { textual, valueOf, type Read } from './values.ts';
import { readXml, type Attributes, type Listener } from './xml.ts';
import { MAX_ROWS_BYTES, type Parts } from './zip.ts';

const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const MAX_MERGED = 2000;
/** Of all cells that are kept, with what each costs beside its text. */
const MAX_CHARS = 4_000_000;
const CELL_CHARS = 8;

/** A row as it stands in its sheet: its number from 1, its cells by the number of their column from 0. */
export interface SheetRow {
  readonly line: number;
  readonly cells: Map<number, Read>;
}
/** Cells that are shown as one, by the numbers of their rows and columns; only the first of them can hold something. */
export interface Merged {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}
interface SheetRows {
  readonly rows: readonly SheetRow[];
  readonly merged: readonly Merged[];
}

const broken = (what: string) => new WorkbookError('broken', what);
const LETTERS = 26;
const BEFORE_A = 64;

/** `C4` as the number of its column from 0 and its row from 1. */
function placeOf(ref: string): readonly [column: number, line: number] {
  const [, letters, digits] = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/.exec(ref) ?? [];
  if (letters === undefined) throw broken('a cell has no place');
  const column = letters
    .split('')
    .reduce((sum, sign) => sum * LETTERS + sign.charCodeAt(0) - BEFORE_A, 0);
  const line = Number(digits);
  if (column > MAX_COLUMNS || line > MAX_ROWS) throw broken('a cell has no place');
  return [column - 1, line];
}

/** Counts what is kept. */
function purse(): (said: number) => void {
  let left = MAX_CHARS;
  return (said) => {
    left -= said + CELL_CHARS;
    if (left < 0) throw new WorkbookError('too-large', 'its cells are too much together');
  };
}

interface OpenCell {
  readonly kind: string;
  readonly isDate: boolean;
  text: string | undefined;
  formula: boolean;
}

/** Gathers rows from the elements of a sheet. Rows and cells come in their order and once, as every program writes them. */
class Gathering implements Listener {
  readonly rows: SheetRow[] = [];
  readonly merged: Merged[] = [];
  /** Whether the sheet had a place for rows at all. */
  seen = false;
  readonly #book: Book;
  readonly #maxRows: number;
  readonly #take: (chars: number) => void;
  #inData = false;
  #taking = false;
  #spoken = false;
  #row: SheetRow = { line: 0, cells: new Map() };
  #column = -1;
  #cell: OpenCell | undefined;

  constructor(book: Book, maxRows: number, take: (chars: number) => void) {
    this.#book = book;
    this.#maxRows = maxRows;
    this.#take = take;
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'sheetData') this.#inData = this.seen = true;
    else if (name === 'mergeCell') this.#merge(attributes['ref']);
    else if (!this.#inData) return;
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'rPh') this.#spoken = true;
    else if (this.#cell !== undefined && name === 'f') this.#cell.formula = true;
    else if (this.#cell !== undefined && (name === 'v' || name === 't') && !this.#spoken) {
      this.#cell.text ??= '';
      this.#taking = true;
    }
  }

  text(said: string): void {
    if (this.#taking && this.#cell?.text !== undefined) this.#cell.text += said;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#taking = false;
    else if (name === 'rPh') this.#spoken = false;
    else if (name === 'sheetData') this.#inData = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
  }

  #merge(ref = ''): void {
    const [from = '', to = from] = ref.split(':');
    const [[left, top], [right, bottom]] = [placeOf(from), placeOf(to)];
    this.merged.push({ rows: [top, bottom], columns: [left, right] });
    if (this.merged.length > MAX_MERGED) throw new WorkbookError('too-large', 'merged cells');
  }

  #openRow({ r }: Attributes): void {
    const line = r === undefined ? this.#row.line + 1 : Number(r);
    if (!Number.isInteger(line) || line <= this.#row.line || line > MAX_ROWS)
      throw broken('its rows are out of order');
    this.#row = { line, cells: new Map() };
    this.#column = -1;
  }

  #openCell({ r, t = 'n', s }: Attributes): void {
    const [column, line] = r === undefined ? [this.#column + 1, this.#row.line] : placeOf(r);
    if (column <= this.#column || line !== this.#row.line || column >= MAX_COLUMNS)
      throw broken('its cells are out of order');
    this.#column = column;
    const isDate = this.#book.dates[Number(s ?? 0)] === true;
    this.#cell = { kind: t, isDate, text: undefined, formula: false };
  }

  #closeCell(): void {
    if (this.#cell === undefined) return;
    const read = valueOf(this.#cell, this.#book.since1904);
    this.#cell = undefined;
    if ('value' in read && (read.value === null || read.value === '')) return;
    this.#take('value' in read ? String(read.value).length : 0);
    this.#row.cells.set(this.#column, read);
  }

  #closeRow(): void {
    if (this.#row.cells.size === 0) return;
    this.rows.push(this.#row);
    if (this.rows.length > this.#maxRows) throw new WorkbookError('too-many-rows', 'rows');
  }
}

/** The texts of the numbers that are wanted; how a text is spoken (`rPh`) is none of it. */
async function textsOf(chunks: AsyncIterable<Buffer>, wanted: ReadonlySet<number>) {
  const texts = new Map<number, string>();
  let [at, taking, spoken, text] = [-1, false, false, ''];
  await readXml(chunks, {
    open: (name) => {
      if (name === 'si') [at, text] = [at + 1, ''];
      else if (name === 'rPh') spoken = true;
      else if (name === 't') taking = !spoken && wanted.has(at);
    },
    text: (said) => {
      if (taking) text += said;
    },
    close: (name) => {
      if (name === 't') taking = false;
      else if (name === 'rPh') spoken = false;
      else if (name === 'si' && wanted.has(at)) texts.set(at, text);
    },
  });
  return texts;
}

/**
 * Reads the rows of a sheet that hold something, at most so many.
 * @throws WorkbookError where they are more, take over 4 MB together, or do not hold together.
 */
export async function readRows(
  parts: Parts,
  book: Book,
  sheet: string,
  maxRows: number,
): Promise<SheetRows> {
  const take = purse();
  const gathering = new Gathering(book, maxRows, take);
  await readXml(parts.read(sheet, MAX_ROWS_BYTES), gathering);
  if (!gathering.seen) throw broken('a sheet has no place for rows');
  const { rows, merged } = gathering;
  const wanted = new Set<number>();
  for (const { cells } of rows)
    for (const read of cells.values()) if ('shared' in read) wanted.add(read.shared);
  if (wanted.size === 0) return { rows, merged };
  if (book.texts === undefined) throw broken('it has no texts');
  const texts = await textsOf(parts.read(book.texts, MAX_ROWS_BYTES), wanted);
  for (const { cells } of rows)
    for (const [column, read] of cells) {
      if (!('shared' in read)) continue;
      const text = texts.get(read.shared);
      if (text === undefined) throw broken('a text is missing');
      const resolved = textual(text);
      take('value' in resolved ? text.length : 0);
      if ('value' in resolved && resolved.value === '') cells.delete(column);
      else cells.set(column, resolved);
    }
  return { rows: rows.filter(({ cells }) => cells.size > 0), merged };
}
