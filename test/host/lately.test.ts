// Goal: an agent is told what ran lately where it may read, with what was not done and what waits; of nothing else.
// Method: runs that end in each way, over days of a clock that is moved; runs in random scopes, each read from another.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { readRuns, type Ran } from 'nova-agents/tools';
import { ManualClock } from 'nova-agents/testing';
import { mayRead } from '../../machines/protocol/scope.ts';
import { coordination } from '../../agents/index.ts';

const write = defineTool({
  name: 'write',
  does: 'Writes.',
  input: Ask,
  output: z.null(),
  effect: 'writes',
  run: async () => null,
});
const painter = defineAgent({
  id: 'painter',
  version: 1,
  does: 'Paints fences.',
  input: Ask,
  outcomes: { told: z.strictObject({ summary: z.string() }) },
  tools: [write],
  examples: [],
  act: async ({ text }, say, io) => {
    if (text.includes('green')) await io.tool(write, { text });
    if (text.includes('old')) throw new Error('the paint is dry');
    return say.told({ summary: `painted: ${text}` });
  },
});
const historian = defineAgent({
  id: 'historian',
  version: 1,
  does: 'Tells of earlier runs.',
  input: z.strictObject({ from: z.int(), to: z.int(), maxRuns: z.int() }),
  outcomes: { told: z.json() },
  tools: [readRuns],
  examples: [],
  act: async ({ from, to, maxRuns }, say, io) =>
    say.told(await io.tool(readRuns, { fromDaysAgo: from, toDaysAgo: to, maxRuns })),
});
const organisation = defineOrganisation({
  id: 'yard',
  agents: [...coordination.agents, painter, historian],
  roles: coordination.roles,
});
const tell = async (nova: Nova, scope: string, { from = 9, to = 0, maxRuns = 30 } = {}) => {
  const { value } = await nova.run('historian', { from, to, maxRuns }, { scope, project: '.' });
  return value as unknown as Omit<Ran, 'known'> & { readonly known: boolean };
};

test('6.9 it is told what was asked, how it ended, what was not done and why, and what waits on whom', async () => {
  const clock = new ManualClock();
  const nova = new Nova({ organisation, clock });
  const ask = (text: string) => nova.ask(text, { scope: 'a', project: '.' });
  await ask('Paint the old fence');
  clock.advance(86_400_000);
  await ask('Paint the fence; sing a song');
  await ask('Paint the green fence');
  const { runs, truncated } = await tell(nova, 'a');
  const told = runs.map(({ asked, outcome, reason, parts, notDone, waits }) => ({
    asked,
    outcome,
    reason,
    parts: parts.map((part) => `${part.node} ${part.outcome} ${part.reason}`),
    notDone: notDone.map(({ what }) => what),
    waits: waits.map(({ purpose }) => purpose),
  }));
  const rest = { parts: ['painter told null'], reason: null, notDone: [], waits: [] };
  expect(told.toSorted((a, b) => (a.asked < b.asked ? -1 : 1))).toEqual([
    {
      ...rest,
      asked: 'Paint the fence; sing a song',
      outcome: 'partial',
      reason: 'no_fit',
      notDone: ['`sing a song`'],
    },
    {
      ...rest,
      asked: 'Paint the green fence',
      outcome: 'waiting',
      parts: ['painter open null'],
      waits: ['tool:write'],
    },
    {
      ...rest,
      asked: 'Paint the old fence',
      outcome: 'failed',
      reason: 'parts_lost',
      parts: ['painter failed threw'],
      notDone: ['Painter'],
    },
  ]);
  expect(truncated).toBe(false);
  const days = async (window: object) => (await tell(nova, 'a', window)).runs;
  expect((await days({ from: 1, to: 1 })).map(({ asked }) => asked)).toEqual([
    'Paint the old fence',
  ]);
  expect((await tell(nova, 'a', { maxRuns: 1 })).truncated).toBe(true);
  await nova.close();
});

test('6.9 it is told of its own scope and those above it, never of another one, nor of itself', async () => {
  const part = fc.constantFrom('a', 'b', 'ab', 'public');
  const scope = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(scope, { minLength: 1, maxLength: 6 }),
      scope,
      async (scopes, reader) => {
        const nova = new Nova({ organisation });
        for (const one of scopes)
          await nova.run('painter', { text: one }, { scope: one, project: '.' });
        const told = await tell(nova, reader);
        await nova.close();
        // There everybody is a stranger.
        expect(told.known).toBe(reader !== 'public');
        if (!told.known) return;
        const { runs } = told;
        const may = scopes.filter((one) => mayRead(reader, one)).toSorted();
        expect(runs.map(({ run }) => run.slice(0, run.lastIndexOf('/'))).toSorted()).toEqual(may);
        expect(runs.map(({ asked }) => asked)).not.toContain('historian');
      },
    ),
    { numRuns: 40, seed: 11 },
  );
});
