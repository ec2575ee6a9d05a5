import type { Row, Table } from '../contracts.ts';
import type { Books } from './books.ts';
import { byKey, monthOf, sumOf, type Found, type Rule } from './rules.ts';

type Booking = Row<'bookings'>;

/** What has to be booked: on the payables, in a month, one of these amounts. */
export interface Document {
  readonly table: Table;
  readonly at: number;
  readonly id: string;
  readonly period: string;
  readonly currency: string;
  /** Above zero: we owe it. The first is the usual one. */
  readonly owed: readonly number[];
  readonly about: Found['about'];
}

/** Invoices, credit notes and payments, as the journal has to tell of them. */
export function documentsOf(books: Books): Document[] {
  const invoices = byKey(books.invoices, ({ invoice }) => invoice);
  return [
    ...books.invoices
      .filter(({ status }) => status === 'booked')
      .map(({ invoice: id, at, period, currency, gross }) => ({
        table: 'invoices' as const,
        at,
        id,
        period,
        currency,
        owed: [gross],
        about: [],
      })),
    ...books['credit-notes'].map(({ credit_note: id, at, period, currency, gross }) => ({
      table: 'credit-notes' as const,
      at,
      id,
      period,
      currency,
      owed: [-gross],
      about: [],
    })),
    ...books.payments.map(({ payment: id, at, date, currency, amount, invoice }) => {
      const discount = invoices.get(invoice ?? '')?.discount ?? 0;
      const owed = [-amount, -amount - discount];
      const period = monthOf(date);
      return { table: 'payments' as const, at, id, period, currency, owed, about: [invoice] };
    }),
  ];
}

/** What bookings add to what we owe. */
export const owedBy = (bookings: readonly Booking[]): number =>
  sumOf(
    bookings.filter(({ account }) => account === 'payables'),
    ({ debit, credit }) => credit - debit,
  );

/** A rule on a document of the period and all bookings that name it. */
const onDocument = (
  rule: string,
  whyOf: (owed: number, document: Document, bookings: readonly Booking[]) => string | undefined,
): Rule => ({
  rule,
  needs: ['invoices', 'credit-notes', 'payments', 'bookings'],
  find: (books, period) => {
    const bookings = Map.groupBy(books.bookings, ({ document }) => document);
    return documentsOf(books)
      .filter((document) => document.period === period)
      .flatMap((document) => {
        const own = bookings.get(document.id) ?? [];
        const why = whyOf(owedBy(own), document, own);
        return why === undefined ? [] : [{ ...document, why }];
      });
  },
});

/** Rows of one booking, in order. */
const bookingsOf = (books: Books): [string, Booking[]][] => [
  ...Map.groupBy(books.bookings, ({ booking }) => booking),
];
const found = (booking: Booking, why: string): Found => ({
  table: 'bookings',
  at: booking.at,
  id: booking.booking,
  why,
  about: [booking.document, booking.reverses],
});

/** What a booking has to be. */
export const bookingRules: readonly Rule[] = [
  onDocument('not-booked', (owed, document) =>
    owed === 0 && document.owed[0] !== 0 ? 'the journal has nothing of it' : undefined,
  ),
  onDocument('booked-twice', (owed, document) =>
    owed !== 0 && owed === 2 * (document.owed[0] ?? 0) ? 'the journal has it twice' : undefined,
  ),
  onDocument('booked-otherwise', (owed, document) => {
    const [usual = 0] = document.owed;
    return document.owed.includes(owed) || owed === 2 * usual || (owed === 0 && usual !== 0)
      ? undefined
      : `the journal has ${owed} on the payables, it says ${usual}`;
  }),
  onDocument('booked-elsewhere', (owed, document, bookings) => {
    // What was reversed may have stood in the wrong month.
    if (owed === 0 || bookings.some(({ reverses }) => reverses !== null)) return undefined;
    const other = bookings.find(({ date }) => monthOf(date) !== document.period);
    return other && `it is of ${document.period}, and in the journal on ${other.date}`;
  }),
  {
    rule: 'unbalanced',
    needs: ['bookings'],
    find: (books, period) =>
      bookingsOf(books).flatMap(([, rows]): Found[] => {
        const [first] = rows;
        if (first === undefined || monthOf(first.date) !== period) return [];
        const debit = sumOf(rows, (row) => row.debit);
        const credit = sumOf(rows, (row) => row.credit);
        return debit === credit
          ? []
          : [found(first, `its debit is ${debit}, its credit ${credit}`)];
      }),
  },
  {
    rule: 'unknown-document',
    needs: ['invoices', 'credit-notes', 'payments', 'bookings'],
    find: (books, period) => {
      const known = new Set(documentsOf(books).map(({ id }) => id));
      return bookingsOf(books).flatMap(([, [first]]): Found[] =>
        first === undefined || monthOf(first.date) !== period || known.has(first.document)
          ? []
          : [found(first, `it is of ${first.document}, which is not there`)],
      );
    },
  },
  {
    rule: 'reversed-otherwise',
    needs: ['bookings'],
    find: (books, period) => {
      const all = new Map(bookingsOf(books));
      const sides = (rows: readonly Booking[], debit: 'debit' | 'credit', credit: typeof debit) =>
        rows
          .map((row) => `${row.account} ${row.currency} ${row[debit]} ${row[credit]}`)
          .toSorted()
          .join();
      return [...all.values()].flatMap((rows): Found[] => {
        const [first] = rows;
        if (first?.reverses === null || first === undefined || monthOf(first.date) !== period)
          return [];
        const other = all.get(first.reverses);
        if (other === undefined)
          return [found(first, `it reverses ${first.reverses}, which is not there`)];
        return sides(rows, 'debit', 'credit') === sides(other, 'credit', 'debit')
          ? []
          : [found(first, `it is not ${first.reverses} with its sides changed`)];
      });
    },
  },
];
