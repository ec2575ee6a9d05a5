// Goal: a record that is forgotten is gone wherever it came to, and comes back from nowhere, whatever happened at that moment.
// Method: a record that runs recalled, shared and were sent; every record of the journal is searched; a process that dies half-way.
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  below,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  Nova,
} from 'nova-agents';
import { recall } from 'nova-agents/tools';
import { memoryJournal, memoryStore, type MemoryRecords } from 'nova-agents/testing';
import { found, known as opened, SCOPE, told, WORD } from '../faults/knowing.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const Text = z.strictObject({ text: z.string() });
const base = { version: 1, does: 'Tells.', input: Ask, outcomes: { told: Text }, examples: [] };
/** Who waits does so here. */
let gate = Promise.withResolvers<void>();
const slowly = defineTool({
  ...recall,
  name: 'slowly',
  // It has been told, and has not answered yet.
  run: async (input, context) => {
    const records = await recall.run(input, context);
    await gate.promise;
    return records;
  },
});
const teller = defineAgent({
  ...base,
  id: 'teller',
  tools: [recall],
  shared: { freshMs: 600_000 },
  act: async ({ text }, say, io) => {
    const { records } = await io.tool(recall, { words: text });
    return say.told({ text: records.map((one) => one.text).join() });
  },
});
const waiter = defineAgent({
  ...base,
  id: 'waiter',
  tools: [slowly],
  act: async ({ text }, say, io) => {
    const { records } = await io.tool(slowly, { words: text });
    return say.told({ text: records.map((one) => one.text).join() });
  },
});
const looker = defineAgent({
  ...base,
  id: 'looker',
  releases: 'tenant',
  tools: [recall],
  act: async ({ text }, say, io) => {
    const { records } = await io.tool(recall, { words: text });
    return say.told({ text: records.map((one) => one.text).join() });
  },
});
const seen = { end: 'seen', with: (value: unknown) => JSON.stringify(value) } as const;
const triage = defineTeam({
  id: 'triage',
  version: 1,
  does: 'Looks below.',
  input: Ask,
  outcomes: { seen: z.string() },
  nodes: { over: below({ node: looker }) },
  start: { to: 'over', with: (input) => ({ input }) },
  routes: { over: { all: seen, some: seen } },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
const organisation = defineOrganisation({
  id: 'tellers',
  agents: [teller, waiter, looker],
  teams: [triage],
  roles: {},
});
const text = `The word is ${WORD}`;
const ask = { text: 'What is the word?' };

function at(kept: MemoryRecords, journal = memoryJournal(kept)) {
  const projects = { 'acme/shop': '.' };
  const nova = new Nova({ organisation, journal, store: memoryStore(), projects });
  const id = async () => (await nova.memory('a')).find((one) => one.text === text)?.id ?? '';
  const forget = async () => nova.memory('a', { is: 'forget', id: await id() });
  const recalled = async () => (await nova.run('teller', ask, { scope: 'a' })).value;
  return { nova, id, forget, recalled };
}
const words = (kept: MemoryRecords) => kept.filter((record) => record.text.includes(WORD));

test('6.6 what is forgotten is gone from those who share work, and nobody is given it by them', async () => {
  const kept: MemoryRecords = [];
  const { nova, forget, recalled } = at(kept);
  await nova.memory('a', { is: 'note', text });
  expect(await recalled()).toEqual({ text });
  expect(await recalled()).toEqual({ text });
  await expect.poll(async () => (await nova.runs({ isOpen: true })).total).toBe(0);
  await forget();
  expect(words(kept)).toEqual([]);
  expect(await recalled()).toEqual({ text: '' });
  await nova.close();
});

test('6.6 a run that was told a record, and has it not on record yet, has it all the same', async () => {
  const kept: MemoryRecords = [];
  const { nova, forget } = at(kept);
  await nova.memory('a', { is: 'note', text });
  gate = Promise.withResolvers();
  const run = nova.run('waiter', ask, { scope: 'a', id: 'waits' });
  await expect.poll(() => kept.some((one) => one.text.includes('slowly'))).toBe(true);
  await new Promise(setImmediate);
  await expect(forget()).rejects.toThrow(/a\/waits has not ended/);
  gate.resolve();
  expect((await run).value).toEqual({ text });
  await forget();
  expect(words(kept)).toEqual([]);
  await nova.close();
});

test('6.6 what a process was forgetting when it died is gone when the next one looks', async () => {
  const kept: MemoryRecords = [];
  const dying = memoryJournal(kept);
  const forgets: typeof dying.forget = async (checkpoint, hashes) => {
    if (checkpoint.run.endsWith('~~memory')) throw new Error('killed');
    return dying.forget(checkpoint, hashes);
  };
  const { nova, forget, recalled } = at(kept, { ...dying, forget: forgets });
  await nova.memory('a', { is: 'note', text });
  await recalled();
  await nova.memory('a', { is: 'note', text: 'Rain is expected' });
  await expect.poll(async () => (await nova.runs({ isOpen: true })).total).toBe(0);
  await expect(forget()).rejects.toThrow('killed');
  const next = at(kept);
  expect((await next.nova.memory('a')).map((one) => one.text)).toEqual(['Rain is expected']);
  expect(words(kept)).toEqual([]);
  expect(await next.recalled()).toEqual({ text: '' });
  await next.nova.close();
});

test('6.6 of a run whose events have a forgotten record beside its values, all words go', async () => {
  const folder = temporaryFolder();
  const nova = opened(folder);
  await nova.memory(SCOPE, { is: 'note', text: `the roof is ${WORD}` });
  await told(nova, `the roof is ${WORD}`);
  const [record] = await nova.memory(SCOPE);
  await nova.memory(SCOPE, { is: 'forget', id: record?.id ?? '' });
  expect((await nova.show(`${SCOPE}/main/listens`)).deadLetters).toHaveLength(1);
  const shown = JSON.stringify(
    await Promise.all((await nova.runs()).runs.map(({ run }) => nova.prompts(run))),
  );
  await nova.close();
  expect(shown).not.toContain(WORD);
  expect(found(folder)).toEqual([]);
});

test('6.6 what crossed up from below is forgotten with the record, and what is said above by itself is not', async () => {
  const kept: MemoryRecords = [];
  const { nova } = at(kept);
  const [record] = await nova.memory('acme/shop', { is: 'note', text });
  const up = await nova.run('triage', ask, { scope: 'acme' });
  expect(up.value).toContain(WORD);
  const own = await nova.run('teller', { text }, { scope: 'acme', id: 'own' });
  expect(own.outcome).toBe('told');
  await expect.poll(async () => (await nova.runs({ isOpen: true })).total).toBe(0);
  await nova.memory('acme/shop', { is: 'forget', id: record?.id ?? '' });
  const left = words(kept).map(({ run }) => run);
  expect([...new Set(left)]).toEqual(['acme/own']);
  await nova.close();
});
