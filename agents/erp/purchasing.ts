import { defineAgent } from 'nova-agents';
import { counted, readBooks } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Looked } from './contracts.ts';
import { faultOf, look, open } from './kit/look.ts';
import { orderRules } from './kit/order-rules.ts';
import { positionOf, strayIn } from './kit/positions.ts';
import { monthOf } from './kit/rules.ts';

const Matched = Looked.extend({ orders: z.int().min(0), receipts: z.int().min(0) });

const late = {
  file: 'books/acme/lagos/orders.csv',
  line: 7,
  rule: 'overdue',
  id: 'PO-0006',
  why: '4 of 10 A-2 came, all were expected by 2026-06-12',
};
const matched = {
  tenant: 'acme',
  branch: 'lagos',
  period: '2026-06',
  summary:
    '**acme/lagos, 2026-06**: 1 finding\n8 orders and 6 receipts of the month were matched.\n**Findings** (1)\n' +
    '- overdue: PO-0006, 4 of 10 A-2 came, all were expected by 2026-06-12 (`books/acme/lagos/orders.csv:7`)',
  findings: [late],
  badRows: [],
  notJudged: [],
  truncated: false,
  orders: 8,
  receipts: 6,
};

/** Matches orders, goods receipts and invoices. */
export const purchasing = defineAgent({
  id: 'purchasing',
  version: 1,
  does: 'Matches purchase orders, goods receipts and invoices of one branch and month (three-way match): over-deliveries, price differences, goods invoiced and never received, orders overdue.',
  doesNot: {
    'auditing the totals, tax and numbers of invoices': 'invoice-auditor',
    'telling what is open to pay or in the journal': 'ledger-keeper',
    'comparing stock, transfers and counts': 'inventory',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a finding has no reason',
      caughtBy: 'outcome',
      example: { matched: { ...matched, findings: [{ ...late, why: '' }] } },
    },
    {
      when: 'an order of another tenant is told',
      caughtBy: 'check',
      example: {
        ask: 'Match orders and receipts of acme/lagos, 2026-06',
        input: { text: 'Match orders and receipts of acme/lagos, 2026-06' },
        says: {
          matched: { ...matched, findings: [{ ...late, file: 'books/nord/lagos/orders.csv' }] },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: { matched: Matched, ...goAhead.positions },
  decides: ['order-match'],
  tools: [readBooks],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (subject, say, io) => {
    const { decision } = subject;
    const opened = await open(io, subject, ['orders', 'receipts', 'invoices', 'invoice-lines']);
    if ('reason' in opened) return say.refused(opened);
    const { books, asked } = opened;
    const orders = new Set(books.orders.map(({ order }) => order)).size;
    const receipts = books.receipts.filter(({ date }) => monthOf(date) === asked.period).length;
    const lines = [
      `${counted(orders, 'order')} and ${counted(receipts, 'receipt')} of the month were matched.`,
    ];
    const looked = look(opened, orderRules, lines);
    if (decision !== undefined) {
      const { choice, said } = positionOf(looked, { orders, receipts });
      return say[choice](said);
    }
    return say.matched({ ...looked, orders, receipts });
  },
  check: (asked, said) => (said.outcome === 'matched' ? faultOf(said.value) : strayIn(asked, said)),
  examples: [
    {
      ask: 'Which purchase orders of acme/lagos are overdue in June 2026?',
      input: { text: 'Which purchase orders of acme/lagos are overdue in June 2026?' },
      says: { matched },
    },
    {
      ask: 'Do the prices invoiced differ from the prices ordered?',
      input: { text: 'Do the prices invoiced in acme/lagos differ from the prices ordered?' },
      says: {
        refused: {
          reason: 'The request does not say the month with its year.',
          needs: 'one tenant, one branch and one month, such as "acme/lagos in 2026-06"',
        },
      },
    },
  ],
  asks: [
    'Run the three-way match for acme/lagos, 2026-05',
    'Did a supplier deliver more than we ordered in the lagos branch of tenant acme, 06/2026?',
    'Which goods were invoiced but never received in acme/lagos, April 2026?',
    'Match purchase orders with deliveries and invoices for acme/lagos 2026-03',
    'Are any deliveries late or incomplete?',
    'Was anything delivered that nobody ordered?',
    'Which suppliers charge another price than the purchase order says?',
    'Which open orders are still waiting for goods from the supplier?',
  ],
});
