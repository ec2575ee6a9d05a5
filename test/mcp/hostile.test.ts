// Goal: whatever an MCP server does, a call ends in its time and is typed, and nothing but what was accepted is used.
// Method: a server of our own over stdio that hangs, floods, dies, lies and changes, tool by tool; real processes, ended by their ids.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { mcpServer, type McpDefinition, type McpServer } from 'nova-agents/mcp';
import { readPins, writePins, pinOf, definitionOf } from '../../src/mcp/pins.ts';
import { call } from '../fixtures/perform.ts';
import { accept, folder, HOSTILE, isAlive, serving } from './serving.ts';

const home = folder(afterAll);
const tells = join(home, 'tells');
const pins = join(home, 'nova.mcp.json');
const READS =
  'asks alters big fails flood freezes hang heard huge lines noise nothing refuses stderr twice wrong echo'.split(
    ' ',
  );
const hostile = (more: Partial<McpDefinition> = {}, how = ''): McpDefinition => ({
  id: 'hostile',
  command: process.execPath,
  args: [HOSTILE, tells, how],
  pins,
  reads: READS,
  timeoutMs: 5_000,
  ...more,
});

/** One for all that leave it alive. */
let shared: McpServer;
beforeAll(async () => {
  await accept(hostile());
  shared = mcpServer(hostile());
});
afterAll(() => shared.close());

const of = (name: string, server = shared) => call(server.tool(name), { text: 'hello' }, home);
const textOf = async (name: string, server = shared): Promise<string> => {
  const { content } = (await of(name, server)) as { content: { text: string }[] };
  return content.map(({ text }) => text).join('');
};
const failing = (name: string, server = shared) =>
  of(name, server).then(
    () => expect.unreachable(`${name} came to something`),
    (error: unknown) => error,
  );

test.each([
  ['noise', 'after the noise'],
  ['stderr', 'after the errors'],
  ['twice', 'first'],
  ['echo', 'hello'],
])('7.13 the answer comes through: %s', async (name, says) => {
  expect(await textOf(name)).toBe(says);
});

test('2.14 what a server asks for is refused: a model’s words, a person’s, folders', async () => {
  expect(await textOf('asks')).toBe('-32601 -32601 -32601');
});

test.each([
  ['fails', { code: 'tool_refused', why: 'declined', message: /There is no such thing\./ }],
  ['refuses', { code: 'tool_refused', why: 'declined', message: /-32602.*I will not/ }],
  ['nothing', { code: 'tool_refused', why: 'declined', message: /lacks what it declares/ }],
])('2.13 an error of the server is none of its results: %s', async (name, { message, ...is }) => {
  const error = await failing(name);
  expect(error).toMatchObject(is);
  expect(String(error)).toMatch(message);
});

test('2.13 structured content that breaks its schema does not come through', async () => {
  expect(String(await failing('wrong'))).toContain('expected number');
});

test('7.13 a result is cut at its cap, between characters', async () => {
  const big = await of('big');
  const { content, truncated } = big as { content: [{ text: string }]; truncated: boolean };
  expect(truncated).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(content[0]))).toBeGreaterThan(199_990);
  expect(Buffer.byteLength(JSON.stringify(content[0]))).toBeLessThanOrEqual(200_000);
  expect(content).toEqual([{ type: 'text', text: '😀'.repeat(content[0].text.length / 2) }]);
  expect(await of('big', serving(hostile({ maxBytes: 100 })))).toEqual({
    content: [{ type: 'text', text: '😀'.repeat(18) }],
    truncated: true,
  });
});

test('7.13 an abort cancels the call at the server, and others go on', async () => {
  const controller = new AbortController();
  const hanging = call(shared.tool('hang'), {}, home, controller.signal);
  expect(await textOf('echo')).toBe('hello');
  controller.abort(new Error('no longer wanted'));
  await expect(hanging).rejects.toThrow('no longer wanted');
  expect(JSON.parse(await textOf('heard'))).toMatchObject({ cancelled: 1 });
});

test('7.13 its own time ends a call that hangs, and one that hangs before it speaks at all', async () => {
  const is = { name: 'TimeoutError' };
  expect(await failing('hang', serving(hostile({ timeoutMs: 150 })))).toMatchObject(is);
  expect(await failing('echo', serving(hostile({ timeoutMs: 150 }, 'mute')))).toMatchObject(is);
});

test('7.13 one that says too much, at once or in many lines, is ended, and started anew', async () => {
  const server = serving(hostile());
  for (const name of ['huge', 'lines', 'flood']) {
    const error = await failing(name, server);
    expect(error).toMatchObject({ code: 'mcp', why: 'lost' });
    expect(String(error)).toContain('said more than 4194304 bytes');
  }
  expect(await textOf('echo', server)).toBe('hello');
});

test('7.13 one that dies is started anew, and left alone where it dies again and again', async () => {
  const server = serving(hostile({ reads: [...READS, 'dies'] }));
  for (let times = 0; times < 5; times += 1)
    expect(await failing('dies', server)).toMatchObject({ code: 'mcp', why: 'lost' });
  const error = await failing('echo', server);
  expect(error).toMatchObject({ code: 'mcp', why: 'unreachable' });
  expect(String(error)).toContain('ended again and again');
});

