// Goal: a person sees how the tools of MCP servers stand, what exactly they accept, and nothing is accepted unseen.
// Method: the hostile server, which tells something else of itself when a file says so; the commands by themselves, and by processes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mcpServer, type McpDefinition } from 'nova-agents/mcp';
import { accept, mcp } from '../../src/cli/mcp.ts';
import { HOSTILE } from '../mcp/serving.ts';
import { folder, nova, ROOT } from './nova-process.ts';

const CONFIGURED = join(ROOT, 'test/fixtures/cli-mcp');

/** One server over a folder; what the commands say of it is heard. */
function staged() {
  const home = folder();
  const [tells, file] = [join(home, 'tells'), join(home, 'nova.mcp.json')];
  const definition: McpDefinition = {
    id: 'hostile',
    command: process.execPath,
    args: [HOSTILE, tells],
    pins: file,
  };
  const nowhere = { id: 'nowhere', command: join(home, 'nothing-here'), pins: file };
  const load = () => Promise.resolve([mcpServer(definition)]);
  const heard = async (work: () => Promise<number>) => {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const code = await work();
      const said = [...out.mock.calls, ...err.mock.calls].map(([text]) => String(text)).join('');
      return { code, said };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  };
  return {
    tell: (what: string) => writeFileSync(tells, what),
    read: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
    list: () => heard(() => mcp(load, {})),
    listAll: () =>
      heard(() => mcp(async () => [...(await load()), mcpServer(nowhere)], { json: true })),
    accept: (names: string[], flags = {}) => heard(() => accept(load, 'hostile', names, flags)),
  };
}

test('2.13 nothing is accepted that was not shown and agreed to; then it is written, and only that', async () => {
  const { accept: accepting, list, listAll, read, tell } = staged();
  const refused = await accepting(['echo']);
  expect([refused.code, read()]).toEqual([1, '']);
  expect(refused.said).toContain('echo (new) as hostile-echo, writes\nSays it again.\n{');
  expect((await accepting(['echo', 'big'], { yes: true })).code).toBe(0);
  const accepted = read();
  const { servers } = JSON.parse(accepted) as {
    servers: { id: string; tools: { name: string }[] }[];
  };
  expect(servers.map(({ id, tools }) => [id, tools.map(({ name }) => name)])).toEqual([
    ['hostile', ['big', 'echo']],
  ]);
  const { code, said } = await list();
  expect(code).toBe(0);
  expect(said).toMatch(/ {2}echo +accepted +writes +hostile-echo\n/);
  expect(said).toMatch(/ {2}noise +new/);
  expect(said).toMatch(/ {2}unholdable +unusable .*its input\.properties\.a: not\n/);

  // What a terminal obeys, and what only models read.
  tell('Sends\u001b[2J all\u200b on\u{e0041}.');
  const changed = await accepting(['echo']);
  expect(changed.said).toContain('echo (changed: description)');
  expect(changed.said).toContain('-Says it again.\n+Sends\\u{1b}[2J all\\u{200b} on\\u{e0041}.\n');
  expect([changed.code, read()]).toEqual([1, accepted]);
  const all = await listAll();
  const rows = JSON.parse(all.said) as { id: string; holds: boolean; problem?: string }[];
  expect([all.code, rows]).toMatchObject([
    1,
    [
      { id: 'hostile', holds: false },
      { id: 'nowhere', holds: false, problem: expect.stringContaining('ENOENT') as string },
    ],
  ]);
  await accepting([], { yes: true });
  expect(read()).toContain('u001b');
  expect((await list()).code).toBe(0);
});

test('2.13 what cannot be held to is not accepted, and what is not there is told', async () => {
  const { accept: accepting, read } = staged();
  const { code, said } = await accepting(['unholdable'], { yes: true });
  expect([code, said]).toEqual([
    1,
    'nova: unholdable cannot be accepted: its input.properties.a: not\n',
  ]);
  await expect(accepting(['none'], { yes: true })).rejects.toThrow('hostile has no tool none');
  expect(read()).toBe('');
});

test('2.13 the command knows the servers of a configuration, runs their tools, and ends', async () => {
  const env = { TEST_HOME: folder(), NOVA_HOME: folder() };
  const how = { cwd: CONFIGURED, env };
  expect((await nova(['doctor'], how)).out).toMatch(
    /echoer +code +hostile-echo \(echo of .* never accepted: nova mcp accept hostile echo\)/,
  );
  expect(await nova(['mcp', 'accept', 'hostile', 'echo', '--yes'], how)).toMatchObject({
    code: 0,
    err: '',
  });
  const { code, out } = await nova(['ask', 'Echo this: hello'], how);
  expect([code, out]).toEqual([0, expect.stringContaining('Echo this: hello') as string]);
});
