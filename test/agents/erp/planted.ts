import type { Ledger } from './books.ts';
import { day, PERIOD } from './branches.ts';

export type AgentId = 'invoice-auditor' | 'inventory' | 'ledger-keeper' | 'purchasing';
/** What one agent has to say about one id. */
export interface Expected {
  readonly agent: AgentId;
  readonly rule: string;
  readonly id: string;
}
/** Plants one error; what is planted in the journal or in counts is planted after they are written. */
type Plant = (book: Ledger) => string | (() => string);

const A_MONTH_BEFORE = '2026-05';
const bookingsOf = (book: Ledger, document: string) =>
  book.rows.bookings.filter((one) => one.document === document);

const invoices: Record<string, Plant> = {
  'line-total': (book) => {
    const { invoice } = book.invoice();
    const line = book.rows['invoice-lines'].find((one) => one.invoice === invoice);
    if (line) line.quantity += 1;
    return invoice;
  },
  'net-total': (book) => {
    const invoice = book.invoice({ paid: false });
    invoice.net += 100;
    invoice.gross += 100;
    book.pay(invoice);
    return invoice.invoice;
  },
  'gross-total': (book) => {
    const invoice = book.invoice({ paid: false });
    invoice.gross -= 1;
    book.pay(invoice);
    return invoice.invoice;
  },
  'tax-amount': (book) => {
    const invoice = book.invoice({ paid: false });
    invoice.tax += 5;
    invoice.gross += 5;
    book.pay(invoice);
    return invoice.invoice;
  },
  'tax-rate': (book) => {
    const rate = book.chance.pick([0, 1900]);
    const lines = [{ article: book.article('A1'), quantity: 3, price: 1999, rate }];
    return book.invoice({ lines }).invoice;
  },
  currency: (book) => book.invoice({ supplier: book.supplier('S1'), currency: 'USD' }).invoice,
  doubled: (book) => {
    const { supplier, reference } = book.invoice();
    const written = book.chance.pick([reference, reference.replaceAll('-', ' ')]);
    return book.invoice({ supplier, reference: written }).invoice;
  },
  'after-period': (book) => book.invoice({ date: '2026-07-03' }).invoice,
  'due-before-date': (book) => {
    const invoice = book.invoice();
    invoice.due = '2026-05-31';
    return invoice.invoice;
  },
  'unknown-supplier': (book) => book.invoice({ supplier: book.supplier('S9') }).invoice,
  'unknown-article': (book) =>
    book.invoice({ lines: [{ article: book.article('A9'), quantity: 2, price: 750 }] }).invoice,
  'no-lines': (book) => {
    const { invoice } = book.invoice();
    book.rows['invoice-lines'] = book.rows['invoice-lines'].filter(
      (one) => one.invoice !== invoice,
    );
    return invoice;
  },
  'line-of-nothing': (book) => {
    const invoice = book.supplier('L-9999');
    const wish = { article: book.article('A1'), quantity: 1, price: 100 };
    return book.line(invoice, 1, null, wish, true).invoice;
  },
  'credit-as-invoice': (book) => {
    if (book.chance.next() < 0.5) {
      const lines = [{ article: book.article('A1'), quantity: -2, price: 1250 }];
      return book.invoice({ lines, paid: false }).invoice;
    }
    const { supplier, reference } = book.credit(book.invoice(), 10, { date: day(PERIOD, 28) });
    return book.invoice({ supplier, reference }).invoice;
  },
  'credit-exceeds': (book) => {
    const invoice = book.invoice({ paid: false });
    return book.credit(invoice, invoice.gross + 1).credit_note;
  },
  'credit-of-nothing': (book) =>
    book.credit(book.invoice(), 100, { corrects: book.supplier('L-9998') }).credit_note,
  'number-skipped': (book) => {
    book.number('L', book.chance.upTo(1, 3));
    return book.invoice().invoice;
  },
};

const payments: Record<string, Plant> = {
  'paid-without-invoice': (book) => {
    const invoice = book.invoice();
    const wrong = book.chance.pick([null, book.supplier('L-9997')]);
    return book.pay({ ...invoice, invoice: '' }, { invoice: wrong, amount: 4200 }).payment;
  },
  'paid-twice': (book) => book.pay(book.invoice(), { date: day(PERIOD, 20) }).payment,
  'discount-late': (book) => {
    const invoice = book.invoice({ discount: 50, paid: false });
    const amount = invoice.gross - 50;
    return book.pay(invoice, { amount, date: day(PERIOD, 21) }).payment;
  },
  'payment-currency': (book) => {
    const invoice = book.invoice({ supplier: book.supplier('S1'), paid: false });
    return book.pay(invoice, { currency: 'USD' }).payment;
  },
  'payment-supplier': (book) => {
    const invoice = book.invoice({ supplier: book.supplier('S1'), paid: false });
    return book.pay(invoice, { supplier: book.supplier('S2') }).payment;
  },
};

