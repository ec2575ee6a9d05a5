// Goal: in the books of two tenants every planted error is found by its agent, and nothing else, whatever only looks wrong.
// Method: seeded books of six branches with all look-alikes and a random choice of over 40 classes of errors; what the agents tell is
// compared with what was planted, and no word of one branch is in another one's outcome.
import { expect, test } from 'vitest';
import type { AnyAgent, Tool } from 'nova-agents';
import { inventory } from '../../../agents/erp/inventory.ts';
import { invoiceAuditor } from '../../../agents/erp/invoice-auditor.ts';
import { ledgerKeeper } from '../../../agents/erp/ledger-keeper.ts';
import { ledgerLines } from '../../../agents/erp/kit/ledger.ts';
import { purchasing } from '../../../agents/erp/purchasing.ts';
import { readCsv } from '../../../src/tools/csv.ts';
import { ownRows } from '../../../src/tools/read-books.ts';
import type { Looked, Table } from '../../../agents/erp/contracts.ts';
import { ALIKES, written } from './alike.ts';
import { Ledger } from './books.ts';
import { BRANCHES, PERIOD } from './branches.ts';
import { chance } from './chance.ts';
import { filesOf } from './csv-files.ts';
import { PLANTS } from './planted.ts';

test('what is open is told whole, what is overdue where that alone is asked for', () => {
  const one = { supplier: 'Ada', due: '2026-06-01', amount: 60, currency: 'EUR' };
  const open = [
    { ...one, invoice: 'I-1', overdue: false },
    { ...one, invoice: 'I-2', overdue: true },
  ];
  const told = (text: string) =>
    ledgerLines({ booked: [], open, paid: [], totals: [] } as never, text).join('\n');
  expect(told('with the latest unpaid invoices')).toMatch(/Open invoices.*2[\s\S]*I-1[\s\S]*I-2/);
  expect(told('what is open and overdue?')).toMatch(/Open invoices.*2/);
  expect(told('what is overdue?')).toMatch(/Overdue invoices.*1/);
  expect(told('what is overdue?')).not.toContain('I-1');
  expect(told('the latest update')).not.toContain('I-1');
});

const AGENTS: readonly AnyAgent[] = [invoiceAuditor, ledgerKeeper, purchasing, inventory];
const SEEDS = 100;
const PLANTED = 8;

type Files = ReadonlyMap<Table, string>;
type Branch = (typeof BRANCHES)[number];

/** Reads the texts of a branch as its files are read. */
const readAll = async (branch: Branch, files: Files) =>
  new Map(
    await Promise.all(
      [...files].map(async ([table, text]) => {
        const file = `books/${branch.tenant}/${branch.branch}/${table}.csv`;
        const { header, rows, bad } = ownRows(await readCsv(text), branch);
        expect(bad).toEqual([]);
        return [table, { table, file, why: null, header, rows }] as const;
      }),
    ),
  );

/** Lets an agent act on what was read. */
async function actOn(
  agent: AnyAgent,
  branch: Branch,
  read: Awaited<ReturnType<typeof readAll>>,
): Promise<Looked> {
  const io = {
    tool: async (_: Tool, asked: { tenant: string; branch: string; tables: Table[] }) => {
      expect([asked.tenant, asked.branch]).toEqual([branch.tenant, branch.branch]);
      const tables = asked.tables.map((table) => read.get(table));
      return { folder: true, tables, bad: [], truncated: false };
    },
  };
  const says = Object.keys(agent.outcomes).map((outcome) => [
    outcome,
    (value: unknown) => ({ outcome, value }),
  ]);
  const act = agent.act as unknown as (
    ...given: unknown[]
  ) => Promise<{ outcome: string; value: Looked }>;
  const text = `Look at ${branch.tenant}/${branch.branch} in ${PERIOD}`;
  const said = await act({ text }, Object.fromEntries(says), io);
  expect(agent.check?.({ text } as never, said)).toBeUndefined();
  return said.value;
}

const told = (agent: string, { findings }: Looked): string[] =>
  findings.map(({ rule, id }) => `${agent} ${rule} ${id}`);

test('the books know enough errors, and enough that only looks wrong', () => {
  expect(PLANTS.length).toBeGreaterThanOrEqual(40);
  expect(ALIKES.length).toBeGreaterThanOrEqual(15);
});

test('every planted error is found and no other, in two tenants of three branches each', async () => {
  const seen = new Set<string>();
  const tally = { seeds: SEEDS, branches: 0, planted: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const books = BRANCHES.map((branch, index) => {
      const plants = chance(seed * 97 + index).some(PLANTS, PLANTED);
      const book = new Ledger(seed, branch);
      const { rows, expected } = written(book, plants);
      return { branch, canary: book.canary, files: filesOf(rows), expected };
    });
    for (const { branch, canary, files, expected } of books) {
      const read = await readAll(branch, files);
      const said = await Promise.all(
        AGENTS.map(async (agent) => ({ agent, value: await actOn(agent, branch, read) })),
      );
      const found = said.flatMap(({ agent, value }) => told(agent.id, value)).toSorted();
      const wanted = expected.map(({ agent, rule, id }) => `${agent} ${rule} ${id}`).toSorted();
      expect(found, `seed ${seed}, ${branch.tenant}/${branch.branch}`).toEqual(wanted);
      const words = JSON.stringify(said.map(({ value }) => value));
      const leaked = books.filter((one) => one.canary !== canary && words.includes(one.canary));
      expect(leaked).toEqual([]);
      expect(words).toContain(canary);
      tally.branches += 1;
      tally.planted += expected.length;
      for (const { agent, rule } of expected) seen.add(`${agent} ${rule}`);
    }
  }
  process.stdout.write(`${JSON.stringify(tally)}, ${seen.size} classes\n`);
  expect(seen.size).toBe(PLANTS.length);
});
