import { TABLES, type Table } from '../contracts.ts';

const DAY = '2026-06-30';

/** The columns of a table of the books, as whoever imports it is told of them. */
export const columnsOf = (table: Table) =>
  Object.entries(TABLES[table]).map(([name, cell]) => {
    const takes = (text: string) => cell.safeParse(text).success;
    const kind = takes('a') ? 'text' : takes('1') ? 'integer' : takes(DAY) ? 'date' : 'text';
    return { name, kind, required: !takes('') } as const;
  });
