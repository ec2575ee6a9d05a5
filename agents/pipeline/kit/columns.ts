import { inCode } from 'nova-agents/tools';

export const COLUMN_KINDS = ['text', 'integer', 'number', 'date', 'boolean'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];
/** What a column must hold; `min` and `max` are of numbers their value, of a text its length, of a date days as `yyyy-mm-dd`. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly required?: boolean | undefined;
  readonly min?: number | string | undefined;
  readonly max?: number | string | undefined;
}
export type Cell = string | number | boolean | null;

const WORDS: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  string: 'text',
  integer: 'integer',
  int: 'integer',
  whole: 'integer',
  number: 'number',
  decimal: 'number',
  amount: 'number',
  date: 'date',
  day: 'date',
  boolean: 'boolean',
  bool: 'boolean',
};
const RANGE = /(-?\d[\d.-]*)?\s*\.\.\s*(-?\d[\d.-]*)?/;
const asBound = (kind: ColumnKind, said: string | undefined): number | string | undefined =>
  said === undefined ? undefined : kind === 'date' ? said : Number(said);

/** A longer piece is prose. */
const MAX_COLUMN_WORDS = 3;

/** Of a list of columns those pieces of which nobody can say what they are to hold. */
export function unclearIn(request: string): string[] {
  const said = piecesOf(request);
  const unclear = said.filter(
    (piece) =>
      columnOf(piece) === undefined && piece.trim().split(/\s+/).length <= MAX_COLUMN_WORDS,
  );
  return columnsIn(request).length === 0 ? [] : unclear;
}

/** The columns in a person's words, after "columns": "columns: sku text required, price number 0..1000, day date". */
export const columnsIn = (request: string): Column[] =>
  piecesOf(request).flatMap((piece) => columnOf(piece) ?? []);

function piecesOf(request: string): string[] {
  const [, said = ''] = /\bcolumns?\b:?\s+([^\n]+?)(?:(?<!\.)\.\s|$)/im.exec(request) ?? [];
  return said.split(/\s*[,;]\s*(?:and\s+)?/).filter((piece) => piece.trim() !== '');
}

function columnOf(piece: string): Column | undefined {
  const words = piece.trim().replace(/\.$/, '').split(/\s+/);
  const at = words.findIndex(
    (word, index) => index > 0 && Object.hasOwn(WORDS, word.toLowerCase()),
  );
  const kind = WORDS[words[at]?.toLowerCase() ?? ''];
  if (kind === undefined) return undefined;
  const [, min, max] = RANGE.exec(words.slice(at + 1).join(' ')) ?? [];
  const name = words
    .slice(0, at)
    .join(' ')
    .replace(/^[`"']|[`"']$/g, '');
  return {
    name,
    kind,
    required: words.slice(at + 1).some((word) => /^required$/i.test(word)),
    ...(min && { min: asBound(kind, min) }),
    ...(max && { max: asBound(kind, max) }),
  };
}

type Read = { readonly value: Cell } | { readonly fault: string };

const isDay = (said: string): boolean => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(said) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.toISOString().startsWith(said);
};

function numberOf(said: string, commas: boolean): number | string {
  // With a comma for decimals, 1.234 is a thousand to one reader and one and a bit to another.
  if (commas && /^-?\d{1,3}\.\d{3}$/.test(said)) return 'can be read in two ways';
  const plain = commas && /^-?\d+,\d+$/.test(said) ? said.replace(',', '.') : said;
  return /^-?\d+(?:\.\d+)?$/.test(plain) && Number.isFinite(Number(plain))
    ? Number(plain)
    : 'is no number';
}

/** A single value as text; undefined for a list or an object. */
const writtenAs = (raw: unknown): string | undefined =>
  typeof raw === 'string'
    ? raw
    : typeof raw === 'number' || typeof raw === 'boolean'
      ? `${raw}`
      : undefined;

function valueOf(kind: ColumnKind, raw: unknown, commas: boolean): Read {
  const written = writtenAs(raw);
  if (written === undefined) return { fault: 'is no single value' };
  if (kind === 'text') return { value: written };
  const said = written.trim();
  if (kind === 'boolean')
    return /^(?:true|yes|1)$/i.test(said)
      ? { value: true }
      : /^(?:false|no|0)$/i.test(said)
        ? { value: false }
        : { fault: 'is neither true nor false' };
  if (kind === 'date') return isDay(said) ? { value: said } : { fault: 'is no day as yyyy-mm-dd' };
  // What is a number already need not be read: 1e-7 is one there.
  const number = typeof raw === 'number' ? raw : numberOf(said, commas);
  if (typeof number === 'string') return { fault: number };
  if (kind === 'integer' && !Number.isSafeInteger(number)) return { fault: 'is no whole number' };
  return { value: number };
}

/** Reads one cell by its column: the value, or a sentence that says what is wrong with it. */
export function readCell(column: Column, raw: unknown, commas: boolean): Read {
  const { name, kind, min, max } = column;
  if (raw === undefined || raw === null || writtenAs(raw)?.trim() === '')
    return column.required === true ? { fault: `${inCode(name)} is empty` } : { value: null };
  const read = valueOf(kind, raw, commas);
  const shown = inCode(JSON.stringify(raw)?.slice(0, 60) ?? '');
  if ('fault' in read) return { fault: `${inCode(name)}: ${shown} ${read.fault}` };
  const size = kind === 'text' ? String(read.value).length : read.value;
  if (size === null || typeof size === 'boolean') return read;
  if (min !== undefined && size < min)
    return { fault: `${inCode(name)}: ${shown} is below ${min}` };
  if (max !== undefined && size > max)
    return { fault: `${inCode(name)}: ${shown} is above ${max}` };
  return read;
}
