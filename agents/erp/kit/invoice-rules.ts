import type { Row } from '../contracts.ts';
import type { Books } from './books.ts';
import { byKey, money, monthOf, sumOf, type Found, type Rule } from './rules.ts';

type Invoice = Row<'invoices'>;
type Line = Row<'invoice-lines'>;
const BASIS_POINTS = 10_000;

/** Half a cent goes away from zero. */
const rounded = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
const taxOf = (net: number, rate: number): number => rounded((net * rate) / BASIS_POINTS);

/** Tax rounded a line, and tax rounded a rate: both are used, and both are right. */
function taxesOf(lines: readonly Line[]): readonly [number, number] {
  const byRate = Map.groupBy(lines, (line) => line.tax_rate);
  return [
    sumOf(lines, (line) => taxOf(line.net, line.tax_rate)),
    sumOf([...byRate], ([rate, of]) =>
      taxOf(
        sumOf(of, (line) => line.net),
        rate,
      ),
    ),
  ];
}

/** Numbers that differ in their writing only: `R-0100` and `r 0100`. */
const plain = (reference: string): string => reference.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
const nameOf = ({ supplier, reference }: Pick<Invoice, 'supplier' | 'reference'>): string =>
  `${supplier}\n${plain(reference)}`;

const bookedIn = (books: Books, period: string): Invoice[] =>
  books.invoices.filter((one) => one.status === 'booked' && one.period === period);
const linesBy = (books: Books) => Map.groupBy(books['invoice-lines'], ({ invoice }) => invoice);

/** A rule on one invoice and its lines. */
const onInvoice = (
  rule: string,
  needs: Rule['needs'],
  whyOf: (books: Books) => (invoice: Invoice, lines: readonly Line[]) => string | undefined,
  about: (invoice: Invoice) => Found['about'] = () => [],
): Rule => ({
  rule,
  needs,
  find: (books, period) => {
    const why = whyOf(books);
    const lines = needs.includes('invoice-lines') ? linesBy(books) : new Map<string, Line[]>();
    return bookedIn(books, period).flatMap((invoice) => {
      const said = why(invoice, lines.get(invoice.invoice) ?? []);
      const { at, invoice: id } = invoice;
      return said === undefined
        ? []
        : [{ table: 'invoices' as const, at, id, why: said, about: about(invoice) }];
    });
  },
});

/** A rule on one line of an invoice of the period. */
const onLine = (
  rule: string,
  needs: Rule['needs'],
  whyOf: (books: Books) => (line: Line, invoice: Invoice) => string | undefined,
): Rule => ({
  rule,
  needs: ['invoices', 'invoice-lines', ...needs],
  find: (books, period) => {
    const why = whyOf(books);
    const invoices = new Map(bookedIn(books, period).map((one) => [one.invoice, one]));
    return books['invoice-lines'].flatMap((line) => {
      const invoice = invoices.get(line.invoice);
      const said = invoice && why(line, invoice);
      if (invoice === undefined || said === undefined) return [];
      const about = [line.article, invoice.supplier];
      return [{ table: 'invoice-lines' as const, at: line.at, id: line.invoice, why: said, about }];
    });
  },
});

const sums: Rule[] = [
  onLine(
    'line-total',
    [],
    () =>
      ({ quantity, price, net }) =>
        quantity * price === net
          ? undefined
          : `${quantity} × ${price} is ${quantity * price}, the line says ${net}`,
  ),
  onInvoice('net-total', ['invoices', 'invoice-lines'], () => (invoice, lines) => {
    const net = sumOf(lines, (line) => line.net);
    return lines.length === 0 || net === invoice.net
      ? undefined
      : `its lines come to ${net} net, it says ${invoice.net}`;
  }),
  onInvoice(
    'gross-total',
    ['invoices'],
    () =>
      ({ net, tax, gross }) =>
        net + tax === gross
          ? undefined
          : `net and tax come to ${net + tax}, it says ${gross} gross`,
  ),
  onInvoice('tax-amount', ['invoices', 'invoice-lines'], () => ({ tax }, lines) => {
    const [byLine, byRate] = taxesOf(lines);
    return lines.length === 0 || tax === byLine || tax === byRate
      ? undefined
      : `the tax of its lines is ${byRate}, or ${byLine} rounded by line; it says ${tax}`;
  }),
  onLine('tax-rate', ['suppliers', 'articles'], (books) => {
    const articles = byKey(books.articles, ({ article }) => article);
    const suppliers = byKey(books.suppliers, ({ supplier }) => supplier);
    return (line, invoice) => {
      const [article, supplier] = [articles.get(line.article), suppliers.get(invoice.supplier)];
      if (article === undefined || supplier === undefined) return undefined;
      const right = supplier.tax === 'reverse-charge' ? 0 : article.tax_rate;
      return line.tax_rate === right
        ? undefined
        : `the rate is ${line.tax_rate}, ${right} is right (${supplier.tax})`;
    };
  }),
  onInvoice(
    'no-lines',
    ['invoices', 'invoice-lines'],
    () => (_, lines) => (lines.length === 0 ? 'it has no lines' : undefined),
  ),
  {
    rule: 'line-of-nothing',
    needs: ['invoices', 'invoice-lines'],
    find: (books) => {
      const known = new Set(books.invoices.map(({ invoice }) => invoice));
      return books['invoice-lines']
        .filter(({ invoice }) => !known.has(invoice))
        .map(({ at, invoice: id }) => ({
          table: 'invoice-lines',
          at,
          id,
          why: 'it is a line of an invoice that is not there',
        }));
    },
  },
];

