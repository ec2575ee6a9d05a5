import { defineAgent } from 'nova-agents';
import { counted, readBooks } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Looked } from './contracts.ts';
import { invoiceRules } from './kit/invoice-rules.ts';
import { faultOf, look, open } from './kit/look.ts';
import { paymentRules } from './kit/payment-rules.ts';
import { positionOf, strayIn } from './kit/positions.ts';
import { monthOf } from './kit/rules.ts';

const RULES = [...invoiceRules, ...paymentRules];
const Audited = Looked.extend({ invoices: z.int().min(0), payments: z.int().min(0) });

const where = { tenant: 'acme', branch: 'lagos', period: '2026-06' };
const doubled = {
  file: 'books/acme/lagos/invoices.csv',
  line: 14,
  rule: 'doubled',
  id: 'L-0013',
  why: 'R-100 of S-1 is booked as L-0009 already',
};
const audited = {
  ...where,
  summary:
    '**acme/lagos, 2026-06**: 1 finding\n12 invoices and 9 payments were looked at.\n**Findings** (1)\n' +
    '- doubled: L-0013, R-100 of S-1 is booked as L-0009 already (`books/acme/lagos/invoices.csv:14`)',
  findings: [doubled],
  badRows: [],
  notJudged: [],
  truncated: false,
  invoices: 12,
  payments: 9,
};
const clean = {
  ...audited,
  summary:
    '**acme/lagos, 2026-06**: nothing found\n12 invoices and 9 payments were looked at.\n' +
    '**Rows that could not be read** (1)\n- `books/acme/lagos/invoices.csv:3` gross: a whole number of minor units is expected',
  findings: [],
  badRows: [
    {
      file: 'books/acme/lagos/invoices.csv',
      line: 3,
      reason: 'gross: a whole number of minor units is expected',
    },
  ],
};

/** Finds invoices, credit notes and payments that are wrong. */
export const invoiceAuditor = defineAgent({
  id: 'invoice-auditor',
  version: 1,
  does: 'Audits the invoices, credit notes and payments of one branch and month: wrong totals, tax or currency, doubled or skipped numbers, paid twice or without an invoice.',
  doesNot: {
    'telling what is booked, open or paid, or deciding on a write-off': 'ledger-keeper',
    'comparing invoices with orders and deliveries': 'purchasing',
    'comparing stock with its counts': 'inventory',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a finding has no place',
      caughtBy: 'outcome',
      example: { audited: { ...audited, findings: [{ ...doubled, line: 0 }] } },
    },
    {
      when: 'an invoice of another branch is told',
      caughtBy: 'check',
      example: {
        ask: 'Audit the invoices of acme/lagos for June 2026',
        input: { text: 'Audit the invoices of acme/lagos for June 2026' },
        says: {
          audited: {
            ...audited,
            findings: [{ ...doubled, file: 'books/acme/accra/invoices.csv' }],
          },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: { audited: Audited, ...goAhead.positions },
  decides: ['invoice-correctness'],
  tools: [readBooks],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (subject, say, io) => {
    const { decision } = subject;
    const opened = await open(io, subject, [
      'suppliers',
      'articles',
      'invoices',
      'invoice-lines',
      'credit-notes',
      'payments',
      'orders',
    ]);
    if ('reason' in opened) return say.refused(opened);
    const { books, asked } = opened;
    const invoices = books.invoices.filter(({ period }) => period === asked.period).length;
    const payments = books.payments.filter(({ date }) => monthOf(date) === asked.period).length;
    const lines = [
      `${counted(invoices, 'invoice')} and ${counted(payments, 'payment')} were looked at.`,
    ];
    const looked = look(opened, RULES, lines);
    if (decision !== undefined) {
      const { choice, said } = positionOf(looked, { invoices, payments });
      return say[choice](said);
    }
    return say.audited({ ...looked, invoices, payments });
  },
  check: (asked, said) => (said.outcome === 'audited' ? faultOf(said.value) : strayIn(asked, said)),
  examples: [
    {
      ask: 'Are the June 2026 invoices of tenant acme, branch lagos right?',
      input: { text: 'Are the June 2026 invoices of tenant acme, branch lagos right?' },
      says: { audited },
    },
    {
      ask: 'Audit the invoices of acme/lagos for 2026-06',
      input: { text: 'Audit the invoices of acme/lagos for 2026-06' },
      says: { audited: clean },
    },
    {
      ask: 'Was any invoice paid twice?',
      input: { text: 'Was any invoice paid twice?' },
      says: {
        refused: {
          reason:
            'The request does not say the tenant, nor the branch, nor the month with its year.',
          needs: 'one tenant, one branch and one month, such as "acme/lagos in 2026-06"',
        },
      },
    },
  ],
  asks: [
    'Find doubled invoices in acme/lagos, May 2026',
    'Which invoice totals do not follow from their lines?',
    'Is the tax on the invoices of the lagos branch of tenant acme wrong anywhere in 03/2026?',
    'Did we pay something without an invoice in acme/lagos in 2026-04?',
    'Are invoice numbers skipped?',
    'Was a credit note booked as an invoice by mistake?',
    'Check the invoices and payments of acme/lagos for errors, 2026-02',
    'Is there an invoice in the wrong currency, or dated after the period?',
    'Did somebody take an early payment discount too late?',
  ],
});
