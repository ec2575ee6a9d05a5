// Goal: after a stop has been acknowledged nothing begins, wherever it would have; what was under way is told.
// Method: runs that sleep, are parked, are begun meanwhile, tell others; every begin is noted.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTool } from 'nova-agents';
import type { MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { organised, release } from '../fixtures/releases.ts';
import { asked, opened } from './post.ts';

const ada = { id: 'ada', proof: 'token' } as const;

/** An organisation whose workers call a tool again and again; each begin of a call, and of their code, is noted. */
function crowd() {
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  const dig = defineTool({
    name: 'dig',
    does: 'Digs.',
    input: Ask,
    output: z.null(),
    effect: 'reads',
    run: async ({ text }, { signal }) => {
      begun.push(text);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
      return null;
    },
  });
  const worker = defineAgent({
    id: 'worker',
    version: 1,
    does: 'Digs.',
    input: Ask,
    outcomes: { done: z.null() },
    tools: [dig],
    limits: { maxTurns: 100 },
    examples: [],
    async act({ text }, say, io) {
      begun.push(`code of ${text}`);
      for (let at = 0; at < 50; at += 1) await io.tool(dig, { text: `${text} ${at}` });
      return say.done(null);
    },
  });
  const organisation = defineOrganisation({ id: 'crowd', agents: [worker] });
  return { organisation, begun, waiting };
}

test('8.3 all are stopped, at work, asleep, parked or just beginning; who comes later begins after it', async () => {
  const records: MemoryRecords = [];
  const old = opened(organised(release(2)), records);
  await asked(old, 'parked');
  await old.close();
  const { organisation, begun } = crowd();
  const nova = opened(organisation, records);
  const work = nova.run('worker', { text: 'early' }, { id: 'early' });
  await expect.poll(() => begun).toContain('early 0');
  const just = nova.run('worker', { text: 'just' }, { id: 'just' });
  const [first, second] = [nova.stopAll(ada), nova.stopAll(ada)];
  const later = nova.run('worker', { text: 'later' }, { id: 'later' });
  const stopped = await first;
  expect(stopped.map(({ run, outcome }) => `${run} ${outcome}`).toSorted()).toEqual([
    'local/early cancelled',
    'local/just cancelled',
    'local/parked cancelled',
  ]);
  expect(
    stopped.flatMap(({ inFlight }) => inFlight.map(({ effect }) => effect)).toSorted(),
  ).toEqual(expect.arrayContaining(['person.ask', 'tool.call']));
  expect([(await work).outcome, (await just).outcome]).toEqual(['cancelled', 'cancelled']);
  expect(await second).toEqual([]);
  await expect.poll(() => begun).toContain('later 0');
  expect(begun.filter((what) => what.includes('just '))).toEqual([]);
  expect((await nova.stopAll(ada)).map(({ run }) => run)).toEqual(['local/later']);
  expect((await later).outcome).toBe('cancelled');
  expect(await nova.stopAll()).toEqual([]);
});

test('8.3 a write that had begun is said to be in doubt', async () => {
  let begun = 0;
  const write = defineTool({
    name: 'write',
    does: 'Writes.',
    input: Ask,
    output: z.null(),
    effect: 'writes',
    run: () => {
      begun += 1;
      return new Promise<never>(() => {});
    },
  });
  const writer = defineAgent({
    id: 'writer',
    version: 1,
    does: 'Writes.',
    input: Ask,
    outcomes: { done: z.null() },
    tools: [write],
    examples: [],
    act: async (input, say, io) => say.done(await io.tool(write, input)),
  });
  const nova = opened(defineOrganisation({ id: 'o', agents: [writer] }), []);
  const review = await asked(nova, 'w', 'writer');
  const deciding = nova.decide(review, { is: 'approve' });
  await expect.poll(() => begun).toBe(1);
  const { inFlight } = await nova.stop('local/w', ada);
  expect(inFlight).toMatchObject([{ node: 'writer', tool: 'write', isInDoubt: true }]);
  expect((await deciding).outcome).toBe('cancelled');
});

test('8.3 a run that cannot be written is told, and nothing of it begins', async () => {
  const { organisation, begun, waiting } = crowd();
  const journal = memoryJournal([]);
  let isFull = false;
  const failing = {
    ...journal,
    append: (...given: Parameters<typeof journal.append>) =>
      isFull ? Promise.reject(new Error('no room')) : journal.append(...given),
  };
  const nova = opened(organisation, [], { journal: failing });
  const running = nova.run('worker', { text: 'x' }, { id: 'x' });
  running.catch(() => {});
  await expect.poll(() => waiting.length).toBe(1);
  isFull = true;
  expect(await nova.stopAll(ada)).toMatchObject([{ run: 'local/x', failed: 'no room' }]);
  for (const done of waiting) done();
  isFull = false;
  await new Promise(setImmediate);
  expect(begun).toEqual(['code of x', 'x 0']);
});
