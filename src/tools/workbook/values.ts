/** A cell's value, or what is wrong with it; `shared` is the number of a text that stands elsewhere. */
export type Read =
  | { readonly value: string | number | boolean | null }
  | { readonly shared: number }
  | { readonly fault: string };

/** A cell as it is written: its kind, the number of its style, its text, and whether a formula stands behind it. */
export interface Written {
  readonly kind: string;
  readonly isDate: boolean;
  readonly text: string | undefined;
  readonly formula: boolean;
}

const MAX_CELL_CHARS = 32_767;
const DAY_SECONDS = 86_400;
const DAYS_1904 = 1462;
/** 1970-01-01 as a day of the calendar that begins with 1900. */
const DAYS_1970 = 25_569;
/** That calendar has a 29 February 1900, which never was; days before it are one off. */
const NO_SUCH_DAY = 60;
const MAX_DAYS = 2_958_466;

/** A moment as it is written in a table: a day, with its time where it has one; a time alone without a day. */
function momentOf(serial: number, since1904: boolean): Read {
  const days = serial + (since1904 ? DAYS_1904 : 0);
  const seconds = Math.round(days * DAY_SECONDS);
  if (serial < 0 || days >= MAX_DAYS) return { fault: 'is a date that the calendar does not have' };
  const [day, rest] = [Math.floor(seconds / DAY_SECONDS), seconds % DAY_SECONDS];
  const shift = day < NO_SUCH_DAY ? 1 : 0;
  const at = new Date(((day - DAYS_1970 + shift) * DAY_SECONDS + rest) * 1000).toISOString();
  const [date = '', time = ''] = at.slice(0, 19).split('T');
  if (serial < 1 && rest !== 0) return { value: time };
  if (day === NO_SUCH_DAY) return { fault: 'is 29 February 1900, which never was' };
  return { value: rest === 0 ? date : `${date}T${time}` };
}

/** A longer one is none; looking for brackets in it would take long. */
const MAX_CODE_CHARS = 255;
const BUILT_IN_DATES = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Whether a number format shows a date or a time: it has a letter of one outside of quotation marks and brackets. */
export function showsDate(id: number, code: string | undefined): boolean {
  if (code === undefined) return BUILT_IN_DATES.some(([from, to]) => id >= from && id <= to);
  const bare = code
    .slice(0, MAX_CODE_CHARS)
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  return /[ymdhs]/i.test(bare.replace(/general/gi, ''));
}

/** Signs that XML cannot hold stand as `_x000D_`. */
const unescaped = (text: string): string =>
  text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/** A text as a cell holds it. */
export function textual(text: string): Read {
  const value = unescaped(text);
  return value.length > MAX_CELL_CHARS
    ? { fault: `has over ${MAX_CELL_CHARS} characters` }
    : { value };
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const ERROR = /^#[A-Z0-9/_!?]{1,30}$/;
const MIDNIGHT = /^(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?Z?$/;

/** What a cell holds; a formula is never worked out, its last result counts. */
export function valueOf({ kind, isDate, text, formula }: Written, since1904: boolean): Read {
  const isText = kind === 'str' || kind === 'inlineStr';
  const said = text?.trim() ?? '';
  if (text === undefined || (said === '' && !isText))
    return formula ? { fault: 'holds a formula without a result' } : { value: null };
  if (isText) return textual(text);
  if (kind === 'e')
    return { fault: ERROR.test(said) ? `holds the error ${said}` : 'holds an error' };
  if (kind === 's' && /^\d{1,9}$/.test(said)) return { shared: Number(said) };
  if (kind === 'b' && /^[01]$/.test(said)) return { value: said === '1' };
  if (kind === 'd') return textual(said.replace(MIDNIGHT, '$1'));
  const number = NUMBER.test(said) && kind === 'n' ? Number(said) : Number.NaN;
  if (!Number.isFinite(number)) return { fault: 'is no value of its kind' };
  return isDate ? momentOf(number, since1904) : { value: number };
}
