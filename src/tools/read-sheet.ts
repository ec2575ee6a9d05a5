import * as z from 'zod';
import { WHY_NO_SHEET, WorkbookError, type WhyNoSheet } from '../errors/workbook-error.ts';
import { defineTool } from '../team/define-tool.ts';
import { projectFolder, ProjectPath, readStart, WhyUnread } from './folder.ts';
import { redact } from './secrets.ts';
import { readBook, type Book } from './workbook/book.ts';
import { readRows } from './workbook/rows.ts';
import { tableOf } from './workbook/table.ts';
import { openParts } from './workbook/zip.ts';

const MAX_BYTES = 16_000_000;
/** A value may have little more. */
const MAX_ANSWER_BYTES = 4_000_000;
const MAX_ROWS = 50_000;
const MAX_LINE = 1_048_576;
const MAX_NAME_CHARS = 100;

const Line = z.int().min(1).max(MAX_LINE);
const Sheets = z.array(z.string());
const Unread = z.strictObject({
  read: z.literal(false),
  why: z.enum([...WhyUnread.options, ...WHY_NO_SHEET]),
  /** The names of its sheets, where it could be opened. */
  sheets: Sheets,
});
const Read = z.strictObject({
  read: z.literal(true),
  path: ProjectPath,
  sheet: z.string(),
  /** The other ones, which were not read. */
  others: Sheets,
  header: z.array(z.string()),
  /** Rows that hold something, by their number in the sheet; cells as the header has them. */
  rows: z.array(
    z.union([
      z.strictObject({
        line: Line,
        cells: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
      z.strictObject({ line: Line, fault: z.string().min(1), raw: z.string() }),
    ]),
  ),
  /** How many secrets were left out. */
  redacted: z.int().min(0),
});

const named = ({ name }: { readonly name: string }) => redact(name.slice(0, MAX_NAME_CHARS));

/** The sheet of that name, else of that number from 1; without either the first that is shown. */
function chosenOf({ sheets }: Book, wanted: string | undefined) {
  if (wanted === undefined) return sheets.find(({ hidden }) => !hidden) ?? sheets[0];
  const same = (name: string) => name.trim().toLowerCase() === wanted.trim().toLowerCase();
  return sheets.find(({ name }) => same(name)) ?? sheets[Number(wanted) - 1];
}

async function sheetOf(
  data: Buffer,
  asked: {
    readonly sheet?: string | undefined;
    readonly headerRow?: number | undefined;
    readonly maxRows: number;
  },
  sheets: string[],
  signal: AbortSignal,
) {
  const parts = await openParts(data, signal);
  const book = await readBook(parts);
  sheets.push(...book.sheets.map(named));
  const chosen = chosenOf(book, asked.sheet);
  if (chosen === undefined) throw new WorkbookError('no-sheet', 'it has no such sheet');
  // Beside the rows there is a header.
  const { rows, merged } = await readRows(parts, book, chosen.part, asked.maxRows + 1);
  const others = book.sheets.filter((sheet) => sheet !== chosen).map(named);
  const table = tableOf(rows, merged, asked.headerRow);
  if (Buffer.byteLength(JSON.stringify(table)) > MAX_ANSWER_BYTES)
    throw new WorkbookError('too-large', 'its rows are too much for one answer');
  return { sheet: named(chosen), others, ...table };
}

/**
 * One sheet of a workbook (XLSX, ISO/IEC 29500) of the project, without secrets. No formula is worked out: its last result counts. It is
 * unpacked and read piece by piece; a part of over 64 MB, and rows of over 4 MB together, are not read.
 */
export const readSheet = defineTool({
  name: 'read-sheet',
  does: 'Reads the rows of one sheet of an XLSX workbook of the project, secrets left out.',
  input: z.strictObject({
    path: ProjectPath,
    /** By its name, or its number from 1; default: the first that is shown. */
    sheet: z.string().min(1).optional(),
    /** Default: the first that holds something. */
    headerRow: Line.optional(),
    maxRows: z.int().min(1).max(MAX_ROWS),
  }),
  output: z.discriminatedUnion('read', [Unread, Read]),
  effect: 'reads',
  timeoutMs: 30_000,
  run: async ({ path, ...asked }, { project, signal }) => {
    const sheets: string[] = [];
    const unread = (why: WhyUnread | WhyNoSheet) => ({ read: false as const, why, sheets });
    const folder = await projectFolder(project);
    if (typeof folder !== 'string') return unread('missing');
    const start = await readStart(folder, path, MAX_BYTES);
    if (typeof start === 'string') return unread(start);
    if (start.bytes > start.data.length) return unread('too-large');
    try {
      return { read: true as const, path, ...(await sheetOf(start.data, asked, sheets, signal)) };
    } catch (error) {
      signal.throwIfAborted();
      // What the libraries say may hold what stands in the file.
      return unread(error instanceof WorkbookError ? error.why : 'broken');
    }
  },
});
