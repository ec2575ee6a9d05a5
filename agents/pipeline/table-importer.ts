import { defineAgent, type Io, type Refusal } from 'nova-agents';
import { filesIn, inCode, listFiles, matterOf, readFile, readSheet } from 'nova-agents/tools';
import * as z from 'zod';
import { COLUMN_KINDS, columnsIn, unclearIn, type Column } from './kit/columns.ts';
import { checkRows, describeImport, headerFault } from './kit/import.ts';
import { readAskedTable, sheetIn, type SheetAsked } from './kit/tables.ts';

const MAX_ROWS = 10_000;
const MAX_COLUMNS = 100;
const MAX_TABLES = 16;
/** What an outcome may have at most. */
const MAX_ANSWER_BYTES = 4_000_000;
const ENDINGS = ['.csv', '.tsv', '.json', '.jsonl', '.ndjson', '.xlsx'];

const tools = [listFiles, readFile, readSheet] as const;

const Bound = z.union([z.number(), z.string()]);
const Columns = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      kind: z.enum(COLUMN_KINDS),
      required: z.boolean().optional(),
      min: Bound.optional(),
      max: Bound.optional(),
    }),
  )
  .max(MAX_COLUMNS);
/** Of a workbook: its first sheet, with its header in the first row that holds something, where nothing is said. */
const Sheet = { sheet: z.string().min(1).optional(), headerRow: z.int().min(1).optional() };
const ImportAsk = z.strictObject({
  text: z.string().min(1),
  /** A program says here what a person says in words. */
  path: z.string().min(1).optional(),
  ...Sheet,
  columns: Columns.optional(),
  /** Several at once, each with its columns. */
  tables: z
    .array(z.strictObject({ path: z.string().min(1), ...Sheet, columns: Columns }))
    .min(1)
    .max(MAX_TABLES)
    .optional(),
});
const Imported = z.strictObject({
  summary: z.string().min(1),
  path: z.string().min(1),
  /** Of a workbook. */
  sheet: z.string().optional(),
  columns: z.array(z.string()),
  rows: z
    .array(
      z.strictObject({
        line: z.int().min(1),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    )
    .max(MAX_ROWS),
  rejected: z
    .array(
      z.strictObject({
        line: z.int().min(1),
        reasons: z.array(z.string().min(1)).min(1),
        raw: z.string(),
      }),
    )
    .max(MAX_ROWS),
  /** In the file, in its header and not asked for. */
  ignored: z.array(z.string()),
  /** Of the file: as many as are good and rejected together. */
  rowsIn: z.int().min(0),
});
const Several = z.strictObject({
  summary: z.string().min(1),
  tables: z.array(Imported).max(MAX_TABLES),
  /** Those that are no table, or could not be read whole. */
  unread: z.array(z.strictObject({ path: z.string().min(1), why: z.string().min(1) })),
});

type Unread = z.output<typeof Several>['unread'][number];

const summaryOf = ({ tables, unread }: Omit<z.output<typeof Several>, 'summary'>): string =>
  [
    ...tables.map(({ summary }) => summary),
    ...unread.map(({ path, why }) => `${inCode(path)} is not read: ${why}`),
  ].join('\n\n');

/** Reads one table whole, or says why not: of half a file nobody could say that nothing is lost. */
async function importOne(
  io: Io<typeof tools>,
  name: string,
  columns: readonly Column[],
  from: SheetAsked,
): Promise<z.output<typeof Imported> | Refusal> {
  const asked = await readAskedTable(io, name, from, MAX_ROWS);
  if ('reason' in asked) return asked;
  const { path, sheet, table } = asked;
  const fault = headerFault(table.header, columns);
  if (fault !== undefined) return { reason: fault, needs: 'a table with one header and its rows' };
  const checked = checkRows(table, columns);
  return {
    summary: describeImport(asked, checked, columns.length),
    path,
    ...(sheet === undefined ? {} : { sheet }),
    columns: checked.columns,
    rows: checked.good,
    rejected: checked.rejected,
    ignored: checked.ignored,
    rowsIn: table.rows.length,
  };
}

const TOO_MUCH = {
  reason: 'Its rows are more than one answer may have.',
  needs: 'fewer declared columns, or a smaller table: rows of at most 4 MB',
};
const isTooMuch = (value: object): boolean =>
  new TextEncoder().encode(JSON.stringify(value)).length > MAX_ANSWER_BYTES;

const row = { line: 2, values: { sku: 'A1', price: 9.5 } };
const bad = {
  line: 3,
  reasons: ['`price`: `"abc"` is no number'],
  raw: '{"sku":"A2","price":"abc"}',
};
const imported = {
  summary:
    '`prices.csv`: 2 rows, 1 good, 1 rejected.\n**Rejected** (1)\n- line 3: `price`: `"abc"` is no number',
  path: 'prices.csv',
  columns: ['sku', 'price'],
  rows: [row],
  rejected: [bad],
  ignored: [],
  rowsIn: 2,
};
const ask = 'Import prices.csv with the columns sku text required, price number 0..1000';
const NEEDS = 'the path of a CSV, TSV, JSON, JSON Lines or XLSX file of the project';

/** Reads tables, and loses no row. */
export const tableImporter = defineAgent({
  id: 'table-importer',
  version: 1,
  does:
    'Imports a table, a CSV, TSV, JSON or XLSX file of the project, into rows checked by declared columns (name, kind, required, range), and ' +
    'names every rejected row with its line and reason.',
  doesNot: {
    'checking package.json and package-lock.json': 'code-reviewer',
    'reading data out of free text': 'data-extractor',
    'proofreading prose': 'copy-editor',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a row is rejected without a reason',
      caughtBy: 'outcome',
      example: { imported: { ...imported, rejected: [{ ...bad, reasons: [] }] } },
    },
    {
      when: 'a row is lost',
      caughtBy: 'check',
      example: {
        ask: 'A file of three rows, of which two come back',
        input: { text: ask },
        says: { imported: { ...imported, rowsIn: 3 } },
      },
    },
  ],
  input: ImportAsk,
  outcomes: { imported: Imported, taken: Several },
  tools,
  limits: { maxTurns: 40, maxRepairs: 0, deadlineMs: 60_000, maxTokens: 0 },
  act: async ({ text, path, columns, tables, ...from }, say, io) => {
    const unclear = columns === undefined && tables === undefined ? unclearIn(text) : [];
    if (unclear.length > 0)
      return say.refused({
        reason: `It is not said what ${unclear.map((one) => inCode(one.trim())).join(', ')} is to hold.`,
        needs: `for each column its name and one of ${COLUMN_KINDS.join(', ')}`,
      });
    const wanted = columns ?? columnsIn(text);
    const named = path === undefined ? filesIn(text, ENDINGS) : [];
    const several: z.output<typeof ImportAsk>['tables'] =
      tables ??
      (named.length > 1 ? named.map((one) => ({ path: one, columns: wanted })) : undefined);
    if (several !== undefined) {
      const taken = { tables: [] as z.output<typeof Imported>[], unread: [] as Unread[] };
      for (const one of several.slice(MAX_TABLES))
        taken.unread.push({
          path: one.path,
          why: `At most ${MAX_TABLES} tables are read at once.`,
        });
      for (const one of several.slice(0, MAX_TABLES)) {
        const read = await importOne(io, one.path, one.columns, one);
        if ('reason' in read) taken.unread.push({ path: one.path, why: read.reason });
        else taken.tables.push(read);
      }
      if (isTooMuch(taken)) return say.refused(TOO_MUCH);
      if (taken.tables.length > 0) return say.taken({ summary: summaryOf(taken), ...taken });
      const reason = taken.unread.map(({ why }) => why).join(' ');
      return say.refused({ reason: `None of the tables can be taken in. ${reason}`, needs: NEEDS });
    }
    const matter = path === undefined ? matterOf(text, ENDINGS) : { file: path };
    if (matter === undefined || !('file' in matter))
      return say.refused({ reason: 'The request names no table.', needs: NEEDS });
    const read = await importOne(io, matter.file, wanted, {
      ...sheetIn(text),
      ...from,
    });
    if ('reason' in read) return say.refused(read);
    return isTooMuch(read) ? say.refused(TOO_MUCH) : say.imported(read);
  },
  check: (_, { outcome, value }) => {
    const taken = outcome === 'taken' ? (value as z.output<typeof Several>).tables : [];
    const all = outcome === 'imported' ? [value as z.output<typeof Imported>] : taken;
    const lost = all.find(({ rows, rejected, rowsIn }) => rows.length + rejected.length !== rowsIn);
    if (lost === undefined) return undefined;
    return `${lost.rowsIn} rows came in, ${lost.rows.length + lost.rejected.length} are told`;
  },
  examples: [
    { ask: 'Import the CSV file with the prices', input: { text: ask }, says: { imported } },
    {
      ask: 'Load a table',
      input: { text: 'Load a table' },
      says: { refused: { reason: 'The request names no table.', needs: NEEDS } },
    },
  ],
  asks: [
    'Import prices.csv with columns sku text required, price number 0..1000',
    'Which rows of orders.csv are broken?',
    'Load the rows of customers.json',
    'Import the sheet June of books.xlsx',
    'Validate the columns of this spreadsheet export',
    'Read the TSV table and tell me every rejected row',
    'Check each line of the import file stock.csv',
    'Turn data/invoices.jsonl into checked rows',
  ],
});
