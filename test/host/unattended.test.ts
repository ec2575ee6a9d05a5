// Goal: who was granted it writes without anybody being asked, nobody else does, and what no one could mean is refused at definition.
// Method: two agents with the same writing tool, one of them granted; then all that can happen to a request over the granted one is walked through.
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova, type Model } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from 'nova-agents/testing';
import { checkOrganisation } from 'nova-agents/verify';

const written: string[] = [];
const note = defineTool({
  name: 'note',
  does: 'Writes a note.',
  input: Ask,
  output: Ask,
  effect: 'writes',
  async run({ text }) {
    written.push(text);
    return { text };
  },
});
const clerk = (id: string, tool = note) =>
  defineAgent({
    id,
    version: 1,
    does: 'Notes what it is told.',
    input: Ask,
    outcomes: { noted: Ask },
    tools: [tool],
    examples: [],
    act: async (input, say, io) => say.noted(await io.tool(tool, input)),
  });
const office = (grants: Parameters<typeof defineOrganisation>[0]['grants'], tool = note) =>
  defineOrganisation({
    id: 'office',
    agents: [clerk('trusted', tool), clerk('other', tool)],
    grants,
  });
const tools = ['note'];
const organisation = office({ trusted: { tools, unattended: tools }, other: { tools } });

test('5.12 who was granted it writes at once; anybody else waits for a person', async () => {
  const nova = new Nova({ organisation });
  const asked: string[] = [];
  const come = async (id: string) => {
    const stop = new AbortController();
    const onReviews = (reviews: readonly { purpose: string }[]) => {
      asked.push(...reviews.map(({ purpose }) => `${id} ${purpose}`));
      if (reviews.length > 0) stop.abort();
    };
    const { outcome } = await nova.run(id, { text: id }, { onReviews, signal: stop.signal });
    return outcome;
  };
  expect([await come('trusted'), await come('other')]).toEqual(['noted', 'cancelled']);
  await nova.close();
  expect([written, asked]).toEqual([['trusted'], ['other tool:note']]);
});

test('5.12 what was left to it no more is not written, also in a run that was begun before', async () => {
  written.length = 0;
  const records: MemoryRecords = [];
  const asked = Promise.withResolvers<void>();
  const slow = { ...clerk('trusted'), act: undefined, instructions: () => 'Note it.' };
  const of = (unattended: readonly string[]) =>
    defineOrganisation({
      id: 'office',
      agents: [slow as never],
      grants: { trusted: { tools, unattended } },
    });
  const usage = { model: 'm', tokens: { input: 1, output: 1 }, cost: 0 };
  const hangs: Model = {
    call: (_, signal) => {
      asked.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    },
  };
  const first = new Nova({
    organisation: of(tools),
    model: hangs,
    journal: memoryJournal(records),
  });
  const run = first.run('trusted', { text: 'late' }, { id: 'one' }).catch(() => {});
  await asked.promise;
  await first.close();
  await run;
  const heard: string[] = [];
  const notes: Model = {
    call: async ({ calls: [made], input }) => {
      if (made === undefined) return { usage, wants: { tool: 'note', input } };
      heard.push(JSON.stringify(made.result));
      return { usage, says: { outcome: 'noted', value: { text: 'not written' } } };
    },
  };
  const second = new Nova({ organisation: of([]), model: notes, journal: memoryJournal(records) });
  const { runs } = await second.runs();
  expect(await second.resume(runs[0]?.run ?? '')).toMatchObject({ outcome: 'noted' });
  await second.close();
  expect([written, heard]).toEqual([[], [expect.stringContaining('tool_not_granted')]]);
});

test('5.12 over all that can happen to either the laws hold', () => {
  const checked = [...checkOrganisation(organisation)];
  expect(checked.flatMap(({ faults }) => faults)).toEqual([]);
});

test.each([
  [
    'a tool that only reads',
    { trusted: { tools, unattended: tools } },
    { ...note, effect: 'reads' },
    'only reads',
  ],
  [
    'one that it may not use',
    { trusted: { tools: [], unattended: tools } },
    note,
    'is not granted to it',
  ],
  [
    'one that says who approves of it',
    { trusted: { tools, unattended: tools } },
    { ...note, approval: { by: ['ada'] } },
    'says who approves of it',
  ],
] as const)('5.12 %s cannot be unattended', (_, grants, tool, problem) => {
  expect(() => office({ ...grants, other: { tools } }, tool as never)).toThrow(problem);
});
