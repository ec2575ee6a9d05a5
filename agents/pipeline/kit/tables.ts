import type { Io, Refusal } from 'nova-agents';
import {
  type listFiles,
  type RawTable,
  readAsked,
  readAskedSheet,
  type readFile,
  type readSheet,
  readTable,
} from 'nova-agents/tools';

const MAX_FILE_BYTES = 4_000_000;

/** Which sheet of a workbook, and where its header stands. */
export interface SheetAsked {
  readonly sheet?: string | undefined;
  readonly headerRow?: number | undefined;
}
/** A table that was asked for, whole. */
export interface AskedTable {
  readonly path: string;
  readonly sheet?: string;
  /** Sheets that were not read. */
  readonly others?: readonly string[];
  readonly table: RawTable;
  readonly redacted: number;
}

const SHEET =
  /\b(?:sheet|tab)\s+(?:(?:named|called)\s+)?(?:["“`']([^"”`'\n]{1,100})["”`']|([\p{L}\p{N}_-]+))/iu;
const NO_NAME = /^(?:of|in|from|with|at|and|to|for|is|the)$/i;

/** The sheet in a person's words: `the sheet June of books.xlsx, header in row 3`, `sheet "Q1 2026"`. */
export function sheetIn(text: string): SheetAsked {
  const [, quoted, word = ''] = SHEET.exec(text) ?? [];
  const sheet = quoted ?? (NO_NAME.test(word) ? '' : word);
  const row = /\bheader\s+(?:is\s+)?(?:in|at)\s+(?:row|line)\s+(\d{1,7})\b/i.exec(text)?.[1];
  return { ...(sheet && { sheet }), ...(row && { headerRow: Number(row) }) };
}

/** Reads the table that a request names whole, a sheet of a workbook or a text, or says why not. */
export async function readAskedTable(
  io: Io<readonly [typeof listFiles, typeof readFile, typeof readSheet]>,
  name: string,
  { sheet, headerRow }: SheetAsked,
  maxRows: number,
): Promise<AskedTable | Refusal> {
  if (name.toLowerCase().endsWith('.xlsx'))
    return readAskedSheet(io, name, { sheet, headerRow, maxRows });
  const file = await readAsked(io, name, MAX_FILE_BYTES);
  if ('reason' in file) return file;
  if (file.truncated) return { reason: 'The file is too large.', needs: 'a file of at most 4 MB' };
  const table = readTable(file.path, file.text);
  if ('fault' in table)
    return { reason: table.fault, needs: 'a table with one header and its rows' };
  if (table.rows.length > maxRows)
    return { reason: `It has ${table.rows.length} rows.`, needs: `at most ${maxRows}` };
  return { path: file.path, table, redacted: file.redacted };
}