const ledger: Record<string, Plant> = {
  'not-booked': (book) => {
    const { invoice } = book.invoice();
    return () => {
      book.rows.bookings = book.rows.bookings.filter((one) => one.document !== invoice);
      return invoice;
    };
  },
  'booked-twice': (book) => {
    const { payment } = book.pay(book.invoice({ paid: false }));
    return () => {
      const booking = book.number('B');
      book.rows.bookings.push(...bookingsOf(book, payment).map((one) => ({ ...one, booking })));
      return payment;
    };
  },
  'booked-otherwise': (book) => {
    const { invoice } = book.invoice();
    return () => {
      for (const row of bookingsOf(book, invoice)) {
        if (row.account === 'payables') row.credit += 7;
        if (row.account === 'purchases') row.debit += 7;
      }
      return invoice;
    };
  },
  'booked-elsewhere': (book) => {
    const { credit_note } = book.credit(book.invoice(), 90, { date: day(PERIOD, 28) });
    return () => {
      for (const row of bookingsOf(book, credit_note)) row.date = day(A_MONTH_BEFORE, 15);
      return credit_note;
    };
  },
  unbalanced: (book) => {
    const { invoice } = book.invoice();
    return () => {
      const row = bookingsOf(book, invoice).find(({ account }) => account === 'purchases');
      if (row) row.debit += 3;
      return row?.booking ?? '';
    };
  },
  'unknown-document': (book) => () => {
    const [row] = book.book(book.supplier('L-9996'), day(PERIOD, 3), 'EUR', [
      ['purchases', 10],
      ['payables', -10],
    ]);
    return row?.booking ?? '';
  },
  'reversed-otherwise': (book) => {
    const { invoice, currency, gross } = book.invoice();
    return () => {
      const back = [
        ['payables', gross],
        ['purchases', -gross],
      ] as const;
      const wrong = book.supplier('B-9995');
      const [row] = book.book(invoice, day(PERIOD, 27), currency, [...back] as never, wrong);
      const again = back.map(([account, amount]) => [account, -amount]);
      book.book(invoice, day(PERIOD, 28), currency, again as never);
      return row?.booking ?? '';
    };
  },
};

const orders: Record<string, Plant> = {
  'over-delivered': (book) => {
    const order = book.order();
    book.receive(order, order.quantity + 3);
    return order.order;
  },
  'not-received': (book) => {
    const order = book.order({ status: 'closed' });
    book.receive(order, order.quantity - 1);
    return book.invoiceFor(order).invoice;
  },
  overdue: (book) => {
    const order = book.order();
    if (book.chance.next() < 0.5) book.receive(order, 2);
    return order.order;
  },
  'price-difference': (book) => {
    const order = book.order();
    book.receive(order);
    const { article, quantity, price } = order;
    return book.invoiceFor(order, quantity, { lines: [{ article, quantity, price: price + 1 }] })
      .invoice;
  },
  'other-supplier': (book) => {
    const order = book.order({ supplier: book.supplier('S1') });
    book.receive(order);
    return book.invoiceFor(order, 2, { supplier: book.supplier('S2') }).invoice;
  },
  'other-currency': (book) => {
    const order = book.order({ currency: 'USD' });
    book.receive(order);
    return book.invoiceFor(order, 2, { currency: 'EUR' }).invoice;
  },
  'not-ordered': (book) => {
    const order = book.order({ article: book.article('A1') });
    book.receive(order);
    const wrong = book.chance.pick([order.order, book.supplier('PO-9994')]);
    const lines = [{ article: book.article('A3'), quantity: 2, price: 300 }];
    return book.invoice({ order: wrong, lines, supplier: order.supplier }).invoice;
  },
  'received-not-ordered': (book) => {
    const order = book.order();
    book.receive(order);
    return book.receive({ ...order, order: book.supplier('PO-9993') }, 2).receipt;
  },
};

const stock: Record<string, Plant> = {
  'negative-stock': (book) =>
    book.move({ location: `bin-${book.number('bin')}`, quantity: -3, date: day(PERIOD, 9) })
      .movement,
  'unknown-article': (book) =>
    book.move({ article: book.article('A8'), quantity: 4, kind: 'adjustment' }).movement,
  'lonely-transfer': (book) => {
    const document = book.number('T');
    const left = { kind: 'transfer', quantity: -5, document, date: day(PERIOD, 10) } as const;
    const arrived = { ...left, quantity: 3, location: 'side', date: day(PERIOD, 11) } as const;
    const way = book.chance.upTo(1, 3);
    if (way === 1) return book.move(left).movement;
    if (way === 2) book.move(left);
    return book.move(arrived).movement;
  },
  'count-difference': (book) => () =>
    book.count(book.article('A3'), 'main', book.chance.pick([-4, 1])).count,
  'not-stored': (book) => {
    const order = book.order();
    const { receipt } = book.receive(order);
    const { movements } = book.rows;
    const into = movements.find(({ document }) => document === receipt);
    if (into && book.chance.next() < 0.5) book.move({ ...into, movement: book.number('M') });
    else book.rows.movements = movements.filter((one) => one !== into);
    return receipt;
  },
  'stored-from-nowhere': (book) =>
    book.move({ kind: 'receipt', quantity: 6, document: book.supplier('GR-9992') }).movement,
};

const of = (agent: AgentId, plants: Record<string, Plant>) =>
  Object.entries(plants).map(([rule, plant]) => ({ agent, rule, plant }));

/** Every class of error, and who finds it. */
export const PLANTS = [
  ...of('invoice-auditor', { ...invoices, ...payments }),
  ...of('ledger-keeper', ledger),
  ...of('purchasing', orders),
  ...of('inventory', stock),
];
