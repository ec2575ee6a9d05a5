import { bullets, counted, inLine } from 'nova-agents/tools';
import type { Row } from '../contracts.ts';
import { documentsOf, owedBy } from './booking-rules.ts';
import type { Books } from './books.ts';
import { money, monthOf, sumOf } from './rules.ts';

const MAX_TOLD = 12;

/** What is owed for an invoice at the end of the period. */
export interface Open {
  readonly invoice: string;
  readonly supplier: string;
  readonly due: string;
  readonly currency: string;
  readonly amount: number;
  readonly overdue: boolean;
}
/** One currency of the journal: what has to agree. */
export interface Totals {
  readonly currency: string;
  readonly debit: number;
  readonly credit: number;
  readonly accounts: readonly { readonly account: string; readonly balance: number }[];
  /** Payables at the end of the period: as the journal says, and as invoices, credit notes and payments come to. */
  readonly owedByJournal: number;
  readonly owedByDocuments: number;
  readonly agrees: boolean;
}
export interface Ledger {
  readonly booked: readonly {
    currency: string;
    count: number;
    net: number;
    tax: number;
    gross: number;
  }[];
  readonly open: readonly Open[];
  readonly paid: readonly { currency: string; count: number; amount: number }[];
  readonly totals: readonly Totals[];
}

const grouped = <Item extends { readonly currency: string }>(items: readonly Item[]) =>
  [...Map.groupBy(items, ({ currency }) => currency)].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** What is left to pay of each invoice: an early payment discount that was taken counts as paid. */
function openOf(books: Books, period: string): Open[] {
  const credits = Map.groupBy(
    books['credit-notes'].filter((one) => one.period <= period),
    ({ corrects }) => corrects,
  );
  const payments = Map.groupBy(
    books.payments.filter(({ date }) => monthOf(date) <= period),
    ({ invoice }) => invoice,
  );
  return books.invoices
    .filter((one) => one.status === 'booked' && one.period <= period)
    .map(({ invoice, supplier, due, currency, gross, discount, discount_until: until }) => {
      const course = payments.get(invoice) ?? [];
      const credited = sumOf(credits.get(invoice) ?? [], (one) => one.gross);
      const left = gross - credited - sumOf(course, ({ amount }) => amount);
      const inTime = until !== null && course.every(({ date }) => date <= until);
      const amount = discount > 0 && inTime && left === discount ? 0 : left;
      const overdue = amount > 0 && due <= `${period}-31`;
      return { invoice, supplier, due, currency, amount, overdue };
    })
    .filter(({ amount }) => amount !== 0);
}

function totalsOf(books: Books, period: string): Totals[] {
  const until = books.bookings.filter(({ date }) => monthOf(date) <= period);
  const documents = documentsOf(books).filter((one) => one.period <= period);
  const byDocument = Map.groupBy(until, ({ document }) => document);
  return grouped(until).map(([currency, bookings]) => {
    const within = bookings.filter(({ date }) => monthOf(date) === period);
    const debit = sumOf(within, (row) => row.debit);
    const credit = sumOf(within, (row) => row.credit);
    const owedByJournal = owedBy(bookings);
    const owedByDocuments = sumOf(
      documents.filter((one) => one.currency === currency),
      // Of a payment either with or without its discount: as it is booked, where that is one of the two.
      ({ id, owed }) => {
        const said = owedBy(byDocument.get(id) ?? []);
        return owed.includes(said) ? said : (owed[0] ?? 0);
      },
    );
    const accounts = [...Map.groupBy(within, ({ account }) => account)]
      .map(([account, rows]) => ({
        account,
        balance: sumOf(rows, (row) => row.debit - row.credit),
      }))
      .toSorted((a, b) => (a.account < b.account ? -1 : 1));
    const agrees = debit === credit && owedByJournal === owedByDocuments;
    return { currency, debit, credit, accounts, owedByJournal, owedByDocuments, agrees };
  });
}

/** What is booked and paid in a period, what is open at its end, and whether the sums agree. */
export function ledgerOf(books: Books, period: string): Ledger {
  const invoices = books.invoices.filter((one) => one.status === 'booked' && one.period === period);
  const sums = (rows: readonly Row<'invoices'>[]) => ({
    count: rows.length,
    net: sumOf(rows, ({ net }) => net),
    tax: sumOf(rows, ({ tax }) => tax),
    gross: sumOf(rows, ({ gross }) => gross),
  });
  const payments = books.payments.filter(({ date }) => monthOf(date) === period);
  return {
    booked: grouped(invoices).map(([currency, rows]) => ({ currency, ...sums(rows) })),
    open: openOf(books, period).toSorted((a, b) =>
      a.due < b.due ? -1 : a.due > b.due ? 1 : a.invoice < b.invoice ? -1 : 1,
    ),
    paid: grouped(payments).map(([currency, rows]) => ({
      currency,
      count: rows.length,
      amount: sumOf(rows, ({ amount }) => amount),
    })),
    totals: totalsOf(books, period),
  };
}

const listed = (said: readonly string[]): string => (said.length > 0 ? said.join('; ') : 'nothing');

/** The ledger in words; what the request asks for in detail is told in detail. */
export function ledgerLines({ booked, open, paid, totals }: Ledger, text: string): string[] {
  const owed = grouped(open).map(([currency, rows]) => {
    const overdue = rows.filter((one) => one.overdue).length;
    const amount = money(
      sumOf(rows, (one) => one.amount),
      currency,
    );
    return `${amount} on ${counted(rows.length, 'invoice')}${overdue > 0 ? `, ${overdue} overdue` : ''}`;
  });
  const isOpen = /\b(?:open|unpaid|due|ow(?:e|ed|es|ing)|outstanding)\b/i.test(text);
  const isLate = /\b(?:overdue|late)\b/i.test(text);
  const wanted = isLate && !isOpen ? open.filter((one) => one.overdue) : open;
  const details = wanted.map(
    ({ invoice, supplier, due, amount, currency, overdue }) =>
      `${inLine(invoice)} of ${inLine(supplier)}: ${money(amount, currency)}, due ${due}${overdue ? ', overdue' : ''}`,
  );
  return [
    `Booked: ${listed(booked.map(({ currency, count, gross, tax }) => `${counted(count, 'invoice')}, ${money(gross, currency)} with ${money(tax, currency)} tax`))}`,
    `Paid: ${listed(paid.map(({ currency, count, amount }) => `${money(amount, currency)} in ${counted(count, 'payment')}`))}`,
    `Open at its end: ${listed(owed)}`,
    ...totals.map(
      ({ currency, debit, credit, owedByJournal, owedByDocuments, agrees }) =>
        `Totals ${currency}: debit ${money(debit, currency)}, credit ${money(credit, currency)}; payables ${money(owedByJournal, currency)} ` +
        `by the journal, ${money(owedByDocuments, currency)} by the documents: ${agrees ? 'they agree' : 'they do not agree'}`,
    ),
    ...(isOpen || isLate
      ? bullets(isOpen ? 'Open invoices' : 'Overdue invoices', details, MAX_TOLD)
      : []),
    ...(/trial|account|balance/i.test(text)
      ? bullets(
          'Accounts',
          totals.flatMap(({ currency, accounts }) =>
            accounts.map(({ account, balance }) => `${account}: ${money(balance, currency)}`),
          ),
          MAX_TOLD,
        )
      : []),
  ];
}
