import type { Row } from '../contracts.ts';
import type { Books } from './books.ts';
import { byKey, monthOf, sumOf, type Found, type Rule } from './rules.ts';

type Line = Row<'invoice-lines'>;
type Receipt = Row<'receipts'>;

/** What was ordered of one article: an order has one row of it. */
const keyOf = ({ order, article }: { readonly order: string | null; readonly article: string }) =>
  `${order}\n${article}`;
const ordersBy = (books: Books) => byKey(books.orders, keyOf);
const known = (books: Books): ReadonlySet<string> =>
  new Set(books.orders.map(({ order }) => order));

/** The receipts up to the end of a month. */
const receivedBy = (books: Books, period: string): Receipt[] =>
  books.receipts.filter(({ date }) => monthOf(date) <= period);

/** Lines of booked invoices that are for an order, up to a month. */
function linesBy(books: Books, period: string) {
  const invoices = new Map(
    books.invoices
      .filter((one) => one.status === 'booked' && one.period <= period)
      .map((one) => [one.invoice, one]),
  );
  return books['invoice-lines'].flatMap((line) => {
    const invoice = invoices.get(line.invoice);
    return invoice === undefined || line.order === null ? [] : [{ line, invoice }];
  });
}

const found = (line: Line, why: string): Found => ({
  table: 'invoice-lines',
  at: line.at,
  id: line.invoice,
  why,
  about: [line.order],
});

/** A rule on one line of the period and what was ordered. */
const onLine = (
  rule: string,
  whyOf: (line: Line, order: Row<'orders'>, invoice: Row<'invoices'>) => string | undefined,
): Rule => ({
  rule,
  needs: ['orders', 'invoices', 'invoice-lines'],
  find: (books, period) => {
    const orders = ordersBy(books);
    return linesBy(books, period).flatMap(({ line, invoice }) => {
      const order = orders.get(keyOf(line));
      const why =
        order === undefined || invoice.period !== period ? undefined : whyOf(line, order, invoice);
      return why === undefined ? [] : [found(line, why)];
    });
  },
});

const quantities: Rule[] = [
  {
    rule: 'over-delivered',
    needs: ['orders', 'receipts'],
    find: (books, period) => {
      const received = Map.groupBy(receivedBy(books, period), keyOf);
      return books.orders.flatMap((order): Found[] => {
        const receipts = received.get(keyOf(order)) ?? [];
        const last = receipts.toSorted((a, b) => (a.date < b.date ? -1 : 1)).at(-1);
        const total = sumOf(receipts, ({ quantity }) => quantity);
        if (last === undefined || total <= order.quantity || monthOf(last.date) !== period)
          return [];
        const why = `${total} of ${order.article} came, ${order.quantity} were ordered`;
        return [{ table: 'receipts', at: last.at, id: order.order, why, about: [last.receipt] }];
      });
    },
  },
  {
    rule: 'not-received',
    needs: ['orders', 'receipts', 'invoices', 'invoice-lines'],
    find: (books, period) => {
      const received = Map.groupBy(receivedBy(books, period), keyOf);
      const orders = ordersBy(books);
      const invoiced = Map.groupBy(linesBy(books, period), ({ line }) => keyOf(line));
      return [...invoiced].flatMap(([key, lines]): Found[] => {
        const came = sumOf(received.get(key) ?? [], ({ quantity }) => quantity);
        const paid = sumOf(lines, ({ line }) => line.quantity);
        const last = lines.at(-1);
        if (last === undefined || !orders.has(key) || paid <= came) return [];
        if (last.invoice.period !== period) return [];
        const why = `${paid} of ${last.line.article} are invoiced, ${came} came`;
        return [{ ...found(last.line, why), about: [last.line.order] }];
      });
    },
  },
  {
    rule: 'overdue',
    needs: ['orders', 'receipts'],
    find: (books, period) => {
      const received = Map.groupBy(receivedBy(books, period), keyOf);
      return books.orders.flatMap((order): Found[] => {
        const came = sumOf(received.get(keyOf(order)) ?? [], ({ quantity }) => quantity);
        const isDue = order.status === 'open' && monthOf(order.expected) <= period;
        if (!isDue || came >= order.quantity) return [];
        const why = `${came} of ${order.quantity} ${order.article} came, all were expected by ${order.expected}`;
        return [{ table: 'orders', at: order.at, id: order.order, why }];
      });
    },
  },
];

/** What order, receipt and invoice have to be to each other. */
export const orderRules: readonly Rule[] = [
  ...quantities,
  onLine('price-difference', ({ price }, order) =>
    price === order.price
      ? undefined
      : `the price is ${price}, that of ${order.order} ${order.price}`,
  ),
  onLine('other-supplier', (_, order, { supplier }) =>
    supplier === order.supplier
      ? undefined
      : `it is of ${supplier}, ${order.order} went to ${order.supplier}`,
  ),
  onLine('other-currency', (_, order, { currency }) =>
    currency === order.currency
      ? undefined
      : `it is in ${currency}, ${order.order} in ${order.currency}`,
  ),
  {
    rule: 'not-ordered',
    needs: ['orders', 'invoices', 'invoice-lines'],
    find: (books, period) => {
      const orders = ordersBy(books);
      const names = known(books);
      return linesBy(books, period)
        .filter(({ line, invoice }) => invoice.period === period && !orders.has(keyOf(line)))
        .map(({ line }) =>
          found(
            line,
            names.has(line.order ?? '')
              ? `${line.article} is not on ${line.order}`
              : `the order ${line.order} is not there`,
          ),
        );
    },
  },
  {
    rule: 'received-not-ordered',
    needs: ['orders', 'receipts'],
    find: (books, period) => {
      const orders = ordersBy(books);
      return books.receipts
        .filter((one) => monthOf(one.date) === period && !orders.has(keyOf(one)))
        .map(({ at, receipt: id, article, order }) => ({
          table: 'receipts',
          at,
          id,
          why: `${article} was not ordered by ${order}`,
          about: [order],
        }));
    },
  },
];
