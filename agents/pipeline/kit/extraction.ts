export const KINDS = ['date', 'amount', 'mail', 'order', 'invoice', 'field', 'table-row'] as const;

/** What was read, with the place where it stands; lines and columns count from 1. */
export interface Row {
  readonly kind: (typeof KINDS)[number];
  readonly line: number;
  readonly column: number;
  /** As it stands there. */
  readonly raw: string;
  /** A day as `yyyy-mm-dd`, an amount as a decimal, a number or an address; of a field and a table row its cells by name. */
  readonly value: string | null;
  readonly currency: string | null;
  readonly cells: Record<string, string> | null;
  /** Why there is no value: it can be read in two ways. */
  readonly doubt: string | null;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const ISO = /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])/g;
const DOTTED = /(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d])/g;
const SLASHED = /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4})(?![\d/])/g;
const DAY_FIRST = new RegExp(
  `\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${MONTH})\\.?,?\\s+(\\d{4})\\b`,
  'gi',
);
const MONTH_FIRST = new RegExp(
  `\\b(${MONTH})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b`,
  'gi',
);

function dayOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.toISOString().slice(0, 'yyyy-mm-dd'.length) : undefined;
}

type Read = Pick<Row, 'kind' | 'raw'> & Partial<Row> & { readonly index: number };
const monthOf = (word: string): number => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;

function datesIn(line: string): Read[] {
  const found = (pattern: RegExp, order: (...parts: string[]) => [number, number, number]) =>
    [...line.matchAll(pattern)].flatMap(
      ({ index, 0: raw, 1: a = '', 2: b = '', 3: c = '' }): Read[] => {
        const value = dayOf(...order(a, b, c));
        return value === undefined ? [] : [{ kind: 'date', index, raw, value }];
      },
    );
  const slashed = [...line.matchAll(SLASHED)].flatMap(
    ({ index, 0: raw, 1: a, 2: b, 3: year }): Read[] => {
      const days = [
        dayOf(Number(year), Number(a), Number(b)),
        dayOf(Number(year), Number(b), Number(a)),
      ];
      const real = [...new Set(days.filter((day) => day !== undefined))];
      if (real.length === 0) return [];
      const doubt = real.length > 1 ? `${real[0]} or ${real[1]}` : null;
      return [
        { kind: 'date', index, raw, value: doubt === null ? (real[0] ?? null) : null, doubt },
      ];
    },
  );
  return [
    ...found(ISO, (y, m, d) => [Number(y), Number(m), Number(d)]),
    ...found(DOTTED, (d, m, y) => [Number(y), Number(m), Number(d)]),
    ...found(DAY_FIRST, (d, m, y) => [Number(y), monthOf(m), Number(d)]),
    ...found(MONTH_FIRST, (m, d, y) => [Number(y), monthOf(m), Number(d)]),
    ...slashed,
  ];
}

const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
};
const CODES = 'EUR|USD|GBP|CHF|JPY|INR|SEK|NOK|DKK|PLN|CZK|CAD|AUD';
const NUMBER = String.raw`[-−]?\d{1,12}(?:[.,'’ \u00a0\u202f]\d{3}){0,4}(?:[.,]\d{1,4})?`;
const AMOUNT = new RegExp(
  `(?<![\\p{L}\\d.,])(?:([€$£¥₹]|(?:${CODES})\\s)\\s?(${NUMBER})(?![\\d])|(${NUMBER})\\s?([€$£¥₹]|(?:${CODES})\\b))`,
  'gu',
);
const MAX_GROUP_DIGITS = 3;

