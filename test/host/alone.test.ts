// Goal: one node that is run alone has what it has in a request: its tools, and the folder that it is about.
// Method: an agent whose tool tells the folder in which it was called is run by Nova, as an actor of XState, and after a crash.
import { expect, test } from 'vitest';
import { createActor, toPromise } from 'xstate';
import * as z from 'zod';
import { Ask, asActorLogic, defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';

const look = defineTool({
  name: 'look',
  does: 'Tells where it is.',
  input: z.strictObject({}),
  output: z.strictObject({ project: z.string() }),
  effect: 'reads',
  run: async (_, { project }) => ({ project }),
});
const scout = defineAgent({
  id: 'scout',
  version: 1,
  does: 'Looks where it is.',
  input: Ask,
  outcomes: { seen: z.string() },
  examples: [],
  tools: [look],
  act: async (_, say, io) => say.seen((await io.tool(look, {})).project),
});
const organisation = defineOrganisation({ id: 'o', agents: [scout] });
const input = { text: 'look' };
const project = '/some/where';

test.each([
  [{ project }, project],
  [{}, process.cwd()],
])('a tool is called in the project of a run of one node: %o', async (options, value) => {
  const nova = new Nova({ organisation });
  const result = await nova.run('scout', input, options);
  await nova.close();
  expect(result).toMatchObject({ outcome: 'seen', value });
});

test('a tool is called in the project of an actor', async () => {
  const actor = createActor(asActorLogic(scout, { project }), { input });
  const output = toPromise(actor);
  actor.start();
  expect(await output).toEqual({ outcome: 'seen', value: project });
});

test('9.1 another process calls the tool in the project that the run was begun with', async () => {
  const kept: MemoryRecords = [];
  const hung = new Promise<never>(() => {});
  let copy: MemoryRecords = [];
  let first: Nova | undefined;
  const calling = new Promise<void>((called) => {
    const call = () => {
      copy = structuredClone(kept);
      called();
      return hung;
    };
    first = new Nova({ organisation, journal: memoryJournal(kept), tools: { call } });
    first.run('scout', input, { id: 'r', project }).catch(() => {});
  });
  await calling;
  const second = new Nova({ organisation, journal: memoryJournal(copy) });
  const result = await second.run('scout', input, { id: 'r', project: '/elsewhere' });
  await Promise.all([first?.close(), second.close()]);
  expect(result).toMatchObject({ outcome: 'seen', value: project });
});
