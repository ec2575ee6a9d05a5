import { defineAgent } from 'nova-agents';
import { readBooks } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Looked } from './contracts.ts';
import { bookingRules } from './kit/booking-rules.ts';
import { ledgerLines, ledgerOf } from './kit/ledger.ts';
import { faultOf, look, open } from './kit/look.ts';
import { positionOf, strayIn } from './kit/positions.ts';

const MAX_OPEN = 500;
const Told = Looked.extend({
  /** Invoices of the period, by currency; amounts are minor units everywhere. */
  booked: z.array(
    z.strictObject({
      currency: z.string(),
      count: z.int(),
      net: z.int(),
      tax: z.int(),
      gross: z.int(),
    }),
  ),
  paid: z.array(z.strictObject({ currency: z.string(), count: z.int(), amount: z.int() })),
  /** At the end of the period, the earliest due first; below zero it is owed to us. */
  open: z
    .array(
      z.strictObject({
        invoice: z.string(),
        supplier: z.string(),
        due: z.string(),
        currency: z.string(),
        amount: z.int(),
        overdue: z.boolean(),
      }),
    )
    .max(MAX_OPEN),
  totals: z.array(
    z.strictObject({
      currency: z.string(),
      debit: z.int(),
      credit: z.int(),
      accounts: z.array(z.strictObject({ account: z.string(), balance: z.int() })),
      owedByJournal: z.int(),
      owedByDocuments: z.int(),
      agrees: z.boolean(),
    }),
  ),
});

const told = {
  tenant: 'acme',
  branch: 'lagos',
  period: '2026-06',
  summary:
    '**acme/lagos, 2026-06**: nothing found\nBooked: 1 invoice, 107.50 EUR with 7.50 EUR tax\nPaid: nothing\n' +
    'Open at its end: 107.50 EUR on 1 invoice\n' +
    'Totals EUR: debit 107.50 EUR, credit 107.50 EUR; payables 107.50 EUR by the journal, 107.50 EUR by the documents: they agree',
  findings: [],
  badRows: [],
  notJudged: [],
  truncated: false,
  booked: [{ currency: 'EUR', count: 1, net: 10_000, tax: 750, gross: 10_750 }],
  paid: [],
  open: [
    {
      invoice: 'L-0001',
      supplier: 'S-1',
      due: '2026-07-14',
      currency: 'EUR',
      amount: 10_750,
      overdue: false,
    },
  ],
  totals: [
    {
      currency: 'EUR',
      debit: 10_750,
      credit: 10_750,
      accounts: [
        { account: 'input-tax', balance: 750 },
        { account: 'payables', balance: -10_750 },
        { account: 'purchases', balance: 10_000 },
      ],
      owedByJournal: 10_750,
      owedByDocuments: 10_750,
      agrees: true,
    },
  ],
};
const [totals] = told.totals;
const question = 'What is booked, open and paid in acme/lagos in June 2026?';

/** Reads the books of one branch and month, and says what does not balance. */
export const ledgerKeeper = defineAgent({
  id: 'ledger-keeper',
  version: 1,
  does: 'Keeps the ledger: tells what is booked, open, overdue and paid in one branch and month, the trial balance, and bookings that do not balance or do not fit their document.',
  doesNot: {
    'finding invoices with wrong totals, tax or numbers, doubled or paid twice': 'invoice-auditor',
    'matching invoices with orders and deliveries': 'purchasing',
    'telling what lies in stock': 'inventory',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'an amount is told in broken cents',
      caughtBy: 'outcome',
      example: { told: { ...told, paid: [{ currency: 'EUR', count: 1, amount: 0.5 }] } },
    },
    {
      when: 'sums are said to agree that do not',
      caughtBy: 'check',
      example: {
        ask: question,
        input: { text: question },
        says: { told: { ...told, totals: [{ ...totals, debit: 1 } as typeof totals & object] } },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: { told: Told, ...goAhead.positions },
  decides: ['write-off'],
  tools: [readBooks],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (subject, say, io) => {
    const { text, decision } = subject;
    const opened = await open(io, subject, ['invoices', 'credit-notes', 'payments', 'bookings']);
    if ('reason' in opened) return say.refused(opened);
    const ledger = ledgerOf(opened.books, opened.asked.period);
    const looked = look(opened, bookingRules, ledgerLines(ledger, text));
    if (decision !== undefined) {
      const { choice, said } = positionOf(looked, { bookings: opened.books.bookings.length });
      return say[choice](said);
    }
    return say.told({
      ...looked,
      booked: [...ledger.booked],
      paid: [...ledger.paid],
      open: ledger.open.slice(0, MAX_OPEN),
      totals: ledger.totals.map((one) => ({ ...one, accounts: [...one.accounts] })),
      truncated: looked.truncated || ledger.open.length > MAX_OPEN,
    });
  },
  check: (asked, said) => {
    if (said.outcome !== 'told') return strayIn(asked, said);
    const wrong = (said.value as z.output<typeof Told>).totals.find(
      ({ debit, credit, owedByJournal, owedByDocuments, agrees }) =>
        agrees !== (debit === credit && owedByJournal === owedByDocuments),
    );
    return wrong === undefined
      ? faultOf(said.value)
      : `the sums in ${wrong.currency} are misjudged`;
  },
  examples: [
    { ask: question, input: { text: question }, says: { told } },
    {
      ask: 'Which invoices are still open?',
      input: { text: 'Which invoices are still open in acme/lagos?' },
      says: {
        refused: {
          reason: 'The request does not say the month with its year.',
          needs: 'one tenant, one branch and one month, such as "acme/lagos in 2026-06"',
        },
      },
    },
  ],
  asks: [
    'Do the books of acme/lagos balance for 2026-05?',
    'How much do we owe our suppliers in the lagos branch of tenant acme at the end of May 2026?',
    'Show the trial balance of acme/lagos for 04/2026',
    'Which unpaid invoices are overdue in acme/lagos, June 2026?',
    'What was paid from the bank account in acme/lagos in March 2026?',
    'Is every invoice and payment in the journal?',
    'Does debit equal credit in the bookings of tenant acme, branch lagos, 2026-02?',
    'Was something booked twice in the ledger?',
    'What is the balance of the payables account?',
  ],
});
