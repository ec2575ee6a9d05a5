import { bullets, counted, inCode, type RawTable } from 'nova-agents/tools';
import { readCell, type Cell, type Column } from './columns.ts';
import type { AskedTable } from './tables.ts';

export interface Good {
  readonly line: number;
  readonly values: Record<string, Cell>;
}
export interface Rejected {
  readonly line: number;
  readonly reasons: string[];
  /** As it stands in the file, cut. */
  readonly raw: string;
}
const MAX_RAW_CHARS = 300;

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** What makes a header unfit for the columns; undefined where it fits. */
export function headerFault(
  header: readonly string[],
  columns: readonly Column[],
): string | undefined {
  const twice = header.find(
    (name, index) => header.findIndex((other) => same(other, name)) < index,
  );
  if (twice !== undefined) return `It has the column ${inCode(twice)} twice.`;
  const missing = columns.filter(
    ({ name, required }) => required === true && !header.some((other) => same(other, name)),
  );
  return missing.length === 0
    ? undefined
    : `It lacks the required columns ${missing.map(({ name }) => inCode(name)).join(', ')}.`;
}

/** Checks each row by the columns; without any, every cell is a text. A row is good as a whole or rejected with all its reasons. */
export function checkRows({ header, rows, commas }: RawTable, declared: readonly Column[]) {
  const columns =
    declared.length > 0 ? declared : header.map((name): Column => ({ name, kind: 'text' }));
  const named = columns.map((column) => ({
    column,
    key: header.find((name) => same(name, column.name)) ?? column.name,
  }));
  const good: Good[] = [];
  const rejected: Rejected[] = [];
  for (const row of rows) {
    if ('fault' in row) {
      rejected.push({ line: row.line, reasons: [row.fault], raw: row.raw.slice(0, MAX_RAW_CHARS) });
      continue;
    }
    const read = named.map(
      ({ column, key }) =>
        [
          column.name,
          readCell(column, Object.hasOwn(row.cells, key) ? row.cells[key] : null, commas),
        ] as const,
    );
    const reasons = read.flatMap(([, cell]) => ('fault' in cell ? [cell.fault] : []));
    if (reasons.length > 0)
      rejected.push({
        line: row.line,
        reasons,
        raw: JSON.stringify(row.cells).slice(0, MAX_RAW_CHARS),
      });
    else
      good.push({
        line: row.line,
        values: Object.fromEntries(
          read.map(([name, cell]) => [name, 'value' in cell ? cell.value : null]),
        ),
      });
  }
  const ignored = header.filter((name) => !columns.some((column) => same(column.name, name)));
  return { good, rejected, ignored, columns: columns.map(({ name }) => name) };
}

const MAX_POINTS = 20;

/** Says what was taken and what was not. */
export function describeImport(
  { path, sheet, others = [], redacted }: AskedTable,
  { good, rejected, ignored }: ReturnType<typeof checkRows>,
  declared: number,
): string {
  const points = rejected.map(({ line, reasons }) => `line ${line}: ${reasons.join('; ')}`);
  return [
    `${inCode(path)}${sheet === undefined ? '' : `, sheet ${inCode(sheet)}`}: ${counted(good.length + rejected.length, 'row')}, ${good.length} good, ${rejected.length} rejected.`,
    ...bullets('Rejected', points, MAX_POINTS),
    ...(ignored.length > 0
      ? [`Columns that were not asked for: ${ignored.map(inCode).join(', ')}.`]
      : []),
    ...(others.length > 0
      ? [`Sheets that were not read: ${others.slice(0, MAX_POINTS).map(inCode).join(', ')}.`]
      : []),
    ...(declared === 0 ? ['No columns were declared, so that only the shape was checked.'] : []),
    ...(redacted > 0 ? [`What looks like a secret was left out (${redacted}).`] : []),
  ].join('\n');
}
