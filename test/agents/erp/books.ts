import { TABLES, type Row, type Table } from '../../../agents/erp/contracts.ts';
import { BRANCHES, day, PERIOD } from './branches.ts';
import { chance, type Chance } from './chance.ts';

/** A row that is still written: what a test changes before it becomes text. */
export type Draft<T extends Table> = { -readonly [C in Exclude<keyof Row<T>, 'at'>]: Row<T>[C] };
export type Drafts = { [T in Table]: Draft<T>[] };

export const taxOf = (net: number, rate: number): number =>
  Math.sign(net) * Math.round(Math.abs(net * rate) / 10_000);

export interface InvoiceWish {
  supplier?: string;
  month?: string;
  date?: string;
  currency?: string;
  order?: string;
  /** Quantity, price and article of each line. */
  lines?: readonly { article: string; quantity: number; price: number; rate?: number }[];
  discount?: number;
  paid?: boolean;
  reference?: string;
}

/** The books of one branch while they are written: everything that it adds is right. */
export class Ledger {
  readonly rows = Object.fromEntries(
    Object.keys(TABLES).map((table) => [table, []]),
  ) as unknown as Drafts;
  readonly chance: Chance;
  /** Stands in every name of this branch, and in no other one's. */
  readonly canary: string;
  readonly prefix: string;
  #numbers = new Map<string, number>();

  constructor(seed: number, { tenant, branch }: { tenant: string; branch: string }) {
    const index = BRANCHES.findIndex((one) => one.tenant === tenant && one.branch === branch);
    this.chance = chance(seed * 31 + index * 7919 + 1);
    this.canary = `Zq${index}x${seed}`;
    this.prefix = `${this.canary}-`;
    const { suppliers, articles } = this.rows;
    for (const [name, currency, tax] of [
      ['S1', 'EUR', 'normal'],
      ['S2', 'EUR', 'normal'],
      ['S3', 'EUR', 'reverse-charge'],
      ['S4', 'USD', 'normal'],
    ] as const)
      suppliers.push({
        supplier: `${this.prefix}${name}`,
        name: `Firm ${this.prefix}`,
        currency,
        tax,
      });
    for (const [name, rate] of [
      ['A1', 750],
      ['A2', 750],
      ['A3', 1900],
      ['A4', 0],
    ] as const)
      articles.push({
        article: `${this.prefix}${name}`,
        name: `"Thing", ${this.prefix}`,
        unit: 'piece',
        tax_rate: rate,
      });
  }

