// Goal: a run looks below its scope only by runs there, and only what their nodes release crosses up, each once, over stops and crashes.
// Method: a tenant's team asks an agent in its projects; journals are read for canaries; processes are closed and others go on.
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { Ask, below, defineAgent, defineOrganisation, defineTeam, gate, Nova } from 'nova-agents';
import { memoryJournal, memoryStore } from 'nova-agents/store';
import type { Journal } from '../../src/store/ports.ts';

const base = { version: 1, examples: [] } as const;
const Told = z.strictObject({ open: z.int(), of: z.string() });

/** What every project knows, and only its own runs may say. */
const canaryOf = (scope: string) => `canary-${scope.replaceAll('/', '-')}`;
let begun: string[] = [];
let waits: Promise<unknown> = Promise.resolve();

const looker = (releases?: 'project' | 'tenant') =>
  defineAgent({
    ...base,
    id: 'looker',
    does: 'Counts what is open.',
    input: Ask,
    outcomes: { told: Told },
    ...(releases && { releases }),
    tools: [],
    act: async ({ text }, say) => {
      begun.push(text);
      await waits;
      return say.told({ open: text.length, of: text });
    },
  });

const Report = z.strictObject({ parts: z.array(z.json()), lost: z.array(z.string()) });
function organisationOf(agent = looker('tenant'), scopes?: string[]) {
  const triage = defineTeam({
    id: 'triage',
    version: 1,
    does: 'Looks over all projects.',
    input: Ask,
    outcomes: { seen: Report },
    nodes: { over: below({ node: agent }) },
    start: { to: 'over', with: (input) => ({ input, ...(scopes && { scopes }) }) },
    routes: {
      over: {
        all: {
          end: 'seen',
          with: ({ got }) => ({ parts: got.map(({ value }) => value), lost: [] }),
        },
        some: {
          end: 'seen',
          with: ({ got, lost }) => ({
            parts: got.map(({ value }) => value),
            lost: lost.map(({ id, reason }) => `${id} ${reason}`),
          }),
        },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  return defineOrganisation({ id: 'o', agents: [agent], teams: [triage] });
}

const PROJECTS = { 'acme/shop/main': '/shop', 'acme/erp/lagos': '/erp', 'nord/erp/oslo': '/oslo' };
function started(
  organisation = organisationOf(),
  journal: Journal = memoryJournal(),
  store = memoryStore(),
) {
  begun = [];
  const nova = new Nova({ organisation, journal, store, projects: PROJECTS });
  onTestFinished(() => nova.close());
  return { nova, journal, store };
}
const childrenOf = async (journal: Journal) =>
  (await journal.list({})).runs.map(({ run }) => run).filter((run) => run.includes('/below-'));

test('6.8 what lies below is seen by runs there, and crosses up as what they released, with where it is from', async () => {
  const { nova, journal } = started();
  const { outcome, value } = await nova.run('triage', { text: 'four' }, { scope: 'acme' });
  const children = await childrenOf(journal);
  expect(children.map((run) => run.slice(0, run.lastIndexOf('/'))).toSorted()).toEqual([
    'acme/erp/lagos',
    'acme/shop/main',
  ]);
  expect(outcome).toBe('seen');
  const { parts } = value as { parts: { from: string; value: unknown }[] };
  expect(parts.map(({ from }) => from).toSorted()).toEqual(children.toSorted());
  expect(parts.map((part) => part.value)).toEqual([
    { open: 4, of: 'four' },
    { open: 4, of: 'four' },
  ]);
  expect(begun).toEqual(['four', 'four']);
});

test.each([
  ['beside it', looker('tenant'), ['nord/erp/oslo'], 'acme'],
  ['above it', looker('tenant'), ['acme'], 'acme/shop'],
  ['itself', looker('tenant'), ['acme'], 'acme'],
  ['named almost alike', looker('tenant'), ['acme2/shop/main'], 'acme'],
  [
    'below, of a node that releases to its project only',
    looker('project'),
    ['acme/shop/main'],
    'acme',
  ],
] as const)('6.8 nothing is begun in a scope %s', async (_, agent, scopes, scope) => {
  const { nova, journal } = started(organisationOf(agent, [...scopes]));
  const said = await nova.run('triage', { text: 'four' }, { scope });
  expect(said.outcome).toBe('failed');
  expect(JSON.stringify(await journal.read(said.run))).toContain('"reason":"leak"');
  expect([begun, await childrenOf(journal)]).toEqual([[], []]);
});

test('6.8 what a project releases crosses up to its own runs', async () => {
  const { nova } = started(organisationOf(looker('project'), ['acme/shop/main']));
  const said = await nova.run('triage', { text: 'four' }, { scope: 'acme/shop' });
  expect(said.outcome).toBe('seen');
});

test('a node that releases nothing cannot be asked below', () => {
  expect(() => organisationOf(looker())).toThrow('how far up');
});

test('where there is nothing below, it is said', async () => {
  const { nova, journal } = started();
  const said = await nova.run('triage', { text: 'four' }, { scope: 'other' });
  expect(said.outcome).toBe('failed');
  expect(JSON.stringify(await journal.read(said.run))).toContain('below other no project is known');
});

test('8.1 a stop of the run above has stopped those below when it is acknowledged', async () => {
  const { nova, journal } = started();
  waits = new Promise(() => {});
  const asked = nova.run('triage', { text: 'four' }, { scope: 'acme', id: 'r' });
  await expect.poll(() => begun.length).toBe(2);
  await nova.stop('acme/r');
  const { runs } = await journal.list({});
  expect(runs.map(({ run, outcome }) => [run.split('/').at(-1)?.slice(0, 5), outcome])).toEqual(
    runs.map(({ run }) => [run.split('/').at(-1)?.slice(0, 5), 'cancelled']),
  );
  expect(runs).toHaveLength(3);
  expect((await asked).outcome).toBe('cancelled');
  waits = Promise.resolve();
});

test('9.1 a process that ends stops nobody below: another goes on with the same runs', async () => {
  const first = started();
  waits = new Promise(() => {});
  const asked = first.nova.run('triage', { text: 'four' }, { scope: 'acme', id: 'r' });
  asked.catch(() => {});
  await expect.poll(() => begun.length).toBe(2);
  const children = await childrenOf(first.journal);
  const journal = memoryJournal();
  for (const run of ['acme/r', ...children])
    await journal.append(await first.journal.read(run), { sync: false });
  await first.nova.close();
  waits = Promise.resolve();

  const second = started(organisationOf(), journal);
  expect((await second.nova.resume('acme/r')).outcome).toBe('seen');
  expect((await childrenOf(journal)).toSorted()).toEqual(children.toSorted());
});

test('people are asked below as they would be above: whoever asked decides', async () => {
  const approving = defineTeam({
    id: 'approving',
    version: 1,
    does: 'Asks before it tells.',
    releases: 'tenant',
    input: Ask,
    outcomes: { told: Ask },
    nodes: { sure: gate({ subject: Ask }) },
    start: { to: 'sure' },
    routes: {
      sure: {
        approved: { end: 'told' },
        edited: { end: 'told' },
        rejected: { end: 'told', with: () => ({ text: 'no' }) },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const over = defineTeam({
    id: 'over',
    version: 1,
    does: 'Asks below.',
    input: Ask,
    outcomes: { seen: z.json() },
    nodes: { there: below({ node: approving, withinMs: 60_000 }) },
    start: { to: 'there', with: (input) => ({ input }) },
    routes: { there: { all: { end: 'seen' }, some: { end: 'seen' } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const { nova } = started(defineOrganisation({ id: 'o', agents: [], teams: [over, approving] }));
  const ann = { principal: { id: 'ann', proof: 'embedder' } } as const;
  const asked = nova.run('over', { text: 'may I' }, { scope: 'acme', ...ann });
  await expect.poll(async () => (await nova.reviews()).length).toBe(2);
  for (const { id, run } of await nova.reviews()) {
    expect(run).toMatch(/^acme\/(shop\/main|erp\/lagos)\/below-/);
    await expect(nova.decide(id, { is: 'approve' })).rejects.toThrow('may not decide');
    await nova.decide(id, { is: 'approve' }, ann);
  }
  expect((await asked).outcome).toBe('seen');
});

test('6.1 the words of a run below stand in no record of the run above but as what it released', async () => {
  const secret = canaryOf('acme/shop/main');
  const quiet = defineAgent({
    ...base,
    id: 'quiet',
    does: 'Knows more than it says.',
    releases: 'tenant',
    input: Ask,
    outcomes: { told: z.strictObject({ count: z.int() }) },
    check: () => undefined,
    act: ({ text }, say) => (text === secret ? say.told({ count: 0 }) : say.told({ count: 1 })),
  });
  const inner = defineTeam({
    id: 'inner',
    version: 1,
    does: 'Works below.',
    releases: 'tenant',
    input: Ask,
    outcomes: { told: z.strictObject({ count: z.int() }) },
    nodes: { quiet },
    start: { to: 'quiet', with: () => ({ text: secret }) },
    routes: { quiet: { told: { end: 'told' } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const over = defineTeam({
    id: 'over',
    version: 1,
    does: 'Asks below.',
    input: Ask,
    outcomes: { seen: z.json() },
    nodes: { there: below({ node: inner }) },
    start: { to: 'there', with: (input) => ({ input, scopes: ['acme/shop/main'] }) },
    routes: { there: { all: { end: 'seen' }, some: { end: 'seen' } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const { nova, journal } = started(
    defineOrganisation({ id: 'o', agents: [quiet], teams: [over, inner] }),
  );
  const { run, outcome } = await nova.run('over', { text: 'how many' }, { scope: 'acme' });
  expect(outcome).toBe('seen');
  expect(JSON.stringify(await journal.read(run))).not.toContain(secret);
  const [child = ''] = await childrenOf(journal);
  expect(JSON.stringify(await journal.read(child))).toContain(secret);
});
