import type { Row, Table } from '../contracts.ts';
import type { Books } from './books.ts';
import { monthOf, sumOf, type Found, type Rule } from './rules.ts';

type Movement = Row<'movements'>;

/** Longer than that nothing is under way between two locations. */
export const UNDER_WAY_DAYS = 7;
const DAY_MS = 86_400_000;

const placeOf = ({ location, article }: Pick<Movement, 'location' | 'article'>): string =>
  `${location}\n${article}`;
const quantityOf = ({ quantity }: Pick<Movement, 'quantity'>): number => quantity;
const later = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
const byDay = (a: { date: string }, b: { date: string }): number =>
  a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
const found = (movement: Movement, why: string): Found => ({
  table: 'movements',
  at: movement.at,
  id: movement.movement,
  why,
  about: [movement.document, movement.article],
});

/** What lies where at the end of a month, by place and article. */
export function stockOf(books: Books, period: string) {
  const before = books.movements.filter(({ date }) => monthOf(date) <= period);
  return [...Map.groupBy(before, placeOf).values()].flatMap((movements) => {
    const [first] = movements;
    const quantity = sumOf(movements, quantityOf);
    return first === undefined
      ? []
      : [{ location: first.location, article: first.article, quantity }];
  });
}

const known = (books: Books): ReadonlySet<string> =>
  new Set(books.articles.map(({ article }) => article));

const stocks: Rule[] = [
  {
    rule: 'negative-stock',
    needs: ['movements'],
    find: (books, period) =>
      [...Map.groupBy(books.movements, placeOf).values()].flatMap((movements): Found[] => {
        let stock = 0;
        // Within a day the order is not known: what counts is its end.
        for (const [date, day] of Map.groupBy(movements.toSorted(byDay), (one) => one.date)) {
          const had = stock;
          stock += sumOf(day, quantityOf);
          const [first] = day.filter(({ quantity }) => quantity < 0);
          if (stock >= 0 || had < 0 || monthOf(date) !== period || first === undefined) continue;
          const why = `it leaves ${stock} of ${first.article} in ${first.location} on ${date}`;
          return [{ ...found(first, why), about: [first.article] }];
        }
        return [];
      }),
  },
  {
    rule: 'unknown-article',
    needs: ['articles', 'movements', 'counts'],
    find: (books, period) => {
      const articles = known(books);
      const unknown = (rows: readonly (Row<'movements'> | Row<'counts'>)[], table: Table) =>
        rows
          .filter(({ date, article }) => monthOf(date) === period && !articles.has(article))
          .map((row) => ({
            table,
            at: row.at,
            id: 'movement' in row ? row.movement : row.count,
            why: `the article ${row.article} is not known`,
            about: [row.article],
          }));
      return [...unknown(books.movements, 'movements'), ...unknown(books.counts, 'counts')];
    },
  },
  {
    rule: 'count-difference',
    needs: ['movements', 'counts'],
    find: (books, period) =>
      books.counts
        .filter(({ date }) => monthOf(date) === period)
        .flatMap((count): Found[] => {
          const stock = sumOf(
            books.movements.filter(
              (one) =>
                placeOf(one) === placeOf(count) &&
                // What evens the count out may be booked days after it.
                (one.date <= count.date ||
                  (one.kind === 'adjustment' && one.document === count.count)),
            ),
            quantityOf,
          );
          const why = `${count.quantity} of ${count.article} are counted in ${count.location}, ${stock} should be there`;
          const { at, count: id, article } = count;
          return stock === count.quantity
            ? []
            : [{ table: 'counts', at, id, why, about: [article] }];
        }),
  },
];

const transfers: Rule = {
  rule: 'lonely-transfer',
  needs: ['movements'],
  find: (books, period) => {
    const moved = books.movements.filter(({ kind }) => kind === 'transfer');
    const byTransfer = Map.groupBy(moved, (one) => `${one.document}\n${one.article}`);
    return [...byTransfer.values()].flatMap((movements): Found[] => {
      const sorted = movements.toSorted(byDay);
      const [first] = sorted;
      const difference = sumOf(sorted, quantityOf);
      if (first === undefined || difference === 0) return [];
      const arrived = sorted.filter(({ quantity }) => quantity > 0);
      const left = sorted.find(({ quantity }) => quantity < 0);
      const tell = arrived.at(-1) ?? first;
      if (left === undefined)
        return monthOf(tell.date) === period ? [found(tell, 'it arrived and never left')] : [];
      // It is told in the month in which it ought to have arrived.
      const told = arrived.length > 0 ? tell.date : later(left.date, UNDER_WAY_DAYS);
      if (monthOf(told) !== period) return [];
      const why =
        arrived.length > 0
          ? `${Math.abs(difference)} ${difference < 0 ? 'less' : 'more'} arrived than left`
          : `it left ${left.location} on ${left.date} and arrived nowhere within ${UNDER_WAY_DAYS} days`;
      return [found(arrived.length > 0 ? tell : left, why)];
    });
  },
};

const stored: Rule[] = [
  {
    rule: 'not-stored',
    needs: ['movements', 'receipts'],
    find: (books, period) => {
      const movements = Map.groupBy(
        books.movements.filter(({ kind }) => kind === 'receipt'),
        (one) => `${one.document}\n${one.article}`,
      );
      return books.receipts
        .filter(({ date }) => monthOf(date) === period)
        .flatMap(({ at, receipt: id, article, quantity }): Found[] => {
          const into = movements.get(`${id}\n${article}`) ?? [];
          const total = sumOf(into, quantityOf);
          const twice = into.length > 1 ? ' in several movements' : '';
          const why = `${quantity} of ${article} came, ${total} went into stock${twice}`;
          return total === quantity ? [] : [{ table: 'receipts', at, id, why, about: [article] }];
        });
    },
  },
  {
    rule: 'stored-from-nowhere',
    needs: ['movements', 'receipts'],
    find: (books, period) => {
      const receipts = new Set(books.receipts.map((one) => `${one.receipt}\n${one.article}`));
      return books.movements
        .filter(({ kind, date }) => kind === 'receipt' && monthOf(date) === period)
        .filter((one) => !receipts.has(`${one.document}\n${one.article}`))
        .map((one) => found(one, `the receipt ${one.document} of ${one.article} is not there`));
    },
  },
];

/** What movements, receipts and counts have to be to each other. */
export const stockRules: readonly Rule[] = [...stocks, transfers, ...stored];
