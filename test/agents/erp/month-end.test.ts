// Goal: the month of a branch is closed only where nothing is wrong, in two tenants at once, and whatever holds it is told, each once.
// Method: seeded books with planted errors and torn rows lie on disk; a whole Nova runs the charter in the scope of each branch; what it
// reports is compared with what was planted. More seeds with NOVA_SEEDS.
import { expect, onTestFinished, test } from 'vitest';
import { Nova, type RunOptions } from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import type { Report } from '../../../agents/coordination/contracts.ts';
import type { Table } from '../../../agents/erp/contracts.ts';
import { organisation } from '../../../agents/index.ts';
import { monthEnd } from '../../../agents/erp/month-end.ts';
import { written } from './alike.ts';
import { Ledger } from './books.ts';
import { PERIOD } from './branches.ts';
import { filesOf } from './csv-files.ts';
import { project } from './project.ts';
import { Folder } from '../../fixtures/repository.ts';

const SEEDS = Number(process.env['NOVA_SEEDS'] ?? 2);

/** On the main thread: what is asked here is what the team comes to, and threads take most of the time. */
function started(): Nova {
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: here });
  onTestFinished(() => nova.close());
  return nova;
}
const close = (
  nova: Nova,
  path: string,
  { tenant, branch }: { tenant: string; branch: string },
  onReviews?: RunOptions['onReviews'],
) =>
  nova.run(
    'month-end',
    { text: `Close ${PERIOD} for ${tenant}/${branch}` },
    { scope: `${tenant}/erp/${branch}`, project: path, ...(onReviews && { onReviews }) },
  );

test(`every planted error holds the month of its own branch and no other does (${SEEDS} seeds)`, async () => {
  const nova = started();
  let planted = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { folder, books } = project(seed);
    const results = await Promise.all(books.map(({ branch }) => close(nova, folder.path, branch)));
    for (const [index, { branch, canary, expected }] of books.entries()) {
      const where = `seed ${seed}, ${branch.tenant}/${branch.branch}`;
      const { outcome, value } = results[index] as unknown as { outcome: string; value: Report };
      const found = value.faults.map(({ shownBy, rule, about }) => `${shownBy} ${rule} ${about}`);
      const wanted = expected.map(({ agent, rule, id }) => `${agent} ${rule} ${id}`);
      expect([where, ...found.toSorted()]).toEqual([where, ...wanted.toSorted()]);
      expect([where, outcome, value.choice, value.gaps]).toEqual([where, 'held', 'hold', []]);
      const words = JSON.stringify(results[index]);
      const others = books.filter((one) => one.canary !== canary);
      expect(others.filter((other) => words.includes(other.canary))).toEqual([]);
      planted += expected.length;
    }
  }
  process.stdout.write(`${planted} planted errors found in ${SEEDS * 6} months, and no other\n`);
});

/** A branch without an error, or with rows that are none. */
function branchOf(seed: number, tear: (table: Table, text: string) => string = (_, text) => text) {
  const folder = new Folder();
  const branch = { tenant: 'acme', branch: 'lagos' };
  const { rows } = written(new Ledger(seed, branch), []);
  for (const [table, text] of filesOf(rows))
    folder.write(`books/acme/lagos/${table}.csv`, tear(table, text));
  return { branch, path: folder.path };
}

test('a month without an error is closed when a person approves of its report, and only then', async () => {
  const nova = started();
  const { branch, path } = branchOf(3);
  const closed = await close(nova, path, branch, ([review]) => {
    if (review === undefined) return;
    expect(review.asked).toBe(`Close ${PERIOD} for acme/lagos`);
    expect(review.subject).toMatchObject({ decision: 'month-close', choice: 'proceed', gaps: [] });
    void nova.decide(review.id, { is: 'approve' });
  });
  expect(closed).toMatchObject({ outcome: 'closed', value: { faults: [], gaps: [] } });
  expect(closed.arbitrations).toMatchObject([{ choice: 'proceed', by: 'agreement' }]);

  const declined = await close(nova, path, branch, ([review]) => {
    if (review !== undefined) void nova.decide(review.id, { is: 'reject' });
  });
  expect(declined.outcome).toBe('declined');
});

test('4.1 where one auditor sees a bad row and the others do not, the arbiter rules, and answers them', async () => {
  const nova = started();
  const { branch, path } = branchOf(4, (table, text) =>
    table === 'counts' ? text.replace(/\n([^\n]*),\d+\n/, '\n$1,many\n') : text,
  );
  const { outcome, value, arbitrations } = await close(nova, path, branch);
  expect(outcome).toBe('held');
  const { gaps } = value as unknown as Report;
  expect(gaps.map(({ path: file, line }) => `${file}:${line}`)).toContain(
    'books/acme/lagos/counts.csv:2',
  );
  expect(arbitrations).toMatchObject([{ by: 'owner', choice: 'hold' }]);
  expect(arbitrations?.[0]?.overruled.map(({ agent }) => agent).toSorted()).toEqual([
    'invoice-auditor',
    'ledger-keeper',
    'purchasing',
  ]);
});

test('each row of a torn invoice file is named with its line and reason, and nothing of it is closed', async () => {
  const nova = started();
  const torn: number[] = [];
  const { branch, path } = branchOf(5, (table, text) => {
    if (table !== 'invoices') return text;
    const lines = text.trimEnd().split('\n');
    for (const at of [1, 3, 6]) {
      lines[at] =
        [`${lines[at]},more`, '"', String(lines[at]).replace(/\d{4}-\d\d-\d\d/, '31.6.2026')][
          torn.length
        ] ?? '';
      torn.push(at + 1);
    }
    return `${lines.join('\n')}\n`;
  });
  const { outcome, value } = await close(nova, path, branch);
  const { gaps, choice } = value as unknown as Report;
  expect([outcome, choice]).toEqual(['held', 'hold']);
  const named = gaps.filter(({ path: file, why }) => file?.endsWith('/invoices.csv') && why !== '');
  expect(named.map(({ line }) => line)).toEqual(expect.arrayContaining(torn));
});

test('6.1 the books of another branch are not read, whatever the words say', async () => {
  const nova = started();
  const { folder, books } = project(6);
  const said = await nova.run(
    'ledger-keeper',
    { text: `What is open in nord/oslo in ${PERIOD}?` },
    { scope: 'acme/erp/lagos', project: folder.path },
  );
  expect(said.outcome).toBe('refused');
  expect(JSON.stringify(said)).toContain('another tenant or branch');
  expect(books.filter(({ canary }) => JSON.stringify(said).includes(canary))).toEqual([]);
});

test('a request that names no month is refused before anything is read', async () => {
  const { outcome, reason, note } = await started().run('month-end', { text: 'Close lagos' });
  expect([outcome, reason]).toEqual(['refused', 'contract']);
  expect(JSON.stringify(note)).toContain('one tenant, one branch and one month are needed');
});

test('where there are no books nobody is asked to decide: it is refused, with what is missing', async () => {
  const { branch } = branchOf(6);
  const said = await close(started(), new Folder().path, branch);
  expect([said.outcome, said.reason]).toEqual(['refused', 'declined']);
  expect(JSON.stringify(said)).toContain('books/acme/lagos/invoices.csv');
});

test('it holds to everything that nova check would', () => {
  expect(() => checkTeam(monthEnd)).not.toThrow();
});
