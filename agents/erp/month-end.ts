import { defineDecision, defineTeam, gate } from 'nova-agents';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { arbiter } from '../coordination/arbiter.ts';
import { Report } from '../coordination/contracts.ts';
import { reporter } from '../coordination/reporter.ts';
import { TABLES, type Table } from './contracts.ts';
import { inventory } from './inventory.ts';
import { invoiceAuditor } from './invoice-auditor.ts';
import { columnsOf } from './kit/columns.ts';
import { askedOf } from './kit/request.ts';
import { ledgerKeeper } from './ledger-keeper.ts';
import { purchasing } from './purchasing.ts';
import { tableImporter } from '../pipeline/table-importer.ts';

const DAY_MS = 86_400_000;

const Month = z.strictObject({
  text: z
    .string()
    .min(1)
    .refine(
      (text) => !('reason' in askedOf({ text })),
      'one tenant, one branch and one month are needed, such as "acme/lagos in 2026-06"',
    ),
});

/** All tables of the branch. */
function booksOf({ text }: z.output<typeof Month>) {
  const asked = askedOf({ text });
  const [tenant, branch] = 'reason' in asked ? ['-', '-'] : [asked.tenant, asked.branch];
  const tables = (Object.keys(TABLES) as Table[]).map((table) => ({
    path: `books/${tenant}/${branch}/${table}.csv`,
    columns: columnsOf(table),
  }));
  return { text: `Import the books of ${tenant}/${branch}`, tables };
}
type Imported = z.output<typeof tableImporter.outcomes.taken>;

/** What is to be decided, and every row and table that could not be taken in. */
function toDecide({ tables, unread }: Imported, { text }: z.output<typeof Month>) {
  const rows = tables.flatMap(({ path, rejected }) =>
    rejected.map(({ line, reasons }) => ({ path, line, why: reasons.join('; ') })),
  );
  const known = [...rows, ...unread.map(({ path, why }) => ({ path, line: null, why }))];
  return { text, decision: 'month-close' as const, known };
}

const otherReport = {
  end: 'declined',
  with: () => ({ why: 'what ran lately is not the books' }),
} as const;

/** Closes the month of one branch, or says what holds it. */
export const monthEnd = defineTeam({
  id: 'month-end',
  version: 1,
  does: 'Closes a month: imports the books of one branch, has them audited from four sides, settles what the auditors do not agree on, reports, and asks a person to approve.',
  asks: [
    'Close June 2026 for acme/lagos',
    'Do the month-end check of one branch for last month',
    'Month-end of the lagos branch of tenant acme, May 2026',
  ],
  input: Month,
  outcomes: { closed: Report, held: Report, declined: z.strictObject({ why: z.string() }) },
  nodes: {
    books: tableImporter,
    close: defineDecision({
      id: 'month-close',
      question: goAhead,
      owner: arbiter,
      advisers: {
        ledger: ledgerKeeper,
        invoices: invoiceAuditor,
        orders: purchasing,
        stock: inventory,
      },
      positionsAtLeast: 4,
      rule: 'owner',
      withinMs: 14 * DAY_MS,
    }),
    report: reporter,
    objections: reporter,
    approval: gate({ subject: Report, withinMs: 14 * DAY_MS }),
  },
  start: { to: 'books', with: booksOf },
  routes: {
    books: {
      taken: { to: 'close', with: toDecide },
      imported: { end: 'declined', with: () => ({ why: 'one table is not the books' }) },
    },
    close: {
      proceed: { to: 'report', with: (record, { text }) => ({ text, record }) },
      hold: { to: 'objections', with: (record, { text }) => ({ text, record }) },
      undecided: { to: 'objections', with: (record, { text }) => ({ text, record }) },
    },
    report: { reported: { to: 'approval' }, accounted: otherReport },
    objections: { reported: { end: 'held' }, accounted: otherReport },
    approval: {
      approved: { end: 'closed' },
      edited: { end: 'closed' },
      rejected: {
        end: 'declined',
        with: () => ({ why: 'whoever was asked did not approve of it' }),
      },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