  /** The next number of a series, such as `Zq1x7-PO-0003`. */
  number(series: string, step = 1): string {
    const number = (this.#numbers.get(series) ?? 0) + step;
    this.#numbers.set(series, number);
    return `${this.prefix}${series}-${String(number).padStart(4, '0')}`;
  }
  supplier = (name: string): string => `${this.prefix}${name}`;
  article = (name: string): string => `${this.prefix}${name}`;

  line(
    invoice: string,
    line: number,
    order: string | null,
    wish: NonNullable<InvoiceWish['lines']>[number],
    isCharged: boolean,
  ) {
    const { article, quantity, price } = wish;
    const known = this.rows.articles.find((one) => one.article === article)?.tax_rate ?? 0;
    const tax_rate = wish.rate ?? (isCharged ? known : 0);
    const row = { invoice, line, order, article, quantity, price, net: quantity * price, tax_rate };
    this.rows['invoice-lines'].push(row);
    return row;
  }

  /** A right invoice with its lines; paid in full unless it is wished otherwise. */
  invoice(wish: InvoiceWish = {}): Draft<'invoices'> {
    const { upTo, pick } = this.chance;
    const supplier = wish.supplier ?? this.supplier(pick(['S1', 'S2']));
    const period = wish.month ?? PERIOD;
    const date = wish.date ?? day(period, upTo(1, 12));
    const invoice = this.number('L');
    const isCharged =
      this.rows.suppliers.find((one) => one.supplier === supplier)?.tax !== 'reverse-charge';
    const wishes =
      wish.lines ??
      Array.from({ length: upTo(1, 3) }, () => ({
        article: this.article(pick(['A1', 'A2', 'A3', 'A4'])),
        quantity: upTo(1, 20),
        price: upTo(100, 99_999),
      }));
    const lines = wishes.map((one, index) =>
      this.line(invoice, index + 1, wish.order ?? null, one, isCharged),
    );
    const net = lines.reduce((total, one) => total + one.net, 0);
    const tax = lines.reduce((total, one) => total + taxOf(one.net, one.tax_rate), 0);
    const discount = wish.discount ?? 0;
    const row: Draft<'invoices'> = {
      invoice,
      status: 'booked',
      supplier,
      date,
      period,
      net,
      tax,
      discount,
      reference: wish.reference ?? `R-${this.canary}-${upTo(10_000, 99_999)}-${invoice.slice(-4)}`,
      due: day('2026-08', upTo(1, 28)),
      currency: wish.currency ?? (supplier === this.supplier('S4') ? 'USD' : 'EUR'),
      gross: net + tax,
      discount_until: discount > 0 ? day(PERIOD, 20) : null,
    };
    this.rows.invoices.push(row);
    if (wish.paid ?? true) this.pay(row);
    return row;
  }

  pay(invoice: Draft<'invoices'>, change: Partial<Draft<'payments'>> = {}): Draft<'payments'> {
    const row: Draft<'payments'> = {
      payment: this.number('P'),
      supplier: invoice.supplier,
      invoice: invoice.invoice,
      order: null,
      date: day(PERIOD, this.chance.upTo(13, 19)),
      currency: invoice.currency,
      amount: invoice.gross,
      reverses: null,
      ...change,
    };
    this.rows.payments.push(row);
    return row;
  }

  credit(invoice: Draft<'invoices'>, gross: number, change: Partial<Draft<'credit-notes'>> = {}) {
    const row: Draft<'credit-notes'> = {
      credit_note: this.number('C'),
      supplier: invoice.supplier,
      reference: `CR-${this.canary}-${this.chance.upTo(10_000, 99_999)}-${invoice.invoice.slice(-4)}`,
      date: day(PERIOD, 12),
      period: PERIOD,
      currency: invoice.currency,
      gross,
      corrects: invoice.invoice,
      ...change,
    };
    this.rows['credit-notes'].push(row);
    return row;
  }

  order(change: Partial<Draft<'orders'>> = {}): Draft<'orders'> {
    const { upTo, pick } = this.chance;
    const row: Draft<'orders'> = {
      order: this.number('PO'),
      supplier: this.supplier(pick(['S1', 'S2'])),
      date: day('2026-05', upTo(1, 28)),
      expected: day(PERIOD, upTo(1, 12)),
      article: this.article(pick(['A1', 'A2'])),
      quantity: upTo(5, 40),
      price: upTo(100, 9999),
      currency: 'EUR',
      status: 'open',
      ...change,
    };
    this.rows.orders.push(row);
    return row;
  }

  /** Goods that came, and went into stock. */
  receive(
    order: Draft<'orders'>,
    quantity = order.quantity,
    change: Partial<Draft<'receipts'>> = {},
  ) {
    const row: Draft<'receipts'> = {
      receipt: this.number('GR'),
      order: order.order,
      article: order.article,
      date: day(PERIOD, this.chance.upTo(2, 14)),
      quantity,
      ...change,
    };
    this.rows.receipts.push(row);
    this.move({
      kind: 'receipt',
      date: row.date,
      article: row.article,
      quantity,
      document: row.receipt,
    });
    return row;
  }

  move(change: Partial<Draft<'movements'>>): Draft<'movements'> {
    const row: Draft<'movements'> = {
      movement: this.number('M'),
      date: day(PERIOD, 15),
      location: 'main',
      article: this.article('A1'),
      kind: 'issue',
      quantity: -1,
      document: null,
      ...change,
    };
    this.rows.movements.push(row);
    return row;
  }

  /** An invoice for what came of an order. */
  invoiceFor(order: Draft<'orders'>, quantity = order.quantity, wish: InvoiceWish = {}) {
    const { article, price, supplier, currency } = order;
    const lines = [{ article, quantity, price }];
    return this.invoice({ supplier, currency, order: order.order, lines, ...wish });
  }

  count(
    article: string,
    location = 'main',
    difference = 0,
    date = day(PERIOD, 30),
  ): Draft<'counts'> {
    const stock = this.rows.movements
      .filter((one) => one.article === article && one.location === location && one.date <= date)
      .reduce((total, one) => total + one.quantity, 0);
    const row = { count: this.number('CT'), date, location, article, quantity: stock + difference };
    this.rows.counts.push(row);
    return row;
  }

  book(
    document: string,
    date: string,
    currency: string,
    sides: readonly [Draft<'bookings'>['account'], number][],
    reverses: string | null = null,
  ) {
    const booking = this.number('B');
    const rows = sides
      .filter(([, amount]) => amount !== 0)
      .map(([account, amount]) => ({
        booking,
        date,
        document,
        account,
        currency,
        reverses,
        debit: Math.max(0, amount),
        credit: Math.max(0, -amount),
      }));
    this.rows.bookings.push(...rows);
    return rows;
  }

  /** Books every document as it says it is, in its month. */
  bookAll(): void {
    const { invoices, payments } = this.rows;
    for (const { invoice, status, date, period, currency, gross, tax } of invoices)
      if (status === 'booked')
        this.book(invoice, date.startsWith(period) ? date : day(period, 28), currency, [
          ['purchases', gross - tax],
          ['input-tax', tax],
          ['payables', -gross],
        ]);
    for (const { credit_note, date, currency, gross } of this.rows['credit-notes'])
      this.book(credit_note, date, currency, [
        ['payables', gross],
        ['purchases', -gross],
      ]);
    for (const { payment, invoice, date, currency, amount } of payments) {
      this.book(payment, date, currency, [
        ['payables', amount],
        ['bank', -amount],
      ]);
      const of = invoices.find((one) => one.invoice === invoice);
      if (of === undefined || of.discount === 0 || amount !== of.gross - of.discount) continue;
      this.book(payment, date, currency, [
        ['payables', of.discount],
        ['discounts', -of.discount],
      ]);
    }
  }
}
