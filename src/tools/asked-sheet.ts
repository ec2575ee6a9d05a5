import type * as z from 'zod';
import type { WhyNoSheet } from '../errors/workbook-error.ts';
import type { Io } from '../team/agent.ts';
import type { Refusal } from '../team/refusal.ts';
import { soughtBy, WHY_UNREAD } from './asked.ts';
import type { WhyUnread } from './folder.ts';
import type { listFiles } from './list-files.ts';
import { readSheet } from './read-sheet.ts';
import type { RawTable } from './table-text.ts';
import { inCode } from './text.ts';

/** A sheet of a workbook that was asked for. */
export interface AskedSheet {
  readonly path: string;
  readonly sheet: string;
  /** The sheets that were not read. */
  readonly others: readonly string[];
  readonly table: RawTable;
  /** How many secrets were left out. */
  readonly redacted: number;
}

const WHY: Readonly<Record<WhyNoSheet, string>> = {
  'no-workbook': 'is no XLSX workbook',
  locked: 'is under a password, or of the format before 2007',
  broken: 'is damaged: its parts do not hold together',
  'too-large': 'is too large',
  'too-many-rows': 'has too many rows',
  'no-sheet': 'has no such sheet',
  'no-header': 'has no header in its first row: that is empty, merged, or has an error',
};

function refusalOf(
  path: string,
  why: WhyUnread | WhyNoSheet,
  sheets: readonly string[],
  maxRows: number,
): Refusal {
  const reason =
    why in WHY_UNREAD
      ? `${WHY_UNREAD[why as WhyUnread]} ${inCode(path)}.`
      : `${inCode(path)} ${WHY[why as WhyNoSheet]}.`;
  const needs: Partial<Record<typeof why, string>> = {
    'too-many-rows': `at most ${maxRows}`,
    'no-sheet': `one of its sheets: ${sheets.map(inCode).join(', ')}`,
    'no-header': 'the row in which its header stands, as "header in row 3"',
  };
  return {
    reason,
    needs:
      needs[why] ?? 'an XLSX workbook of the project that opens without a password, by its path',
  };
}

/** Reads a sheet of the workbook that a request names, as `readAsked` reads a text. */
export async function readAskedSheet(
  io: Io<readonly [typeof listFiles, typeof readSheet]>,
  named: string,
  asked: Omit<z.input<typeof readSheet.input>, 'path'>,
): Promise<AskedSheet | Refusal> {
  const sought = await soughtBy(io, named, (path) => io.tool(readSheet, { ...asked, path }));
  if ('reason' in sought) return sought;
  const { path, found } = sought;
  if (!found.read) return refusalOf(path, found.why, found.sheets, asked.maxRows);
  const { sheet, others, header, redacted } = found;
  const rows = found.rows.map((row) => {
    if ('fault' in row) return row;
    return {
      line: row.line,
      cells: Object.fromEntries(header.map((name, at) => [name, row.cells[at]])),
    };
  });
  return { path, sheet, others, redacted, table: { header, rows, commas: false } };
}