/** The decimal of a written number; undefined where "1.234" or "1,234" has two readings. */
function decimalOf(said: string): string | undefined {
  const plain = said.replace(/['’ \u00a0\u202f]/g, '').replace('−', '-');
  const marks = plain.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  if (last === undefined) return plain;
  const after = plain.length - plain.lastIndexOf(last) - 1;
  const isMixed = new Set(marks).size > 1;
  if (!isMixed && marks.length === 1 && after === MAX_GROUP_DIGITS) return undefined;
  const hasDecimals = isMixed || marks.length === 1;
  const whole = hasDecimals ? plain.slice(0, plain.lastIndexOf(last)) : plain;
  return (
    whole.replace(/[.,]/g, '') + (hasDecimals ? `.${plain.slice(plain.lastIndexOf(last) + 1)}` : '')
  );
}

const amountsIn = (line: string): Read[] =>
  [...line.matchAll(AMOUNT)].map(({ index, 0: raw, 1: before, 2: a, 3: b, 4: after }) => {
    const sign = (before ?? after ?? '').trim();
    const value = decimalOf(a ?? b ?? '') ?? null;
    const doubt = value === null ? 'its mark may divide thousands or decimals' : null;
    return { kind: 'amount', index, raw: raw.trim(), value, currency: SIGNS[sign] ?? sign, doubt };
  });

const MAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}(?![\p{L}\p{N}])/giu;
const NUMBERED =
  /\b(order|purchase order|po|invoice|inv|bestellung|auftrag|rechnung)(?:snummer|nummer|\s?(?:number|no\.?|nr\.?|id))?\s*[:#]?\s*#?\s*((?=[A-Z0-9/-]{0,30}\d)[A-Z0-9][A-Z0-9/-]{2,30})\b/gi;

const mailsIn = (line: string): Read[] =>
  [...line.matchAll(MAIL)].map(({ index, 0: raw }) => ({
    kind: 'mail',
    index,
    raw,
    value: raw.toLowerCase(),
  }));

const numbersIn = (line: string): Read[] =>
  [...line.matchAll(NUMBERED)].map(({ index, 0: raw, 1: word = '', 2: value = '' }) => ({
    kind: /^(?:inv|rechnung)/i.test(word) ? 'invoice' : 'order',
    index,
    raw,
    value,
  }));

const FIELD =
  /^\s*(?:[-*]\s+)?(?:\*\*)?(\p{L}[\p{L}\p{N} _/-]{0,40}?)(?:\*\*)?\s*[:=](?:\*\*)?\s+(\S.*)$/u;

function fieldIn(line: string): Read[] {
  const [raw, name = '', value = ''] = FIELD.exec(line) ?? [];
  if (raw === undefined) return [];
  return [
    {
      kind: 'field',
      index: line.indexOf(name),
      raw: raw.trim(),
      value: value.trim(),
      cells: { name, value: value.trim() },
    },
  ];
}

const RULE = /^\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** The rows of Markdown tables by line, named by their heads. */
function tablesIn(lines: readonly string[]): Map<number, Read> {
  const rows = new Map<number, Read>();
  for (const [at, line] of lines.entries()) {
    if (
      at === 0 ||
      !line.includes('|') ||
      !RULE.test(line) ||
      lines[at - 1]?.includes('|') !== true
    )
      continue;
    const names = cellsOf(lines[at - 1] ?? '');
    for (let next = at + 1; lines[next]?.includes('|') === true; next += 1) {
      const raw = lines[next] ?? '';
      const cells = cellsOf(raw);
      const named = Object.fromEntries(
        names.map((name, index) => [
          name === '' ? `column ${index + 1}` : name,
          cells[index] ?? '',
        ]),
      );
      const doubt =
        cells.length === names.length
          ? null
          : `it has ${cells.length} cells, the head ${names.length}`;
      rows.set(next, {
        kind: 'table-row',
        index: raw.length - raw.trimStart().length,
        raw: raw.trim(),
        cells: named,
        doubt,
      });
    }
  }
  return rows;
}

/** Characters of a line that are looked at. */
const MAX_LINE_CHARS = 10_000;

/** Reads typed rows out of a text, by place. What can be read in two ways has a doubt and no value. */
export function extract(text: string): Row[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.slice(0, MAX_LINE_CHARS));
  const tables = tablesIn(lines);
  return lines.flatMap((line, at) => {
    const row = tables.get(at);
    const found = [
      ...(row === undefined ? fieldIn(line) : [row]),
      ...datesIn(line),
      ...amountsIn(line),
      ...mailsIn(line),
      ...numbersIn(line),
    ];
    return found
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, ...read }) => ({
        value: null,
        currency: null,
        cells: null,
        doubt: null,
        ...read,
        line: at + 1,
        column: index + 1,
      }));
  });
}
