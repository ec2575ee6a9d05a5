// Goal: whatever comes over the holder's socket, it goes on answering, and within its limits.
// Method: a real server, and an attacker who is a bare socket.
import { createConnection } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/server/client.ts';
import type { Handler } from '../../src/server/connection.ts';
import { bare, connected, echo, serving, SMALL } from './both-ends.ts';

const never: Handler = () => new Promise(() => undefined);

describe('attacks', () => {
  test.each([
    ['garbage', Buffer.from('\0\xff\xfe{"\n', 'latin1')],
    ['an empty line', Buffer.from('\n')],
    ['null', Buffer.from('null\n')],
    ['a list', Buffer.from('[1,2]\n')],
    ['a call without a method', Buffer.from('{"id":1,"params":1}\n')],
    ['a call with more than it may have', Buffer.from('{"id":1,"method":"a","params":1,"x":1}\n')],
    ['a name that is too long', Buffer.from(`{"id":1,"method":"${'a'.repeat(200)}","params":1}\n`)],
    ['invalid UTF-8 in a call', Buffer.from('{"id":1,"method":"\xff","params":1}\n', 'latin1')],
    ['deep nesting', Buffer.from(`${'['.repeat(30_000)}\n`)],
  ])('%s gets a typed failure, and the connection goes on', async (_name, words) => {
    const { socket, lines } = bare((await serving()).address);
    socket.write(words);
    socket.write('{"id":7,"method":"echo","params":"still here"}\n');
    await vi.waitFor(() => expect(lines()).toContainEqual({ id: 7, result: 'still here' }));
    const failure = expect.objectContaining({ why: 'malformed' }) as unknown;
    expect(lines()[1]).toMatchObject({ failure });
  });

  test('deeply nested words that are JSON do not end the server', async () => {
    const { address } = await serving();
    const { socket, lines } = bare(address);
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    socket.write(`{"id":1,"method":"echo","params":${deep}}\n`);
    await vi.waitFor(() =>
      expect(lines()[2]).toMatchObject({ id: 1, failure: { why: 'handler' } }),
    );
  });

  test('random bytes never end the server', async () => {
    const { address } = await serving();
    const steady = await connected(address);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }),
        async (words) => {
          const socket = createConnection(address).on('error', () => undefined);
          for (const word of words) socket.write(word);
          await new Promise<void>((resolve) => socket.end(() => resolve()));
          socket.destroy();
          expect(await steady.call('echo', 1)).toBe(1);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a call in many pieces is one call', async () => {
    const { socket, lines } = bare((await serving()).address);
    for (const letter of '{"id":1,"method":"echo","params":"é"}\n') {
      socket.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(lines()).toContainEqual({ id: 1, result: 'é' }));
  });

  test('an id that is open already is refused', async () => {
    const { socket, lines } = bare((await serving()).address);
    socket.write('{"id":1,"method":"wait","params":1}\n'.repeat(2));
    await vi.waitFor(() =>
      expect(lines()[2]).toMatchObject({ id: 1, failure: { why: 'malformed' } }),
    );
  });

  test('a line without end is told so and cut off', async () => {
    const { address } = await serving();
    const { socket, lines } = bare(address);
    socket.write('x'.repeat(SMALL.lineBytes * 8));
    await vi.waitFor(() => expect(socket.closed).toBe(true), { timeout: 5_000 });
    expect(lines()[1]).toMatchObject({ failure: { why: 'line_too_long' } });
    expect(await (await connected(address)).call('echo', 1)).toBe(1);
  });

  test('of 200 connections the limit is served, the others are told, and room comes back', async () => {
    const { address } = await serving(echo, { maxConnections: 50 });
    const attempts = Array.from({ length: 200 }, () => connect(address, { timeoutMs: 20_000 }));
    const settled = await Promise.allSettled(attempts);
    const served = settled.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    const reasons = settled
      .filter((each) => each.status === 'rejected')
      .map((r) => r.reason as Error);
    expect(served).toHaveLength(50);
    const codes = new Set(reasons.map((reason) => (reason as { why?: string }).why ?? reason.name));
    expect([...codes]).toEqual(['too_many_connections']);
    expect(await Promise.all(served.map((client) => client.call('echo', 1)))).toHaveLength(50);
    for (const client of served) client.close();
    const again = await vi.waitFor(() => connect(address), { timeout: 5_000 });
    expect(await again.call('echo', 1)).toBe(1);
    again.close();
  });

  test('open calls have a limit, also those whose caller has gone', async () => {
    const { address } = await serving(never, { maxOpenCalls: 3 });
    const gone = await connected(address);
    const open = [1, 2, 3].map((at) => gone.call('a', at).catch(() => undefined));
    const client = await connected(address);
    const refused = { why: 'too_many_calls' };
    await expect(client.call('a', 4)).rejects.toMatchObject(refused);
    gone.close();
    await Promise.all(open);
    await expect(client.call('a', 5)).rejects.toMatchObject(refused);
  });

  test('calls that are done make room for others, failed ones too', async () => {
    const client = await connected((await serving(echo, { maxOpenCalls: 2 })).address);
    for (let round = 0; round < 5; round += 1) {
      await expect(client.call('fail', null)).rejects.toMatchObject({ why: 'handler' });
      expect(await client.call('echo', round)).toBe(round);
    }
  });

  test('a caller that does not read is cut off, and its handler is told', async () => {
    let signal: AbortSignal | undefined;
    let emitted = 0;
    const { address } = await serving(async (_method, _params, context) => {
      signal = context.signal;
      while (!context.signal.aborted && emitted < 100_000) {
        context.emit('x'.repeat(10_000));
        emitted += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return null;
    });
    const socket = createConnection(address).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.pause();
    socket.write('{"id":1,"method":"flood","params":1}\n');
    await vi.waitFor(() => expect(signal?.aborted).toBe(true), { timeout: 10_000 });
    expect(emitted).toBeLessThan(1_000);
  });
});
