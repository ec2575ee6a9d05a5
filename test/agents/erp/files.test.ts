// Goal: the agents read real files, whole or torn, of one branch only, and say the same twice.
// Method: seeded books are written to disk with errors planted; files are torn at random; canaries stand in every other branch.
import { describe, expect, test } from 'vitest';
import type { AnyAgent } from 'nova-agents';
import type { Looked } from '../../../agents/erp/contracts.ts';
import { inventory } from '../../../agents/erp/inventory.ts';
import { invoiceAuditor } from '../../../agents/erp/invoice-auditor.ts';
import { ledgerKeeper } from '../../../agents/erp/ledger-keeper.ts';
import { purchasing } from '../../../agents/erp/purchasing.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { Ledger } from './books.ts';
import { BRANCHES, PERIOD } from './branches.ts';
import { chance } from './chance.ts';
import { filesOf } from './csv-files.ts';
import type { Expected } from './planted.ts';
import { project } from './project.ts';

const AGENTS: readonly AnyAgent[] = [invoiceAuditor, ledgerKeeper, purchasing, inventory];
const [LAGOS] = BRANCHES;

const keyOf = ({ agent, rule, id }: Expected) => `${agent} ${rule} ${id}`;
async function lookAt(path: string, { tenant, branch }: { tenant: string; branch: string }) {
  const said = await Promise.all(
    AGENTS.map(async (agent) => {
      const text = `How does ${tenant}/${branch} stand in ${PERIOD}?`;
      const { outcome, value, calls } = await perform<Looked>(agent, text, path);
      expect(outcome).not.toBe('refused');
      return { agent: agent.id, value, words: JSON.stringify([value, calls]) };
    }),
  );
  const found = said.flatMap(({ agent, value }) =>
    value.findings.map(({ rule, id }) => `${agent} ${rule} ${id}`),
  );
  return { said, found: found.toSorted() };
}

test('from disk every planted error is found, the same twice, and no word of another branch is read', async () => {
  const { folder, books } = project(7);
  for (const { branch, canary, expected } of books) {
    const first = await lookAt(folder.path, branch);
    expect(first.found).toEqual(expected.map(keyOf).toSorted());
    expect(await lookAt(folder.path, branch)).toEqual(first);
    const others = books.filter((one) => one.canary !== canary);
    for (const { words } of first.said)
      expect(others.filter((other) => words.includes(other.canary))).toEqual([]);
  }
});

const TEARS: readonly ((line: string) => string)[] = [
  (line) => `${line},more`,
  (line) => line.slice(0, line.lastIndexOf(',')),
  (line) => line.replace(/\d{4}-\d\d-\d\d/, '31.6.2026'),
  (line) => line.replace(/,(-?\d+)(?=,|$)/, ',$1.5'),
  (line) => `"${line}`,
  (line) => line.replace(/,/, ',"x"y,'),
];

test('torn rows are all named, nothing is made up of them, and what the others show is still found', async () => {
  let torn = 0;
  let kept = 0;
  for (let seed = 1; seed <= 8; seed += 1) {
    const { folder, books } = project(seed);
    const { pick, upTo } = chance(seed);
    const [{ branch, files, at, expected }] = books as [(typeof books)[0]];
    const places: string[] = [];
    for (const [table, text] of files) {
      const lines = text.trimEnd().split('\n');
      const line = upTo(1, lines.length - 1);
      const before = lines[line] ?? '';
      lines[line] = pick(TEARS)(before);
      if (lines[line] === before) continue;
      places.push(`${at(table)}:${line + 1}`);
      folder.write(at(table), `${lines.join('\n')}\n`);
    }
    const { said, found } = await lookAt(folder.path, branch);
    const named = said.flatMap(({ value }) =>
      value.badRows.map(({ file, line }) => `${file}:${line}`),
    );
    expect([...new Set(named)].toSorted(), `seed ${seed}`).toEqual(places.toSorted());
    const wanted = new Set(expected.map(keyOf));
    expect(
      found.filter((one) => !wanted.has(one)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(said.some(({ value }) => value.badRows.length > 0)).toBe(true);
    torn += places.length;
    kept += found.length / expected.length;
  }
  process.stdout.write(
    `${torn} rows torn, ${((kept / 8) * 100).toFixed(0)} % of the planted errors still found\n`,
  );
  expect(kept / 8).toBeGreaterThan(0.5);
});

describe('what is not there', () => {
  test('makes no findings: a table, a column, a branch', async () => {
    const { folder, books } = project(3);
    const [{ branch, at, files }] = books as [(typeof books)[0]];
    folder.remove(at('payments'));
    folder.write(at('orders'), (files.get('orders') ?? '').replace('expected', 'wanted'));
    const { said } = await lookAt(folder.path, branch);
    const [audit, , orders] = said.map(({ value }) => value);
    expect(audit?.notJudged).toContain(`paid-twice: ${at('payments')} not read`);
    expect(audit?.findings.filter(({ rule }) => rule.startsWith('paid'))).toEqual([]);
    expect(orders?.badRows).toContainEqual({
      file: at('orders'),
      line: 1,
      reason: 'header: it lacks the columns expected',
    });
    expect(orders?.findings).toEqual([]);
    for (const [text, needs] of [
      [`acme/atlantis ${PERIOD}`, 'books/acme/atlantis/invoices.csv'],
      ['Which invoices are open?', 'one tenant, one branch and one month'],
    ]) {
      expect(await perform(ledgerKeeper, String(text), folder.path)).toMatchObject({
        outcome: 'refused',
        value: { needs: expect.stringContaining(String(needs)) },
      });
    }
  });
});

test('the ledger tells what is booked, open, overdue and paid, and its sums agree', async () => {
  const folder = new Folder();
  const book = new Ledger(1, LAGOS ?? { tenant: '', branch: '' });
  const wish = { lines: [{ article: book.article('A1'), quantity: 2, price: 5000 }] };
  const supplier = book.supplier('S1');
  const late = book.invoice({ ...wish, supplier, paid: false });
  late.due = '2026-06-20';
  book.pay(late, { amount: 4000 });
  book.invoice({ ...wish, supplier });
  const early = book.invoice({ ...wish, supplier, discount: 50, paid: false });
  book.pay(early, { amount: early.gross - 50 });
  book.bookAll();
  for (const [table, text] of filesOf(book.rows))
    folder.write(`books/acme/lagos/${table}.csv`, text);
  const ask = `Which invoices are overdue in acme/lagos in ${PERIOD}, and show the accounts`;
  const { value } = await perform(ledgerKeeper, ask, folder.path);
  expect(value).toMatchObject({
    findings: [],
    booked: [{ currency: 'EUR', count: 3, net: 30_000, tax: 2250, gross: 32_250 }],
    paid: [{ currency: 'EUR', count: 3, amount: 4000 + 10_750 + 10_700 }],
    open: [{ invoice: late.invoice, amount: 6750, overdue: true }],
    totals: [
      { debit: 57_750, credit: 57_750, owedByJournal: 6750, owedByDocuments: 6750, agrees: true },
    ],
  });
  expect(value['summary']).toContain('67.50 EUR, due 2026-06-20, overdue');
  expect(value['summary']).toContain('- payables: -67.50 EUR');
});
