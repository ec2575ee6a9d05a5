import { Ask, defineAgent } from 'nova-agents';
import { listFiles, readFile, searchText } from 'nova-agents/tools';
import * as z from 'zod';

const BORDERS = ['tenant', 'branch', 'shared'] as const;
const Column = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
  kind: z.enum(['id', 'text', 'integer', 'amount', 'date', 'time', 'boolean', 'reference']),
  /** The table that a reference leads to. */
  of: z.string().nullable(),
  why: z.string().min(1),
});
const Proposed = z.strictObject({
  summary: z.string().min(1),
  tables: z
    .array(
      z.strictObject({
        table: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
        change: z.enum(['new', 'altered', 'kept']),
        /** Whose rows it holds: a branch's, a tenant's, or everybody's. */
        rows: z.enum(BORDERS),
        columns: z.array(Column).max(40),
        why: z.string().min(1),
      }),
    )
    .min(1)
    .max(20),
  /** What has to hold of the rows, such as "debit equals credit in each booking". */
  rules: z.array(z.string().min(1)).min(1).max(20),
  /** In their order; each can be taken back. */
  steps: z.array(z.strictObject({ does: z.string().min(1), undo: z.string().min(1) })).max(20),
  risks: z.array(z.string().min(1)).max(20),
  questions: z.array(z.string().min(1)).max(10),
});

const receipts = {
  table: 'goods_receipts',
  change: 'altered' as const,
  rows: 'branch' as const,
  columns: [
    { name: 'tenant_id', kind: 'reference' as const, of: 'tenants', why: 'whose row it is' },
    { name: 'branch_id', kind: 'reference' as const, of: 'branches', why: 'whose row it is' },
    { name: 'batch', kind: 'text' as const, of: null, why: 'what is recalled is found by it' },
  ],
  why: 'a batch is known when goods come in',
};
const proposed = {
  summary: 'Batches are kept on goods receipts and stock movements, within each branch.',
  tables: [receipts],
  rules: ['A movement names a batch that came in by a receipt of the same branch.'],
  steps: [{ does: 'Add batch, empty at first, to goods_receipts.', undo: 'Drop the column.' }],
  risks: ['Old receipts have no batch.'],
  questions: ['Which articles need one?'],
};
const question = 'How should we add batch numbers to goods receipts in the ERP?';

/** Proposes how a change to the ERP fits its tables and rules. */
export const erpArchitect = defineAgent({
  id: 'erp-architect',
  version: 1,
  does: 'Proposes how a change to the ERP fits its data model: tables, columns, rules of the rows, migration steps and risks, with tenant and branch on every row. Needs a model.',
  doesNot: {
    'checking whether a query or change leaks over tenants and branches': 'tenancy-guard',
    'telling what is in the books': 'ledger-keeper',
    'auditing invoices': 'invoice-auditor',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a step cannot be taken back',
      caughtBy: 'outcome',
      example: { proposed: { ...proposed, steps: [{ does: 'Drop all old rows.', undo: '' }] } },
    },
    {
      when: 'a table of branches does not say whose a row is',
      caughtBy: 'check',
      example: {
        ask: question,
        input: { text: question },
        says: {
          proposed: { ...proposed, tables: [{ ...receipts, change: 'new', columns: [] }] },
        },
      },
    },
  ],
  input: Ask,
  outcomes: { proposed: Proposed },
  tools: [listFiles, readFile, searchText],
  limits: { maxTurns: 16, maxRepairs: 2, deadlineMs: 300_000, maxTokens: 60_000 },
  instructions: () =>
    [
      'You design changes to a multi-tenant ERP: tenants have branches; invoices with lines, credit notes, payments, purchase orders, goods ' +
        'receipts, stock movements, counts, bookings, suppliers and articles belong to one branch of one tenant.',
      'Propose how the change that the request asks for fits the tables there are. Look at the schema and migrations of the project first: ' +
        'list its files, search for table names, read what matters. Invent no table that exists.',
      'Amounts are whole minor units with a currency, dates ISO. Every new table of a branch has the columns `tenant_id` and `branch_id`, one ' +
        'of a tenant `tenant_id`; only what all tenants share has neither. Prefer a column to a table, and a rule to a column.',
      'Say in `rules` what must hold of the rows, in `steps` how to get there without stopping the business, each with its undo, in `risks` ' +
        'what may break, and in `questions` what only a person can decide. What you did not read, do not claim.',
    ].join('\n'),
  check: (_, { outcome, value }) => {
    if (outcome !== 'proposed') return undefined;
    const { tables } = value as z.output<typeof Proposed>;
    const lacking = tables.find(({ change, rows, columns }) => {
      const needed = { branch: ['tenant_id', 'branch_id'], tenant: ['tenant_id'], shared: [] }[
        rows
      ];
      const names = columns.map(({ name }) => name);
      return change === 'new' && needed.some((name) => !names.includes(name));
    });
    return lacking && `${lacking.table} is of a ${lacking.rows} and does not say which`;
  },
  examples: [
    { ask: question, input: { text: question }, says: { proposed } },
    {
      ask: 'Design it',
      input: { text: 'Design it' },
      says: {
        refused: {
          reason: 'The request does not say what is to change.',
          needs: 'what the ERP is to do that it does not do yet',
        },
      },
    },
  ],
  asks: [
    'Propose a data model for serial numbers in the warehouse tables',
    'Which tables and columns do we need for recurring invoices?',
    'Design the migration to give each branch its own price list',
    'How would returns to suppliers fit our ERP schema?',
    'Plan the schema for a second currency on payments',
    'What would have to change in the ERP to support consignment stock?',
    'Where should approval of purchase orders live in the data model?',
    'Draft the tables for a fixed asset register per tenant',
  ],
});
