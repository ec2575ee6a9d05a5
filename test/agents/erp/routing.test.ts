// Goal: what people ask of the ERP reaches the agent that does it, with the whole team present.
// Method: each agent's own requests, and others that no definition has, are ranked over the catalogue as if a model were configured.
import { expect, test } from 'vitest';
import { retrievalOf, takersOf } from 'nova-agents/routing';
import { router } from '../../../agents/coordination/router.ts';
import { organisation } from '../../../agents/index.ts';
import { catalogueOf } from '../../../src/team/catalogue.ts';
import { thinkers } from '../../../src/host/thinkers.ts';
import { asked, play } from '../coordination/play.ts';

const IDS = [
  'erp-architect',
  'inventory',
  'invoice-auditor',
  'ledger-keeper',
  'purchasing',
  'tenancy-guard',
];
const catalogue = catalogueOf(organisation, thinkers(organisation, undefined)).map((entry) => ({
  ...entry,
  ready: true,
}));
const rank = retrievalOf(catalogue);
const takers = (text: string) => takersOf(rank(text)).map(({ entry }) => entry.id);

/** In words that stand in no definition. */
const OTHERS = {
  'ledger-keeper': [
    'Tell me what acme/accra still owes its suppliers for June 2026',
    'Trial balance for nord/oslo, 2026-04',
    'Does the ledger of acme/nairobi balance in May 2026?',
    'Which bookings do not balance?',
  ],
  'invoice-auditor': [
    'Audit acme/nairobi, 2026-06: doubled invoices, wrong tax, skipped numbers',
    'Did we pay an invoice twice in acme/lagos in May 2026?',
    'Are there invoices with the wrong VAT or tax rate?',
    'Which invoices have wrong totals?',
  ],
  purchasing: [
    'Which deliveries exceed their purchase order in acme/accra, 2026-06?',
    'Are any purchase orders overdue?',
    'Compare ordered and invoiced prices for nord/oslo in June 2026',
    'three-way match acme/lagos 2026-06',
  ],
  inventory: [
    'Does the warehouse count of nord/bergen fit the stock movements, 2026-06?',
    'Which articles have negative stock?',
    'Are there transfers that never arrived?',
    'Stock count differences in acme/accra, May 2026',
  ],
  'tenancy-guard': [
    'Do any of our SQL statements miss the tenant filter?',
    'Can this query read rows of another branch? SELECT * FROM orders',
    'Check db/orders.sql for leaks between tenants',
    'Does this Prisma call filter on the tenant?',
  ],
  'erp-architect': [
    'Propose tables for supplier contracts in the ERP',
    'How should the data model change to support leasing?',
    'Design a schema migration for batch numbers',
  ],
};

/** Who is handed the whole of a request: the router looks at its passages. */
async function routed(text: string): Promise<string | undefined> {
  type Value = { plan?: { parts: { node: string; input: { text: string } }[] } };
  const { outcome, value } = await play<Value>(router, asked(text, catalogue));
  const [part] = value.plan?.parts ?? [];
  return outcome === 'routed' && part?.input.text === text ? part.node : undefined;
}

test.each(IDS)('every request of %s is its own', async (id) => {
  const examples = catalogue.find((entry) => entry.id === id)?.examples ?? [];
  expect(examples.length).toBeGreaterThanOrEqual(8);
  const whose = await Promise.all(
    examples.map(async (text) => [text, takers(text).join(), await routed(text)]),
  );
  expect(whose.filter(([, taker, node]) => taker !== id || node !== id)).toEqual([]);
});

test.each([
  ['tenancy-guard', 'Does this leak over tenants?\n```sql\nSELECT * FROM a;\nDELETE FROM b;\n```'],
  [
    'tenancy-guard',
    'Is this Prisma call safe?\n```ts\nawait prisma.invoice.findMany({ where: { id } });\n```',
  ],
  ['invoice-auditor', 'Audit tenant acme, branch lagos, 2026-06: are invoices doubled?'],
  ['ledger-keeper', 'Which invoices are open in nord/oslo, June 2026, and do the books balance?'],
])('%s gets every word of %j', async (id, text) => {
  expect(await routed(text)).toBe(id);
});

test.each(Object.entries(OTHERS))('%s takes what it was not told of', (id, texts) => {
  const missed = texts.flatMap((text) =>
    takers(text).join() === id ? [] : [[text, takers(text)]],
  );
  expect(missed).toEqual([]);
});
