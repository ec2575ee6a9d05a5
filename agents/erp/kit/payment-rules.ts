import type { Row } from '../contracts.ts';
import type { Books } from './books.ts';
import { byKey, money, monthOf, sumOf, type Found, type Rule } from './rules.ts';

type Payment = Row<'payments'>;
type Invoice = Row<'invoices'>;

const booked = (books: Books): Map<string, Invoice> =>
  byKey(
    books.invoices.filter(({ status }) => status === 'booked'),
    ({ invoice }) => invoice,
  );
const found = (payment: Payment, why: string): Found => ({
  table: 'payments',
  at: payment.at,
  id: payment.payment,
  why,
  about: [payment.invoice, payment.order, payment.reverses],
});

/** A rule on one payment of the period and the invoice that it is for. */
const onPayment = (
  rule: string,
  whyOf: (payment: Payment, invoice: Invoice) => string | undefined,
): Rule => ({
  rule,
  needs: ['invoices', 'payments'],
  find: (books, period) => {
    const invoices = booked(books);
    return books.payments.flatMap((payment) => {
      const invoice = invoices.get(payment.invoice ?? '');
      if (invoice === undefined || monthOf(payment.date) !== period) return [];
      const why = whyOf(payment, invoice);
      return why === undefined ? [] : [found(payment, why)];
    });
  },
});

/** The payments of each invoice in the order of their days. */
function courses(books: Books): { invoice: Invoice; payments: Payment[] }[] {
  const invoices = booked(books);
  return [...Map.groupBy(books.payments, ({ invoice }) => invoice)].flatMap(([id, payments]) => {
    const invoice = invoices.get(id ?? '');
    const course = payments.toSorted((a, b) =>
      a.date < b.date ? -1 : a.date > b.date ? 1 : a.at - b.at,
    );
    return invoice === undefined ? [] : [{ invoice, payments: course }];
  });
}

/** What a payment has to be. */
export const paymentRules: readonly Rule[] = [
  {
    rule: 'paid-without-invoice',
    needs: ['invoices', 'payments', 'orders'],
    find: (books, period) => {
      const invoices = booked(books);
      const orders = new Set(books.orders.map(({ order }) => order));
      return books.payments
        .filter(({ date }) => monthOf(date) === period)
        .filter(({ invoice, order }) =>
          invoice === null ? !orders.has(order ?? '') : !invoices.has(invoice),
        )
        .map((payment) =>
          found(
            payment,
            payment.invoice === null
              ? 'it is for no invoice, and in advance of no known order'
              : `it is for ${payment.invoice}, which is no booked invoice`,
          ),
        );
    },
  },
  {
    rule: 'paid-twice',
    needs: ['invoices', 'payments', 'credit-notes'],
    find: (books, period) => {
      const credits = Map.groupBy(books['credit-notes'], ({ corrects }) => corrects);
      return courses(books).flatMap(({ invoice, payments }): Found[] => {
        // What is reversed later was still paid wrongly only if it was never taken back.
        const paid = sumOf(payments, ({ amount }) => amount);
        const last = payments.findLast(({ amount }) => amount > 0);
        if (last === undefined || monthOf(last.date) !== period) return [];
        const credited = sumOf(
          (credits.get(invoice.invoice) ?? []).filter(({ date }) => date <= last.date),
          ({ gross }) => gross,
        );
        const owed = Math.max(0, invoice.gross - credited);
        const why = `${money(paid, last.currency)} are paid of ${money(owed, invoice.currency)}`;
        return paid > owed ? [found(last, why)] : [];
      });
    },
  },
  {
    rule: 'discount-late',
    needs: ['invoices', 'payments', 'credit-notes'],
    find: (books, period) => {
      const credited = new Set(books['credit-notes'].map(({ corrects }) => corrects));
      return courses(books).flatMap(({ invoice, payments }): Found[] => {
        const last = payments.findLast(({ amount }) => amount > 0);
        const { discount, discount_until: until } = invoice;
        if (last === undefined || discount === 0 || credited.has(invoice.invoice)) return [];
        const isTaken = sumOf(payments, ({ amount }) => amount) === invoice.gross - discount;
        if (!isTaken || monthOf(last.date) !== period || until === null) return [];
        const why = `the discount was for payment until ${until}, and it is of ${last.date}`;
        return last.date > until ? [found(last, why)] : [];
      });
    },
  },
  onPayment('payment-currency', ({ currency }, invoice) =>
    currency === invoice.currency
      ? undefined
      : `it is in ${currency}, ${invoice.invoice} in ${invoice.currency}`,
  ),
  onPayment('payment-supplier', ({ supplier }, invoice) =>
    supplier === invoice.supplier
      ? undefined
      : `it went to ${supplier}, ${invoice.invoice} is of ${invoice.supplier}`,
  ),
];
