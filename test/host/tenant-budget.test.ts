// Goal: what the runs of a tenant may take together is taken once: over crashes, stops, the turn of a period and other limits.
// Method: agents in code that take so many steps, in runs of two tenants over the whole host, with a clock by hand.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTool,
  Nova,
  type NovaOptions,
  type RunOptions,
} from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import { loadConfig } from '../../src/config/load-config.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const Count = z.strictObject({ n: z.int() });
/** Steps with 0 wait here, until the test lets them go on. */
let gates: (() => void)[] = [];
const step = defineTool({
  name: 'step',
  does: 'Takes a step.',
  input: Count,
  output: Count,
  effect: 'reads',
  timeoutMs: 10_000_000,
  run: async (count) => {
    if (count.n === 0) await new Promise<void>((go) => gates.push(go));
    return count;
  },
});
const walker = (id: 'walker' | 'waiter') =>
  defineAgent({
    id,
    version: 1,
    does: 'Takes so many turns.',
    input: Count,
    outcomes: { done: Count },
    tools: [step],
    limits: { deadlineMs: 9_000_000 },
    examples: [],
    act: async ({ n }, say, io) => {
      if (id === 'waiter') await io.tool(step, { n: 0 });
      for (let at = 1; at < n; at += 1) await io.tool(step, { n: at });
      return say.done({ n });
    },
  });
const organisation = defineOrganisation({
  id: 'tenants',
  agents: [walker('walker'), walker('waiter')],
  roles: {},
});
type Kept = NonNullable<Parameters<typeof memoryJournal>[0]>;
function nova(tenantBudget: NonNullable<NovaOptions['tenantBudget']>, kept: Kept = []) {
  gates = [];
  const clock = new ManualClock(1_000);
  const shelf = { journal: memoryJournal(kept), store: memoryStore() };
  const limits = { deadlineMs: 9_000_000 };
  const one = new Nova({ organisation, clock, limits, tenantBudget, ...shelf });
  open.push(one);
  return { one, clock, walk: walking(one) };
}
const walking =
  (one: Nova) =>
  (
    id: string,
    n: number,
    how: Pick<RunOptions, 'onReviews'> & { tenant?: string; node?: string } = {},
  ) => {
    const { tenant = 'acme', node = 'walker', ...options } = how;
    return one.run(node, { n }, { scope: `${tenant}/shop/${id}`, id, ...options });
  };
/** Until all is at rest, where nothing can be waited for. */
const rest = async () => {
  for (let at = 0; at < 150; at += 1) await new Promise((go) => setImmediate(go));
};
const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let at = 0; at < 2_000 && !(await isSo()); at += 1)
    await new Promise((go) => setImmediate(go));
  expect(await isSo()).toBe(true);
};
/** Until somebody is asked. */
const asked = (one: Nova) => until(async () => (await one.reviews()).length === 1);
const tenant = async (one: Nova, name = 'acme') => {
  const { tenants = [] } = await one.stats();
  return tenants.find((of) => of.tenant === name);
};

test('7.14 runs of a tenant take together what it may, in whatever project; then a person is asked, and another tenant is not', async () => {
  const { one, walk } = nova({ steps: 5, block: { steps: 2 } });
  expect((await walk('r1', 3)).outcome).toBe('done');
  const shown: unknown[] = [];
  const second = walk('r2', 4, {
    onReviews: ([review]) => {
      if (review === undefined) return;
      shown.push(review.purpose, review.subject);
      void one.decide(review.id, { is: 'approve' });
    },
  });
  expect((await second).outcome).toBe('done');
  expect(shown).toEqual([
    'tenant-budget',
    {
      granted: { tokens: null, steps: null, cost: null },
      spent: [{ agent: 'walker', tokens: 0, steps: 2, cost: 0 }],
      wanting: ['walker'],
      tenant: {
        allowance: { tokens: null, steps: 5, cost: null },
        taken: { tokens: 0, steps: 5, cost: 0 },
      },
    },
  ]);
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 7 }, granted: { steps: 2 } });
  expect((await walk('r1', 5, { tenant: 'other' })).outcome).toBe('done');
  expect((await one.letters()).letters).toEqual([]);
});

test('7.14 many runs at once do not hold what they do not take', async () => {
  const { one, walk } = nova({ steps: 40, block: { steps: 10 } });
  const ids = Array.from({ length: 8 }, (_, at) => `r${at}`);
  const runs = ids.map((id) => walk(id, 2, { node: 'waiter' }));
  await until(() => gates.length === 8);
  expect(await one.reviews()).toEqual([]);
  gates.forEach((go) => go());
  expect((await Promise.all(runs)).map(({ outcome }) => outcome)).toEqual(ids.map(() => 'done'));
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 24 }, borrowing: 0, waiting: 0 });
});

test('7.14 beyond the limit only who is named grants more; a no ends the work as failed by its budget', async () => {
  const { one, walk } = nova({ steps: 2, by: ['boss'] });
  const principal = { id: 'boss', proof: 'embedder' } as const;
  const run = walk('r1', 3);
  await asked(one);
  const [review] = await one.reviews();
  const id = review?.id ?? '';
  await expect(one.decide(id, { is: 'approve' })).rejects.toMatchObject({ code: 'may_not_decide' });
  await one.decide(id, { is: 'reject' }, { principal });
  expect(await run).toMatchObject({ outcome: 'failed', reason: 'budget' });
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 2 }, borrowing: 0, waiting: 0 });
});

