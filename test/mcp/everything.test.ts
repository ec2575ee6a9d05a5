// Goal: the tools of a real MCP server come through the same, over stdio and over Streamable HTTP.
// Method: the reference server "everything" from the registry, a process for each of the two; a key of this process as a canary.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { mcpServer, type McpDefinition, type McpServer } from 'nova-agents/mcp';
import { definitionOf, readPins, type Pin } from '../../src/mcp/pins.ts';
import { call } from '../fixtures/perform.ts';
import { accept, EVERYTHING, folder, serving } from './serving.ts';

const home = folder(afterAll);
const pins = join(home, 'nova.mcp.json');
const terms = { pins, timeoutMs: 5_000 };
const context = { scope: 'local', project: home, key: 'run#task:tool:0.0' };
const CANARY = 'canary-7f3a';

/** It would listen for everybody. */
const loopback = resolve(import.meta.dirname, '../fixtures/loopback.ts');
const everything = spawn(process.execPath, ['--import', loopback, EVERYTHING, 'streamableHttp'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
afterAll(async () => {
  everything.kill('SIGKILL');
  if (everything.exitCode === null && everything.signalCode === null)
    await once(everything, 'exit');
});

async function listening(): Promise<string> {
  for await (const chunk of everything.stderr as AsyncIterable<Buffer>) {
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
  for (const definition of definitions.values()) await accept(definition);
  for (const [how, definition] of definitions) servers.set(how, mcpServer(definition));
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
  test('2.13 its tools are there under the server’s name', () => {
    const names = servers.get(how)?.tools.map(({ name }) => name) ?? [];
    expect(names).toHaveLength(13);
    expect(names).toEqual(expect.arrayContaining([`by-${how}-get-sum`, `by-${how}-echo`]));
  });

  test('2.13 texts come as texts, structured content as itself, all else by its name only', async () => {
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

  test('2.13 an input that breaks its schema is not sent', async () => {
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

/** An endpoint that does what it is told, until the end of its test. */
async function endpoint(listener: RequestListener): Promise<McpDefinition> {
  const http = createServer(listener);
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  return { id: 'by-http', url, ...terms, reads: ['echo'] };
}
const result = (more: object = {}) => {
  const info = { serverInfo: { name: 'one', version: '1' }, capabilities: { tools: {} } };
  return JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    result: { protocolVersion: '2025-11-25', ...info, ...more },
  });
};
const json = { 'content-type': 'application/json' };

test.each<[string, number, Record<string, string>, string, RegExp]>([
  ['redirects', 307, { location: 'http://127.0.0.1:1/elsewhere' }, '', /fetch failed/],
  [
    'answers with a page',
    200,
    { 'content-type': 'text/html' },
    '<html></html>',
    /content type: text\/html/,
  ],
  [
    'answers with more than its cap',
    200,
    json,
    result({ instructions: 'x'.repeat(5_000_000) }),
    /4194304 bytes/,
  ],
  ['answers with half of it', 200, json, result().slice(0, 50), /JSON/],
  ['refuses', 403, {}, 'no', /no$/],
])('7.13 one that %s is unreachable', async (_, status, headers, body, says) => {
  const server = serving(
    await endpoint((_request, response) => void response.writeHead(status, headers).end(body)),
  );
  const failed: unknown = await call(server.tool('echo'), { message: 'a' }, home).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 'mcp', why: 'unreachable' });
  expect(String(failed)).toMatch(says);
});

test('7.13 one that hangs is given up in its time', async () => {
  const server = serving({ ...(await endpoint(() => {})), timeoutMs: 150 });
  const failing = call(server.tool('echo'), { message: 'a' }, home);
  await expect(failing).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('7.13 by HTTP an abort ends the request itself, and tells the server', async () => {
  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const [pin] = readPins(pins, 'by-http').values();
  const definition = await endpoint((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      const { id, method } = JSON.parse(text || '{}') as { id?: number; method?: string };
      const answer = (what: object) =>
        response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, result: what }));
      if (method === 'initialize') response.writeHead(200, json).end(result());
      else if (method === 'tools/list') answer({ tools: [definitionOf(pin as Pin)] });
      else if (method === 'tools/call') {
        response.on('close', over.resolve);
        begun.resolve();
      } else response.writeHead(method === undefined ? 405 : 202).end();
      if (method === 'notifications/cancelled') told.resolve();
    });
  });
  const server = serving(definition);
  const controller = new AbortController();
  const hanging = server
    .tool(pin?.name ?? '')
    .run({ message: 'a' }, { ...context, signal: controller.signal });
  await begun.promise;
  controller.abort(new Error('no longer wanted'));
  await expect(hanging).rejects.toThrow('no longer wanted');
  await Promise.all([over.promise, told.promise]);
});
