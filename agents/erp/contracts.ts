import * as z from 'zod';

/** Below `books/`: lower-case letters, digits and hyphens. */
export const Name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
/** A month, such as 2026-06. */
export const Period = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);

/** What a cell of a table may hold; `null` where an optional one is empty. */
const id = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._/ -]{0,59}$/u, 'an id is expected');
const text = z.string().min(1, 'a text is expected').max(200, 'at most 200 characters');
const whole = z
  .string()
  .regex(/^(?:0|-?[1-9]\d{0,12})$/, 'a whole number is expected')
  .transform(Number);
const amount = z
  .string()
  .regex(/^(?:0|-?[1-9]\d{0,12})$/, 'a whole number of minor units is expected')
  .transform(Number);
const day = z.iso.date('a date such as 2026-06-30 is expected');
const currency = z.string().regex(/^[A-Z]{3}$/, 'a currency such as EUR is expected');
const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  z.enum(words, `one of ${words.join(', ')} is expected`);
const empty = z.literal('').transform(() => null);
const optional = <Cell extends z.ZodType>(cell: Cell) => z.union([empty, cell]);

/**
 * The tables of a branch, one CSV file each, and their columns. Amounts and prices are whole minor units (cents), tax rates basis
 * points (750 = 7.5 %), dates ISO. A file may also have the columns `tenant` and `branch`; others are left aside.
 */
export const TABLES = {
  suppliers: { supplier: id, name: text, currency, tax: oneOf('normal', 'reverse-charge') },
  articles: { article: id, name: text, unit: text, tax_rate: whole },
  /** `invoice` is our own number, without gaps; `reference` the supplier's; `period` where it is booked. */
  invoices: {
    invoice: id,
    status: oneOf('booked', 'void'),
    supplier: id,
    reference: id,
    date: day,
    period: Period,
    due: day,
    currency,
    net: amount,
    tax: amount,
    gross: amount,
    /** For whoever pays until `discount_until`. */
    discount: amount,
    discount_until: optional(day),
  },
  /** Without an order: services. */
  'invoice-lines': {
    invoice: id,
    line: whole,
    order: optional(id),
    article: id,
    quantity: whole,
    price: amount,
    net: amount,
    tax_rate: whole,
  },
  'credit-notes': {
    credit_note: id,
    supplier: id,
    reference: id,
    date: day,
    period: Period,
    currency,
    gross: amount,
    /** The invoice. */
    corrects: id,
  },
  /** For an invoice, or in advance for an order; what `reverses` another has its amount below zero. */
  payments: {
    payment: id,
    supplier: id,
    invoice: optional(id),
    order: optional(id),
    date: day,
    currency,
    amount,
    reverses: optional(id),
  },
  /** One row for each article of an order; `closed`: nothing more is to come. */
  orders: {
    order: id,
    supplier: id,
    date: day,
    expected: day,
    article: id,
    quantity: whole,
    price: amount,
    currency,
    status: oneOf('open', 'closed'),
  },
  receipts: { receipt: id, order: id, article: id, date: day, quantity: whole },
  /** What leaves has its quantity below zero; `document`: the receipt, the transfer or the count that it is for. */
  movements: {
    movement: id,
    date: day,
    location: id,
    article: id,
    kind: oneOf('opening', 'receipt', 'issue', 'transfer', 'adjustment'),
    quantity: whole,
    document: optional(id),
  },
  /** At the end of the day. */
  counts: { count: id, date: day, location: id, article: id, quantity: whole },
  /** The journal: several rows make a booking; `document` is an invoice, credit note or payment. */
  bookings: {
    booking: id,
    date: day,
    document: id,
    account: oneOf('payables', 'purchases', 'input-tax', 'bank', 'discounts'),
    currency,
    debit: amount,
    credit: amount,
    reverses: optional(id),
  },
} as const;
export type Table = keyof typeof TABLES;
/** A row of a table, and where it stands. */
export type Row<T extends Table> = {
  readonly [C in keyof (typeof TABLES)[T]]: (typeof TABLES)[T][C] extends z.ZodType
    ? z.output<(typeof TABLES)[T][C]>
    : never;
} & { readonly at: number };

const Place = { file: z.string().min(1), line: z.int().min(1) };
/** Something that does not hold, and the row that shows it. */
export const Finding = z.strictObject({
  ...Place,
  rule: z.string().min(1),
  /** The document, booking or article that it is about. */
  id: z.string().min(1),
  why: z.string().min(1),
});
export type Finding = z.infer<typeof Finding>;
/** A row that could not be read. */
export const BadRow = z.strictObject({ ...Place, reason: z.string().min(1) });
export type BadRow = z.infer<typeof BadRow>;

export const MAX_FINDINGS = 500;
export const MAX_BAD_ROWS = 1000;
/** What every look into the books of a branch comes to. */
export const Looked = z.strictObject({
  summary: z.string().min(1),
  tenant: Name,
  branch: Name,
  period: Period,
  /** Sorted by place. */
  findings: z.array(Finding).max(MAX_FINDINGS),
  badRows: z.array(BadRow).max(MAX_BAD_ROWS),
  /** What could not be judged, as rows or tables that it needs are missing or bad. */
  notJudged: z.array(z.string()),
  /** There are more findings than are listed. */
  truncated: z.boolean(),
});
export type Looked = z.infer<typeof Looked>;