test('7.15 who waits goes on by itself when a period is over or another gives back, and is not asked any more', async () => {
  const { one, clock, walk } = nova({ steps: 4, block: { steps: 4 }, perMs: 60_000 });
  const first = walk('r1', 3, { node: 'waiter' });
  await until(() => gates.length === 1);
  const second = walk('r2', 4);
  await asked(one);
  gates[0]?.();
  // It took all 4; so r2 waits for the turn of the period.
  expect((await first).outcome).toBe('done');
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 4 }, waiting: 1 });
  clock.advance(59_999);
  await rest();
  expect(await one.reviews()).toHaveLength(1);
  clock.advance(1);
  expect((await second).outcome).toBe('done');
  expect(await one.reviews()).toEqual([]);
  const third = walk('r3', 1);
  await asked(one);
  clock.advance(60_000);
  expect((await third).outcome).toBe('done');
});

test('7.14 who is stopped gives back what it did not take, and that is lent to who waits', async () => {
  const { one, walk } = nova({ steps: 6, block: { steps: 6 } });
  const first = walk('r1', 3, { node: 'waiter' });
  await until(() => gates.length === 1);
  const second = walk('r2', 5);
  await asked(one);
  await one.stop('acme/shop/r1/r1');
  expect((await first).outcome).toBe('cancelled');
  expect((await second).outcome).toBe('done');
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 6 }, borrowing: 0 });
});

test('7.15 what was lent to a run that is left behind counts as taken, until it goes on or is stopped', async () => {
  const kept: Kept = [];
  const before = nova({ steps: 4, block: { steps: 3 } }, kept);
  const lost = Promise.allSettled([before.walk('r1', 2, { node: 'waiter' })]);
  await until(() => gates.length === 1);
  await rest();
  await before.one.close();
  await lost;
  const { one, walk } = nova({ steps: 4, block: { steps: 3 } }, kept);
  const second = walk('r2', 2);
  await asked(one);
  expect(await tenant(one)).toMatchObject({ taken: { steps: 4 }, borrowing: 2 });
  const first = one.resume('acme/shop/r1/r1');
  await until(() => gates.length === 1);
  gates[0]?.();
  expect((await first).outcome).toBe('done');
  // 3 lent, 3 taken: nothing comes back.
  await one.stop('acme/shop/r2/r2');
  expect((await second).outcome).toBe('cancelled');
  await rest();
  expect(await tenant(one)).toMatchObject({ taken: { steps: 4 }, borrowing: 0 });
});

test('7.14 who may grant more is as it was when a run asked, also where the configuration says otherwise since', async () => {
  const kept: Kept = [];
  const before = nova({ steps: 2 }, kept);
  const lost = Promise.allSettled([before.walk('r1', 3)]);
  await asked(before.one);
  await before.one.close();
  await lost;
  const { one } = nova({ steps: 2, by: ['boss'] }, kept);
  const [review] = await one.reviews();
  expect((await one.decide(review?.id ?? '', { is: 'approve' })).outcome).toBe('done');
});

test('7.14 a limit that was changed counts from the next run on', async () => {
  const kept: Kept = [];
  const before = nova({ steps: 2 }, kept);
  expect((await before.walk('r1', 2)).outcome).toBe('done');
  await rest();
  await before.one.close();
  const tenants = { acme: { steps: 9 }, 'a b': { steps: 1 } };
  const { one, walk } = nova({ steps: 2, tenants }, kept);
  expect((await walk('r2', 7)).outcome).toBe('done');
  await rest();
  expect(await tenant(one)).toMatchObject({ allowance: { steps: 9 }, taken: { steps: 9 } });
  await walk('r1', 1, { tenant: 'a%20b' });
  await rest();
  expect(await tenant(one, 'a%20b')).toMatchObject({ allowance: { steps: 1 } });
});

test('7.14 no run can be called as the fund, and it stands in no list of runs', async () => {
  const { one } = nova({ steps: 2 });
  const run = one.run('walker', { n: 1 }, { scope: 'acme', id: '~~budget' });
  await expect(run).rejects.toMatchObject({ code: 'bad_request' });
  await one.run('walker', { n: 1 }, { scope: 'acme', id: 'r1' });
  await rest();
  expect((await one.runs()).runs.map(({ run: name }) => name)).toEqual(['acme/r1']);
});

test('7.14 a tenant budget that bounds nobody, or is none, is refused as the configuration is loaded', async () => {
  const made = `{ kind: 'organisation', agents: [], byId: new Map(), tools: new Map() }`;
  const loading = (tenantBudget: object) => {
    const folder = temporaryFolder();
    const text = `export default { organisation: ${made}, tenantBudget: ${JSON.stringify(tenantBudget)} };`;
    writeFileSync(join(folder, 'nova.config.mjs'), text);
    return loadConfig(folder);
  };
  for (const bad of [{}, { perMs: 1_000 }, { steps: 0 }, { steps: 1, by: [] }, { stpes: 1 }])
    await expect(loading(bad)).rejects.toMatchObject({ code: 'bad_config' });
  const good = { tenants: { acme: { cost: 0.5 } }, perMs: 1_000 };
  expect(await loading(good)).toMatchObject({ tenantBudget: good });
});
