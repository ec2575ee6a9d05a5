// Goal: an agent in code works with the tools of a real MCP server through a whole Nova: reads at once, writes once it is approved.
// Method: the reference server "filesystem" from the registry over a folder of the test; what it did is read from the disk.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, Nova, type Review } from 'nova-agents';
import { mcpServer, type McpDefinition } from 'nova-agents/mcp';
import { ScriptedModel } from '../../src/testing/scripted-model.ts';
import { accept, FILESYSTEM, folder, isAlive } from './serving.ts';
import { loadedBy, packagesIn } from '../house/loading.ts';

const home = folder(afterAll);
const definition: McpDefinition = {
  id: 'files',
  command: process.execPath,
  args: [FILESYSTEM, home],
  pins: join(home, 'nova.mcp.json'),
  reads: ['read_text_file'],
};
const file = join(home, 'terms.txt');
beforeAll(() => accept(definition));

function shop(terms: Partial<McpDefinition> = {}) {
  const files = mcpServer({ ...definition, ...terms } as McpDefinition);
  const [read, edit] = [files.tool('read_text_file'), files.tool('edit_file')];
  const clerk = defineAgent({
    id: 'clerk',
    version: 1,
    does: 'Doubles the a of a file.',
    input: Ask,
    outcomes: { done: z.strictObject({ before: z.string(), after: z.unknown() }) },
    tools: [read, edit],
    limits: { maxTurns: 5 },
    examples: [],
    act: async ({ text: path }, say, io) => {
      const { content } = (await io.tool(read, { path })) as { content: string };
      const after = await io.tool(edit, { path, edits: [{ oldText: 'a', newText: 'aa' }] });
      return say.done({ before: content, after });
    },
  });
  const nova = new Nova({ organisation: defineOrganisation({ id: 'shop', agents: [clerk] }) });
  onTestFinished(() => nova.close());
  return nova;
}

/** Servers over that folder, by their process ids. */
const serversHere = (): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(FILESYSTEM) && line.includes(home))
    .map((line) => Number.parseInt(line, 10));

async function asked(nova: Nova) {
  const first = Promise.withResolvers<Review>();
  const onReviews = ([review]: readonly Review[]) => review && first.resolve(review);
  const running = nova.run('clerk', { text: file }, { onReviews });
  // Some are closed while a person is asked.
  running.catch(() => {});
  return { review: await first.promise, running };
}

test('5.1 a read comes at once, and a write happens once, when a person has approved exactly it', async () => {
  writeFileSync(file, 'a');
  const nova = shop();
  const { review, running } = await asked(nova);
  expect(review).toMatchObject({
    purpose: 'tool:files-edit-file',
    subject: { path: file, edits: [{ oldText: 'a', newText: 'aa' }] },
  });
  expect(readFileSync(file, 'utf8')).toBe('a');
  await nova.decide(review.id, { is: 'approve' });
  const { outcome, value } = await running;
  expect([outcome, value]).toMatchObject(['done', { before: 'a' }]);
  expect(readFileSync(file, 'utf8')).toBe('aa');
});

test('2.8 a model is told of a tool as it was accepted, and calls it the same way', async () => {
  writeFileSync(file, 'a');
  const files = mcpServer(definition);
  const read = files.tool('read_text_file');
  const reader = defineAgent({
    id: 'reader',
    version: 1,
    does: 'Reads a file.',
    input: Ask,
    outcomes: { read: z.strictObject({ text: z.string() }) },
    tools: [read],
    examples: [],
    instructions: () => 'Read it.',
  });
  const model = new ScriptedModel({
    reader: ({ calls: [first] }) => {
      if (first === undefined) return { wants: { tool: read.name, input: { path: file } } };
      return { says: { outcome: 'read', value: { text: JSON.stringify(first.result) } } };
    },
  });
  const organisation = defineOrganisation({ id: 'shop', agents: [reader] });
  const nova = new Nova({ organisation, model });
  onTestFinished(() => nova.close());
  const { outcome, value } = await nova.run('reader', { text: file });
  expect([outcome, value]).toEqual(['read', { text: '{"value":{"content":"a"}}' }]);
  const [told] = model.calls[0]?.tools ?? [];
  expect(told).toMatchObject({ name: 'files-read-text-file', does: read.does });
  expect(read.does).toBe(files.pins.get('read_text_file')?.description);
  expect(model.calls.map(({ instructions }) => instructions).join('')).not.toContain(read.does);
});

test('5.1 what is rejected does not happen', async () => {
  writeFileSync(file, 'a');
  const nova = shop();
  const { review, running } = await asked(nova);
  await nova.decide(review.id, { is: 'reject' });
  expect(await running).toMatchObject({ outcome: 'failed' });
  expect(readFileSync(file, 'utf8')).toBe('a');
});

test('2.13 that its server calls a tool read-only changes nothing: every one waits for a person that its user did not name', async () => {
  writeFileSync(file, 'a');
  const { review } = await asked(shop({ reads: [] }));
  expect(review.purpose).toBe('tool:files-read-text-file');
});

test('7.11 what is not found is an answer, and no server is left alone for it', async () => {
  const nova = shop();
  for (let times = 0; times < 7; times += 1) {
    const { outcome, note } = await nova.run('clerk', { text: join(home, `missing-${times}`) });
    expect([outcome, note]).toEqual(['failed', expect.stringContaining('declined') as string]);
    expect(note).toContain('ENOENT');
  }
});

test('8.1 a Nova that is closed leaves no server behind', async () => {
  writeFileSync(file, 'a');
  const [one, other] = [shop(), shop()];
  await Promise.all([asked(one), asked(other)]);
  const pids = serversHere();
  expect(pids.length).toBeGreaterThanOrEqual(2);
  await Promise.all([one.close(), other.close()]);
  expect(pids.filter(isAlive).length).toBe(pids.length - 2);
});

test('8.1 a process that ends by itself waits for no server, and leaves none', async () => {
  const script = `
    import { mcpServer } from 'nova-agents/mcp';
    const server = mcpServer(${JSON.stringify(definition)});
    const context = { scope: 's', project: '.', key: 'k', signal: new AbortController().signal };
    await server.tool('list_allowed_directories').run({}, context);
    console.log('called');
  `;
  const before = serversHere();
  const flags = ['--input-type=module', '--conditions=nova-source', '--no-warnings'];
  const said = execFileSync(process.execPath, [...flags, '--eval', script], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  expect(said).toBe('called\n');
  while (serversHere().some((pid) => !before.includes(pid))) await wait(5);
});

test('importing nova-agents/mcp loads the protocol’s library only when a server is called', () => {
  const packages = packagesIn(loadedBy('nova-agents/mcp', resolve(import.meta.dirname, '../..')));
  expect(packages.filter((name) => !['xstate', 'zod'].includes(name))).toEqual([]);
});
