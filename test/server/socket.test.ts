// Goal: a call over the holder's socket is answered exactly, and nobody waits for ever on either side.
// Method: a real server and real clients in one process.
import { createServer } from 'node:net';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { socketAddress } from '../../src/server/address.ts';
import { connect } from '../../src/server/client.ts';
import type { Handler } from '../../src/server/connection.ts';
import { serve } from '../../src/server/socket.ts';
import { acquire } from '../../src/store/holder-lock.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { connected, echo, serving, SMALL } from './both-ends.ts';

describe('calls', () => {
  test('a call is answered, with the events on the way to it', async () => {
    const client = await connected((await serving()).address);
    const events: Json[] = [];
    expect(await client.call('count', 3, (event) => events.push(event))).toBe(3);
    expect(events).toEqual([0, 1, 2]);
  });

  test('many calls of many clients each get their own answer', async () => {
    const { address } = await serving();
    const clients = await Promise.all([1, 2, 3].map(() => connected(address)));
    const asked = Array.from({ length: 150 }, (_, at) => at);
    const answers = clients.flatMap((client, turn) =>
      asked.filter((at) => at % 3 === turn).map((at) => client.call('echo', { at })),
    );
    const answered = (await Promise.all(answers)) as { at: number }[];
    expect(answered.toSorted((a, b) => a.at - b.at)).toEqual(asked.map((at) => ({ at })));
  });

  test('values arrive exactly as they were sent', async () => {
    const client = await connected((await serving()).address);
    const odd = JSON.parse('{"__proto__":{"b":[-0,"\\ud800\\n"]},"":null}') as Json;
    expect(await client.call('echo', odd)).toStrictEqual(odd);
  });

  test('what the handler throws arrives as a failure with its code', async () => {
    const client = await connected((await serving()).address);
    await expect(client.call('fail', null)).rejects.toMatchObject({
      code: 'call_failed',
      why: 'handler',
      causeCode: 'some_code',
      message: 'fail: no',
    });
    expect(await client.call('echo', 1)).toBe(1);
  });

  test('an answer that is not JSON, or too long for a line, is a failure of the handler', async () => {
    const handler: Handler = async (method) =>
      method === 'long' ? 'x'.repeat(SMALL.lineBytes) : Number.NaN;
    const client = await connected((await serving(handler)).address);
    await expect(client.call('nan', 1)).rejects.toMatchObject({ causeCode: 'not_json' });
    await expect(client.call('long', 1)).rejects.toMatchObject({ why: 'handler' });
  });

  test('a call too long for a line is refused before it is sent', async () => {
    const client = await connected((await serving()).address);
    const long = client.call('echo', 'x'.repeat(SMALL.lineBytes));
    await expect(long).rejects.toMatchObject({ code: 'call_failed', why: 'line_too_long' });
    expect(await client.call('echo', 1)).toBe(1);
  });

  test('a listener that throws fails its own call only', async () => {
    const client = await connected((await serving()).address);
    const thrown = new Error('mine');
    const counted = client.call('count', 2, () => {
      throw thrown;
    });
    await expect(counted).rejects.toBe(thrown);
    expect(await client.call('echo', 1)).toBe(1);
  });
});

describe('ends', () => {
  test("a caller that vanishes aborts its handlers, and nobody else's", async () => {
    const signals: AbortSignal[] = [];
    const { address } = await serving((_method, _params, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const [first, second] = [await connected(address), await connected(address)];
    const calls = [first.call('a', 1), second.call('b', 1)].map((call) => call.catch(String));
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    first.close();
    expect(await calls[0]).toContain('HolderGoneError');
    await vi.waitFor(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]));
  });

  test('a holder that vanishes rejects what is open and what comes later', async () => {
    const server = await serving();
    const client = await connected(server.address);
    const open = client.call('wait', 1);
    const later = open.catch(() => client.call('echo', 1));
    await server.close();
    await expect(open).rejects.toMatchObject({ code: 'holder_gone', where: server.address });
    await expect(later).rejects.toMatchObject({ code: 'holder_gone' });
    await expect(connect(server.address)).rejects.toMatchObject({ code: 'holder_gone' });
  });

  test('a holder that says nothing is named, with pid, host and start', async () => {
    const address = socketAddress(temporaryFolder());
    const mute = createServer(() => undefined).listen(address);
    onTestFinished(() => void mute.close());
    const holder = { pid: 4711, host: 'box', startedAt: '2026-01-02T03:04:05Z', socket: address };
    const error: unknown = await connect(address, { holder, timeoutMs: 50 }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'holder_silent', holder });
    expect(String(error)).toMatch(/process 4711 on box, running since 2026-01-02T03:04:05Z/);
  });

  test('a holder that greets and then does not take a call is silent too', async () => {
    const address = socketAddress(temporaryFolder());
    const mute = createServer((socket) => socket.on('error', () => 0).write('{"nova":1}\n'));
    mute.listen(address);
    onTestFinished(() => void mute.close());
    const client = await connected(address, { timeoutMs: 50 });
    await expect(client.call('echo', 1)).rejects.toMatchObject({ code: 'holder_silent' });
  });

  test('a call that was taken may take longer than the holder may be silent', async () => {
    const slow: Handler = () => new Promise((resolve) => setTimeout(() => resolve('late'), 300));
    const client = await connected((await serving(slow)).address, { timeoutMs: 100 });
    expect(await client.call('slow', 1)).toBe('late');
  });

  test.each(['hello\n', '{"nova":2}\n', '[]\n', 'x'.repeat(70_000)])(
    'what is no holder of ours is told so: %.12s',
    async (words) => {
      const address = socketAddress(temporaryFolder());
      const other = createServer((socket) => socket.on('error', () => 0).end(words));
      other.listen(address);
      onTestFinished(() => void other.close());
      const attempt = connect(address, { limits: SMALL });
      await expect(attempt).rejects.toMatchObject({ code: 'call_failed', why: 'malformed' });
    },
  );
});

describe('the address', () => {
  test('is for this user only', async () => {
    const { address } = await serving();
    expect(statSync(address).mode & 0o777).toBe(0o600);
  });

  test('is short enough where the folder is not, and differs between folders', async () => {
    const long = join(temporaryFolder(), 'x'.repeat(120));
    mkdirSync(long);
    const address = socketAddress(long);
    expect(Buffer.byteLength(address)).toBeLessThan(104);
    expect(address).not.toBe(socketAddress(`${long}y`));
    const server = await serve(long, echo);
    onTestFinished(() => server.close());
    expect(await (await connected(address)).call('echo', 1)).toBe(1);
    expect(socketAddress('/a', 'win32')).toMatch(/^\\\\\.\\pipe\\nova-[0-9a-f]{32}$/);
  });

  test('what lies there is cleared away only by the one who shows the lock', async () => {
    const folder = temporaryFolder();
    const address = socketAddress(folder);
    writeFileSync(address, 'stale');
    await expect(serve(folder, echo)).rejects.toMatchObject({ code: 'store_unavailable' });
    const lock = await acquire(folder, { startedAt: '2026-01-01T00:00:00Z', socket: address });
    if (!lock.held) throw new Error('somebody holds a new folder');
    const server = await serve(folder, echo, { lock });
    expect(await (await connected(address)).call('echo', 1)).toBe(1);
    await server.close();
    lock.release();
    writeFileSync(address, 'stale');
    const released = serve(folder, echo, { lock });
    await expect(released).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('a socket that cannot be made is a plain error', async () => {
    const missing = join(temporaryFolder(), 'missing');
    await expect(serve(missing, echo)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
