import { TABLES, type Table } from '../../../agents/erp/contracts.ts';
import type { Draft, Drafts } from './books.ts';

const quoted = (cell: string): string =>
  /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** A table as the text of its file. */
export function csvOf<T extends Table>(table: T, rows: readonly Draft<T>[]): string {
  const columns = Object.keys(TABLES[table]);
  const lines = rows.map((row) =>
    columns
      .map((name) => quoted(String((row as Record<string, string | number | null>)[name] ?? '')))
      .join(','),
  );
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
/** All files of a branch by table. */
export const filesOf = (rows: Drafts): Map<Table, string> =>
  new Map((Object.keys(TABLES) as Table[]).map((table) => [table, csvOf(table, rows[table])]));