const papers: Rule[] = [
  onInvoice(
    'currency',
    ['invoices', 'suppliers'],
    (books) => {
      const suppliers = byKey(books.suppliers, ({ supplier }) => supplier);
      return ({ supplier, currency }) => {
        const right = suppliers.get(supplier)?.currency ?? currency;
        return right === currency ? undefined : `it is in ${currency}, the supplier's is ${right}`;
      };
    },
    ({ supplier }) => [supplier],
  ),
  onInvoice(
    'unknown-supplier',
    ['invoices', 'suppliers'],
    (books) => {
      const known = new Set(books.suppliers.map(({ supplier }) => supplier));
      return ({ supplier }) =>
        known.has(supplier) ? undefined : `its supplier ${supplier} is not known`;
    },
    ({ supplier }) => [supplier],
  ),
  onLine('unknown-article', ['articles'], (books) => {
    const known = new Set(books.articles.map(({ article }) => article));
    return ({ article }) =>
      known.has(article) ? undefined : `the article ${article} is not known`;
  }),
  onInvoice(
    'after-period',
    ['invoices'],
    () =>
      ({ date, period }) =>
        monthOf(date) > period ? `it is of ${date}, and booked in ${period}` : undefined,
  ),
  onInvoice(
    'due-before-date',
    ['invoices'],
    () =>
      ({ date, due }) =>
        due < date ? `it is due on ${due}, before its date ${date}` : undefined,
  ),
  onInvoice('doubled', ['invoices'], (books) => {
    const first = byKey(
      books.invoices.filter(({ status }) => status === 'booked'),
      nameOf,
    );
    return (invoice) => {
      const other = first.get(nameOf(invoice));
      return other === undefined || other === invoice
        ? undefined
        : `${invoice.reference} of ${invoice.supplier} is booked as ${other.invoice} already`;
    };
  }),
  onInvoice('credit-as-invoice', ['invoices', 'credit-notes'], (books) => {
    const credits = byKey(books['credit-notes'], nameOf);
    return (invoice) => {
      const credit = credits.get(nameOf(invoice));
      if (credit !== undefined)
        return `${invoice.reference} is the credit note ${credit.credit_note}`;
      return invoice.gross < 0 ? 'its total is below zero: it is a credit note' : undefined;
    };
  }),
  {
    rule: 'number-skipped',
    needs: ['invoices'],
    find: (books, period) => {
      const numbered = books.invoices.flatMap((invoice) => {
        const [, prefix = '', digits = ''] = /^(.*?)(\d{1,9})$/.exec(invoice.invoice) ?? [];
        return digits === '' ? [] : [{ invoice, prefix, digits, number: Number(digits) }];
      });
      return [...Map.groupBy(numbered, ({ prefix }) => prefix).values()].flatMap((series) => {
        const sorted = series.toSorted((a, b) => a.number - b.number);
        return sorted.flatMap(({ invoice, prefix, digits, number }, index): Found[] => {
          const before = sorted[index - 1];
          if (before === undefined || number - before.number < 2) return [];
          if (invoice.period !== period) return [];
          const missing = `${prefix}${String(number - 1).padStart(digits.length, '0')}`;
          const count = number - before.number - 1;
          const why = `${count} number${count > 1 ? 's' : ''} before it skipped, the last ${missing}`;
          return [
            { table: 'invoices', at: invoice.at, id: invoice.invoice, why, about: [missing] },
          ];
        });
      });
    },
  },
];

const credits: Rule[] = [
  {
    rule: 'credit-of-nothing',
    needs: ['invoices', 'credit-notes'],
    find: (books, period) => {
      const known = new Map(books.invoices.map((one) => [one.invoice, one]));
      return books['credit-notes']
        .filter((one) => one.period === period && known.get(one.corrects)?.status !== 'booked')
        .map(({ at, credit_note: id, corrects }) => ({
          table: 'credit-notes',
          at,
          id,
          why: `it corrects ${corrects}, which is no booked invoice`,
          about: [corrects],
        }));
    },
  },
  {
    rule: 'credit-exceeds',
    needs: ['invoices', 'credit-notes'],
    find: (books, period) => {
      const invoices = new Map(books.invoices.map((one) => [one.invoice, one]));
      const byInvoice = Map.groupBy(books['credit-notes'], ({ corrects }) => corrects);
      return [...byInvoice].flatMap(([corrects, notes]): Found[] => {
        const invoice = invoices.get(corrects);
        const last = notes.filter((one) => one.period === period).at(-1);
        const total = sumOf(notes, ({ gross }) => gross);
        if (invoice === undefined || last === undefined || total <= invoice.gross) return [];
        const why = `${money(total, last.currency)} are credited of ${money(invoice.gross, invoice.currency)}`;
        return [
          { table: 'credit-notes', at: last.at, id: last.credit_note, why, about: [corrects] },
        ];
      });
    },
  },
];

/** What an invoice and a credit note have to be. */
export const invoiceRules: readonly Rule[] = [...sums, ...papers, ...credits];
