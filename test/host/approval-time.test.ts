// Goal: a person has as long to approve of a tool's write as the configuration says, unless the tool itself says how long.
// Method: tools with and without a time of their own on a clock that is moved; another process, which is configured otherwise, goes on.
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova, type Approval } from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

const DAY = 86_400_000;
const clerkOf = (id: string, approval?: Approval) => {
  const write = defineTool({
    name: `${id}-write`,
    does: 'Writes.',
    input: Ask,
    output: Ask,
    effect: 'writes',
    inDoubt: 'reissue',
    ...(approval && { approval }),
    run: async (input) => input,
  });
  return defineAgent({
    id,
    version: 1,
    does: 'Writes.',
    input: Ask,
    outcomes: { done: Ask },
    tools: [write],
    examples: [],
    ...(id === 'hasty' && { shared: { freshMs: 0 } }),
    act: async (input, say, io) => say.done(await io.tool(write, input)),
  });
};
const organisation = defineOrganisation({
  id: 'office',
  agents: [clerkOf('plain'), clerkOf('named', { by: ['ann'] }), clerkOf('hasty', { withinMs: 7 })],
  roles: {},
});

test('5.4 a write waits for its approval as long as a person has, or as its tool says, also in a process that is configured otherwise', async () => {
  const clock = new ManualClock();
  const records: MemoryRecords = [];
  const open = (limits = {}) =>
    new Nova({
      organisation,
      clock,
      journal: memoryJournal(records),
      store: memoryStore(),
      limits,
    });
  const nova = open({ personWithinMs: 3 * DAY, deadlineMs: 9 * DAY });
  const asked = (node: string) =>
    new Promise<number>((resolve, reject) => {
      const onReviews = (all: readonly { until: number }[]) =>
        all.slice(0, 1).forEach(({ until }) => resolve(until));
      nova.run(node, { text: 'x' }, { onReviews, scope: 'a', id: node }).catch(reject);
    });
  const at = clock.now();
  expect([await asked('plain'), await asked('named'), await asked('hasty')]).toEqual([
    at + 3 * DAY,
    at + 3 * DAY,
    at + 7,
  ]);
  await nova.close();
  const other = open();
  expect((await other.reviews()).map(({ until }) => until - at)).toEqual([3 * DAY, 3 * DAY, 7]);
  await other.takeUp();
  clock.advance(2 * DAY);
  await expect.poll(async () => (await other.reviews()).length).toBe(2);
  clock.advance(DAY);
  await expect.poll(async () => (await other.runs({ isOpen: true })).total).toBe(0);
  await other.close();
});
