// Goal: the tools of a real MCP server come through the same, over stdio and over Streamable HTTP.
// Method: the reference server "everything" from the registry, a process for each of the two; a key of this process as a canary.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mcpServer, type McpDefinition, type McpServer } from 'nova-agents/mcp';
import { call } from '../fixtures/perform.ts';
import { accept, EVERYTHING, folder, serving } from './serving.ts';

const home = folder(afterAll);
const pins = join(home, 'nova.mcp.json');
const terms = { pins, timeoutMs: 5_000 };
const CANARY = 'canary-7f3a';

/** Somewhere on this machine. */
async function listening(): Promise<string> {
  const loopback = resolve(import.meta.dirname, '../fixtures/loopback.ts');
  const args = ['--import', loopback, EVERYTHING, 'streamableHttp'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  afterAll(() => void child.kill('SIGKILL'));
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    const port = /port (\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) return `http://127.0.0.1:${port}/mcp`;
  }
  throw new Error('it does not listen');
}

const servers = new Map<string, McpServer>();
const definitions = new Map<string, McpDefinition>();
beforeAll(async () => {
  process.env['OPENAI_API_KEY'] = CANARY;
  const url = await listening();
  const env = { DECLARED: 'declared', ABSENT: undefined };
  const program = { command: process.execPath, args: [EVERYTHING, 'stdio'], env };
  definitions.set('stdio', { id: 'by-stdio', ...program, ...terms });
  definitions.set('http', { id: 'by-http', url, ...terms });
  for (const [how, definition] of definitions) {
    await accept(definition);
    servers.set(how, mcpServer(definition));
  }
});
afterAll(async () => {
  delete process.env['OPENAI_API_KEY'];
  for (const server of servers.values()) await server.close();
});

const by = (how: string, name: string, input: object = {}, signal?: AbortSignal) => {
  const server = servers.get(how) as McpServer;
  return call(server.tool(name), input, home, signal) as Promise<Record<string, unknown>>;
};

describe.each(['stdio', 'http'])('over %s', (how) => {
  test('2.10 its tools are there under the server’s name', () => {
    const names = servers.get(how)?.tools.map(({ name }) => name) ?? [];
    expect(names).toHaveLength(13);
    expect(names).toEqual(expect.arrayContaining([`by-${how}-get-sum`, `by-${how}-echo`]));
  });

  test('2.10 texts come as texts, structured content as itself, all else by its name only', async () => {
    expect(await by(how, 'get-sum', { a: 2, b: 40 })).toEqual({
      content: [{ type: 'text', text: 'The sum of 2 and 40 is 42.' }],
      truncated: false,
    });
    const weather = await by(how, 'get-structured-content', { location: 'Chicago' });
    expect(weather).toEqual({ temperature: 36, conditions: 'Light rain / drizzle', humidity: 82 });
    const { content } = await by(how, 'get-tiny-image');
    const image = { type: 'other', kind: 'image', mimeType: 'image/png', bytes: 4033 };
    expect(content).toEqual([
      { type: 'text', text: expect.any(String) as string },
      { ...image, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      { type: 'text', text: expect.any(String) as string },
    ]);
  });

  test('2.10 an input that breaks its schema is not sent', async () => {
    await expect(by(how, 'get-sum', { a: 'two', b: 40 })).rejects.toThrow('expected number');
  });

  test('7.13 an abort ends a call at once, and the server goes on', async () => {
    const controller = new AbortController();
    const long = by(how, 'trigger-long-running-operation', { duration: 60 }, controller.signal);
    await by(how, 'echo', { message: 'here' });
    controller.abort(new Error('no longer wanted'));
    await expect(long).rejects.toThrow('no longer wanted');
    expect(await by(how, 'echo', { message: 'still' })).toMatchObject({ truncated: false });
  });
});

test('6.1 a program sees what was declared for it, and none of this process’s keys', async () => {
  const { content } = (await by('stdio', 'get-env')) as { content: [{ text: string }] };
  const seen = JSON.parse(content[0].text) as Record<string, string>;
  expect(seen).toMatchObject({ DECLARED: 'declared', PATH: expect.any(String) as string });
  expect(Object.keys(seen)).not.toContain('ABSENT');
  expect(JSON.stringify(seen)).not.toContain(CANARY);
});

test('7.13 a session that the server has forgotten is begun again', async () => {
  const { url } = definitions.get('http') as { url: string };
  const server = serving(definitions.get('http') as McpDefinition);
  const echo = () => call(server.tool('echo'), { message: 'here' }, home);
  const sessions: string[] = [];
  const own = globalThis.fetch;
  globalThis.fetch = (to, init) => {
    const session = new Headers(init?.headers).get('mcp-session-id');
    if (session !== null && !sessions.includes(session)) sessions.push(session);
    return own(to, init);
  };
  try {
    await echo();
    const headers = { 'mcp-session-id': sessions[0] ?? '', 'mcp-protocol-version': '2025-11-25' };
    expect((await own(url, { method: 'DELETE', headers })).status).toBe(200);
    expect(await echo()).toMatchObject({ content: [{ text: 'Echo: here' }] });
    expect(sessions).toHaveLength(2);
  } finally {
    globalThis.fetch = own;
  }
});

/** An endpoint that does what it is told. */
async function endpoint(answer: Parameters<typeof createServer>[1]): Promise<[string, Server]> {
  const server = createServer(answer as never);
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, server];
}

test.each([
  ['redirects', 307, { location: 'http://127.0.0.1:1/elsewhere' }, ''],
  ['answers with a page', 200, { 'content-type': 'text/html' }, '<html></html>'],
  [
    'answers with more than its cap',
    200,
    { 'content-type': 'application/json' },
    `"${'x'.repeat(5_000_000)}"`,
  ],
  ['refuses', 403, {}, 'no'],
  ['hangs', 0, {}, ''],
])('7.13 one that %s is unreachable, in its time', async (_, status, headers, body) => {
  const [url, http] = await endpoint(((_request: unknown, response: never) => {
    const to = response as {
      writeHead(status: number, headers: object): { end(body: string): void };
    };
    if (status > 0) to.writeHead(status, headers).end(body);
  }) as never);
  const server = serving({ id: 'by-http', url, pins, timeoutMs: 300, reads: ['echo'] });
  const failed = await call(server.tool('echo'), { message: 'a' }, home).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject(
    status > 0 ? { code: 'mcp', why: 'unreachable' } : { name: 'TimeoutError' },
  );
  await server.close();
  http.closeAllConnections();
  http.close();
});
