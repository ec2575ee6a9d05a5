import type { Books as Told } from 'nova-agents/tools';
import * as z from 'zod';
import { TABLES, type BadRow, type Row, type Table } from '../contracts.ts';

export type Rows = { readonly [T in Table]: readonly Row<T>[] };

/** The books of one branch, as far as they could be read. */
export interface Books extends Rows {
  readonly fileOf: (table: Table) => string;
  readonly badRows: readonly BadRow[];
  /** Tables that nothing can be concluded from: not there, or with a row that may have been about anything. */
  readonly absent: ReadonlyMap<Table, string>;
  /** Every word of a row that could not be read: what it would have told is not known. */
  readonly inDoubt: ReadonlySet<string>;
}

const MAX_REASON_CHARS = 200;
const wordsOf = (text: string): string[] => text.split(/[,;"]/).map((word) => word.trim());

/** What is wrong with the cells of a row, by column. */
function reasonOf(error: z.ZodError): string {
  const said = error.issues.map((issue) => {
    const inner = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : issue;
    return `${issue.path.join('.')}: ${inner?.message ?? issue.message}`;
  });
  return said.join('; ').slice(0, MAX_REASON_CHARS);
}

/** Columns that say what a row is about. */
const NAMING = new Set(
  (
    'article booking corrects count credit_note document invoice location movement order payment receipt reference reverses ' +
    'supplier'
  ).split(' '),
);

const CONTRACTS = Object.fromEntries(
  Object.entries(TABLES).map(([table, columns]) => [table, z.object(columns)]),
) as unknown as Readonly<Record<Table, z.ZodType<object>>>;

class Reading {
  readonly badRows: BadRow[] = [];
  readonly absent = new Map<Table, string>();
  readonly inDoubt = new Set<string>();

  /** A bad row, and what it was about; undefined where that is not known. */
  note(table: Table, bad: BadRow, words: readonly string[] | undefined): void {
    this.badRows.push(bad);
    if (words === undefined) this.absent.set(table, `line ${bad.line} may be about anything`);
    for (const word of words ?? []) if (word !== '') this.inDoubt.add(word);
  }

  rowsOf<T extends Table>(table: T, told: Told['tables'][number]): Row<T>[] {
    const columns = Object.entries(TABLES[table] as Readonly<Record<string, z.ZodType>>);
    const lacking = columns.map(([name]) => name).filter((name) => !told.header.includes(name));
    if (told.why !== null || lacking.length > 0) {
      const why = told.why ?? `it lacks the columns ${lacking.join(', ')}`;
      this.absent.set(table, why);
      if (told.why === null && told.header.length > 0)
        this.badRows.push({ file: told.file, line: 1, reason: `header: ${why}` });
      return [];
    }
    const at = columns.map(([name]) => [name, told.header.indexOf(name)] as const);
    return told.rows.flatMap(({ line, cells }) => {
      const cell = Object.fromEntries(at.map(([name, index]) => [name, cells[index]?.trim()]));
      const parsed = CONTRACTS[table].safeParse(cell);
      if (parsed.success) return [{ ...parsed.data, at: line } as unknown as Row<T>];
      const isKnown = parsed.error.issues.every(({ path }) => !NAMING.has(String(path[0])));
      const bad = { file: told.file, line, reason: reasonOf(parsed.error) };
      this.note(table, bad, isKnown ? cells : undefined);
      return [];
    });
  }
}

/** Takes what was read of the tables; a row that does not hold is named and left out, and the others count. */
export function booksOf(told: Told): Books {
  const reading = new Reading();
  const files = new Map(told.tables.map(({ table, file }) => [table, file]));
  const rows = Object.fromEntries(
    (Object.keys(TABLES) as Table[]).map((table) => {
      const found = told.tables.find((one) => one.table === table);
      return [table, found === undefined ? [] : reading.rowsOf(table, found)];
    }),
  ) as unknown as Rows;
  for (const { file, line, reason, text, foreign } of told.bad) {
    const table = told.tables.find((one) => one.file === file)?.table as Table;
    if (foreign) reading.badRows.push({ file, line, reason });
    else reading.note(table, { file, line, reason }, text === '' ? undefined : wordsOf(text));
  }
  const { badRows, absent, inDoubt } = reading;
  return {
    ...rows,
    fileOf: (table) => files.get(table) ?? table,
    badRows: badRows.toSorted((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line,
    ),
    absent,
    inDoubt,
  };
}
