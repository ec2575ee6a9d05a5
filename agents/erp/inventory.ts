import { defineAgent } from 'nova-agents';
import { bullets, counted, inLine, readBooks } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Looked } from './contracts.ts';
import { faultOf, look, open } from './kit/look.ts';
import { positionOf, strayIn } from './kit/positions.ts';
import { monthOf } from './kit/rules.ts';
import { stockOf, stockRules } from './kit/stock-rules.ts';

const MAX_STOCK = 2000;
const MAX_TOLD = 12;
const Compared = Looked.extend({
  movements: z.int().min(0),
  counts: z.int().min(0),
  /** At the end of the month, by its movements. */
  stock: z
    .array(z.strictObject({ location: z.string(), article: z.string(), quantity: z.int() }))
    .max(MAX_STOCK),
});

const short = {
  file: 'books/acme/lagos/counts.csv',
  line: 3,
  rule: 'count-difference',
  id: 'C-2',
  why: '7 of A-1 are counted in main, 9 should be there',
};
const compared = {
  tenant: 'acme',
  branch: 'lagos',
  period: '2026-06',
  summary:
    '**acme/lagos, 2026-06**: 1 finding\n14 movements and 2 counts of the month were compared.\n**Findings** (1)\n' +
    '- count-difference: C-2, 7 of A-1 are counted in main, 9 should be there (`books/acme/lagos/counts.csv:3`)',
  findings: [short],
  badRows: [],
  notJudged: [],
  truncated: false,
  movements: 14,
  counts: 2,
  stock: [{ location: 'main', article: 'A-1', quantity: 9 }],
};

/** Compares stock by its movements with what was counted. */
export const inventory = defineAgent({
  id: 'inventory',
  version: 1,
  does: 'Compares the stock of one branch and month by its movements with the counts: shortages, negative stock, movements of unknown articles, transfers that left and never arrived.',
  doesNot: {
    'comparing deliveries with purchase orders and invoices': 'purchasing',
    'auditing invoices and payments': 'invoice-auditor',
    'telling what the ledger has booked': 'ledger-keeper',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a part of an article is told to be in stock',
      caughtBy: 'outcome',
      example: { compared: { ...compared, stock: [{ ...compared.stock[0], quantity: 0.5 }] } },
    },
    {
      when: 'a count of another branch is told',
      caughtBy: 'check',
      example: {
        ask: 'Compare stock and counts of acme/lagos, 2026-06',
        input: { text: 'Compare stock and counts of acme/lagos, 2026-06' },
        says: {
          compared: { ...compared, findings: [{ ...short, file: 'books/acme/accra/counts.csv' }] },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: { compared: Compared, ...goAhead.positions },
  decides: ['stock-level'],
  tools: [readBooks],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (subject, say, io) => {
    const { text, decision } = subject;
    const opened = await open(io, subject, ['movements', 'counts', 'receipts', 'articles']);
    if ('reason' in opened) return say.refused(opened);
    const { books, asked } = opened;
    const inMonth = ({ date }: { readonly date: string }) => monthOf(date) === asked.period;
    const movements = books.movements.filter(inMonth).length;
    const counts = books.counts.filter(inMonth).length;
    const stock = stockOf(books, asked.period);
    const inStock = stock.map(
      ({ location, article, quantity }) => `${inLine(article)} in ${inLine(location)}: ${quantity}`,
    );
    const lines = [
      `${counted(movements, 'movement')} and ${counted(counts, 'count')} of the month were compared.`,
      ...(/how (?:much|many)|stock|on hand/i.test(text) ? bullets('Stock', inStock, MAX_TOLD) : []),
    ];
    const looked = look(opened, stockRules, lines);
    if (decision !== undefined) {
      const { choice, said } = positionOf(looked, { movements, counts });
      return say[choice](said);
    }
    return say.compared({
      ...looked,
      movements,
      counts,
      stock: stock.slice(0, MAX_STOCK),
      truncated: looked.truncated || stock.length > MAX_STOCK,
    });
  },
  check: (asked, said) =>
    said.outcome === 'compared' ? faultOf(said.value) : strayIn(asked, said),
  examples: [
    {
      ask: 'Does the stock of acme/lagos match the counts of June 2026?',
      input: { text: 'Does the stock of acme/lagos match the counts of June 2026?' },
      says: { compared },
    },
    {
      ask: 'Is any stock below zero?',
      input: { text: 'Is any stock of tenant acme below zero in 2026-06?' },
      says: {
        refused: {
          reason: 'The request does not say the branch.',
          needs: 'one tenant, one branch and one month, such as "acme/lagos in 2026-06"',
        },
      },
    },
  ],
  asks: [
    'Compare the inventory of acme/lagos with the stocktaking of 2026-05',
    'Is there negative stock in the lagos branch of tenant acme in 06/2026?',
    'Which transfers between warehouses left and never arrived?',
    'How many pieces of each article are in stock in acme/lagos at the end of April 2026?',
    'Are there stock movements of unknown articles in acme/lagos, 2026-03?',
    'Which counts differ from what should be on the shelves?',
    'What is missing in the warehouse?',
    'Did goods that came go into stock twice, or not at all?',
  ],
});
