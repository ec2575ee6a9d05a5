import { taxOf, type Drafts, type Ledger } from './books.ts';
import { day, PERIOD } from './branches.ts';
import type { PLANTS, Expected } from './planted.ts';

const LAST_MONTH = '2026-05';
const NEXT_MONTH = '2026-07';

/** What looks wrong and is right; what comes back is done once journal and counts are written. */
const ALIKE: Readonly<Record<string, (book: Ledger) => (() => void) | void>> = {
  'tax rounded over the total': (book) => {
    const lines = [1, 2, 3].map(() => ({ article: book.article('A1'), quantity: 1, price: 104 }));
    const invoice = book.invoice({ lines, supplier: book.supplier('S1'), paid: false });
    // 7.8 a line is 8, three of them 24; over the total it is 23.4, and 23.
    invoice.tax = taxOf(invoice.net, 750);
    invoice.gross = invoice.net + invoice.tax;
    book.pay(invoice);
  },
  'a credit note that looks like a doubled invoice': (book) => {
    const invoice = book.invoice();
    book.credit(invoice, invoice.gross, {
      date: day(PERIOD, 28),
      reference: `G${invoice.reference}`,
    });
  },
  'the same rent twice': (book) => {
    const lines = [{ article: book.article('A4'), quantity: 1, price: 90_000 }];
    for (const _ of [1, 2]) book.invoice({ lines, supplier: book.supplier('S1') });
  },
  'one reference of two suppliers': (book) => {
    const { reference } = book.invoice({ supplier: book.supplier('S1') });
    book.invoice({ supplier: book.supplier('S2'), reference });
  },
  'no tax by reverse charge': (book) => void book.invoice({ supplier: book.supplier('S3') }),
  'a supplier abroad': (book) => void book.invoice({ supplier: book.supplier('S4') }),
  'a void number': (book) => {
    const invoice = book.invoice({ paid: false });
    Object.assign(invoice, { status: 'void', net: 0, tax: 0, gross: 0 });
    const lines = book.rows['invoice-lines'];
    book.rows['invoice-lines'] = lines.filter((one) => one.invoice !== invoice.invoice);
  },
  'an invoice of last month that came late': (book) =>
    void book.invoice({ date: day(LAST_MONTH, 28) }),
  'an early payment discount': (book) => {
    const invoice = book.invoice({ discount: 50, paid: false });
    book.pay(invoice, { amount: invoice.gross - 50 });
  },
  'two part payments': (book) => {
    const invoice = book.invoice({ paid: false });
    book.pay(invoice, { amount: 60 });
    book.pay(invoice, { amount: invoice.gross - 60 });
  },
  'a payment taken back and made again': (book) => {
    const invoice = book.invoice();
    const wrong = book.rows.payments.at(-1);
    book.pay(invoice, {
      amount: -invoice.gross,
      date: day(PERIOD, 20),
      reverses: wrong?.payment ?? null,
    });
    book.pay(invoice, { date: day(PERIOD, 21) });
  },
  'paid next month, or not yet': (book) => {
    book.invoice({ paid: false });
    book.pay(book.invoice({ paid: false }), { date: day(NEXT_MONTH, 2) });
  },
  'a payment in advance': (book) => {
    const order = book.order({ expected: day(NEXT_MONTH, 9) });
    const { supplier, currency } = order;
    const amount = 500;
    const row = { supplier, currency, amount, invoice: null, order: order.order };
    const payment = { payment: book.number('P'), date: day(PERIOD, 5), reverses: null };
    book.rows.payments.push({ ...payment, ...row });
  },
  'a partial delivery, invoiced in part': (book) => {
    const order = book.order({ quantity: 9 });
    book.receive(order, 4);
    book.invoiceFor(order, 4);
    book.receive(order, 5);
    book.invoiceFor(order, 5);
  },
  'an order half delivered and not yet due': (book) =>
    void book.receive(book.order({ expected: day(NEXT_MONTH, 1) }), 3),
  'an order closed short': (book) => void book.receive(book.order({ status: 'closed' }), 1),
  'a transfer of two days, and one under way': (book) => {
    const document = book.number('T');
    const left = { kind: 'transfer', quantity: -5, document, date: day(PERIOD, 10) } as const;
    book.move(left);
    book.move({ ...left, quantity: 5, location: 'side', date: day(PERIOD, 12) });
    book.move({ ...left, document: book.number('T'), date: day(PERIOD, 28) });
  },
  'stock that ends at nothing': (book) => {
    book.move({ kind: 'opening', quantity: 5, location: 'corner', date: day(LAST_MONTH, 31) });
    book.move({ quantity: -5, location: 'corner' });
  },
  'a count that was evened out': (book) => () => {
    const article = book.article('A4');
    const { count } = book.count(article, 'main', -2);
    const date = day(NEXT_MONTH, 2);
    book.move({ article, kind: 'adjustment', quantity: -2, document: count, date });
  },
  'a booking of the wrong month reversed and made again': (book) => {
    const { invoice } = book.invoice();
    return () => {
      const rows = book.rows.bookings.filter((one) => one.document === invoice);
      const [booking, again] = [book.number('B'), book.number('B')];
      const reverses = rows[0]?.booking ?? null;
      book.rows.bookings.push(
        ...rows.map((row) => ({ ...row, booking, debit: row.credit, credit: row.debit, reverses })),
        ...rows.map((row) => ({ ...row, booking: again })),
      );
      for (const row of rows) row.date = day(LAST_MONTH, 28);
    };
  },
};
export const ALIKES = Object.keys(ALIKE);

/** Writes the books of a branch: ordinary ones, everything that only looks wrong, and some planted errors. */
export function written(
  book: Ledger,
  plants: readonly (typeof PLANTS)[number][],
): { readonly rows: Drafts; readonly expected: readonly Expected[] } {
  for (const article of ['A1', 'A2', 'A3', 'A4'])
    for (const location of ['main', 'side'])
      book.move({
        kind: 'opening',
        location,
        quantity: 500,
        article: book.article(article),
        date: day(LAST_MONTH, 31),
      });
  for (const month of [LAST_MONTH, PERIOD, PERIOD, NEXT_MONTH])
    book.invoice({ month, paid: month === PERIOD });
  for (const _ of [1, 2]) {
    const order = book.order();
    book.receive(order);
    book.invoiceFor(order);
    book.move({ article: order.article, quantity: -2, date: day(PERIOD, 22) });
  }
  const alike = Object.values(ALIKE).map((make) => make(book));
  const planted = plants.map(({ plant, ...what }) => ({ ...what, made: plant(book) }));
  for (const article of ['A1', 'A2']) book.count(book.article(article));
  book.bookAll();
  for (const late of alike) late?.();
  const expected = planted.map(({ made, ...what }) => ({
    ...what,
    id: typeof made === 'string' ? made : made(),
  }));
  return { rows: book.rows, expected };
}