test('7.13 one that answers nothing any more is ended, and started anew', async () => {
  const server = serving(hostile({ timeoutMs: 400 }));
  server.tool('freezes', { timeoutMs: 100 });
  server.tool('echo', { timeoutMs: 5_000 });
  const late = { name: 'TimeoutError' };
  expect(await textOf('echo', server)).toBe('hello');
  expect(await failing('freezes', server)).toMatchObject(late);
  expect(await failing('echo', server)).toMatchObject(late);
  expect(await textOf('echo', server)).toBe('hello');
});

test('9.4 a write that was cut off by the end of its server is in doubt; one that was not sent is not', async () => {
  expect(await failing('dies', serving(hostile()))).toMatchObject({ code: 'in_doubt' });
  const nobody = serving(hostile({ command: join(home, 'nothing-here') } as never));
  const error = await failing('dies', nobody);
  expect(error).toMatchObject({ code: 'mcp', why: 'unreachable' });
  expect(String(error)).toContain('ENOENT');
});

test('2.13 a tool that becomes another one while it runs is refused from then on, and nothing is sent to it', async () => {
  const server = serving(hostile());
  expect(await textOf('echo', server)).toBe('hello');
  expect(await textOf('alters', server)).toBe('altered');
  const { calls } = JSON.parse(await textOf('heard', server)) as { calls: number };
  const error = await failing('echo', server);
  expect(error).toMatchObject({ code: 'tool_refused', why: 'tool_not_granted' });
  expect(String(error)).toContain('echo of the MCP server hostile has changed in description');
  expect(JSON.parse(await textOf('heard', server))).toMatchObject({ calls: calls + 1 });
});

test('2.13 one that has changed since it was accepted, is gone, or was never accepted is refused until it is accepted', async () => {
  const own = join(folder(), 'nova.mcp.json');
  await accept(hostile({ pins: own }));
  onTestFinished(() => rmSync(tells));
  writeFileSync(tells, 'Another one.');
  const known = [...readPins(own, 'hostile').values()].filter(({ name }) => name !== 'twice');
  const gone = pinOf({ ...definitionOf(known[0] as never), name: 'gone' });
  const forged = known.map((pin) =>
    pin.name === 'big' ? { ...pin, description: 'Edited.' } : pin,
  );
  await writePins(own, 'hostile', [...forged, gone]);
  const server = serving(hostile({ pins: own }));
  const why = { why: 'tool_not_granted' };
  for (const [name, says] of [
    ['echo', 'has changed in description: nova mcp shows it'],
    ['gone', 'is not there any more'],
    ['twice', 'was never accepted: nova mcp accept hostile twice'],
    ['big', 'its pin was edited'],
    ['unholdable', 'cannot be used: its input.properties.a: not'],
  ] as const) {
    const error = await failing(name, server);
    expect(error).toMatchObject(why);
    expect(String(error)).toContain(says);
  }
  await accept(hostile({ pins: own }));
  expect(await textOf('echo', serving(hostile({ pins: own })))).toBe('hello');
});

test('2.13 one whose tools change whenever they are looked at is not called', async () => {
  const error = await failing('echo', serving(hostile({}, 'restless')));
  expect(error).toMatchObject({ code: 'mcp', why: 'unreachable' });
});

test('2.13 what is no tool that can be kept hides none of the others', async () => {
  const { tools, unkept } = await shared.list();
  expect([...unkept.keys()].toSorted()).toEqual(['deep', 'no name!', 'no-schema']);
  expect([...tools.keys()]).toEqual(expect.arrayContaining(['echo', 'unholdable']));
});

test('2.13 one that knows no handshake is spoken with without, on one connection', async () => {
  const server = serving(hostile({}, 'modern'));
  const pid = await textOf('echo', server);
  expect(pid).toMatch(/^\d+$/);
  expect(await textOf('echo', server)).toBe(pid);
});

test('7.13 one that does not start is told with its last words', async () => {
  const error = await failing('echo', serving(hostile({}, 'unready')));
  expect(error).toMatchObject({ code: 'mcp', why: 'unreachable' });
  expect(String(error)).toMatch(/it ended \(1\).*😀 There is no key\./);
});

test('8.1 one that is let go while it has not yet spoken is ended', async () => {
  const own = join(folder(), 'tells');
  const file = `${own}.pid`;
  const server = mcpServer({ ...hostile(), args: [HOSTILE, own, 'mute'] } as McpDefinition);
  const listing = server.list();
  listing.catch(() => {});
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5);
  await server.close();
  expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false);
  await expect(listing).rejects.toMatchObject({ code: 'mcp', why: 'unreachable' });
});

test('8.1 one that does not leave is ended, with whom it started', async () => {
  const file = join(folder(), 'pids');
  const server = mcpServer({ ...hostile(), args: [HOSTILE, file, 'stubborn'] } as McpDefinition);
  const letGo = [server.attach(), server.attach()];
  await server.list();
  const pids = readFileSync(file, 'utf8').split(' ').map(Number);
  await letGo[0]?.();
  expect(pids.map(isAlive)).toEqual([true, true]);
  await letGo[1]?.();
  // Whoever reaps the second is not us.
  while (pids.some(isAlive)) await wait(5);
});
