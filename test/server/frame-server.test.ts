// Goal: frames go to whoever may have them, to each at its own pace; whatever else comes over the socket costs little.
// Method: a real server on loopback; the attackers are bare sockets, and clients that say what a web page's browser would.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { bare, client, never, serving } from './frame-clients.ts';

test('a client is told by the close that this was all, and the server is told that it has it', async () => {
  const onServed = vi.fn<() => void>();
  const { closed, got } = await client((await serving({ onServed })).url);
  expect(await closed).toBe(1000);
  expect(got).toEqual(['0', '1', '2']);
  await vi.waitFor(() => expect(onServed).toHaveBeenCalledTimes(1));
});

test.each([
  ['a web page', 403, { origin: 'https://elsewhere.test' }],
  ['a page that is nowhere', 403, { origin: 'null' }],
  ['a page on a name that was made to lead here', 403, { headers: { host: 'elsewhere.test' } }],
  ['a page on another port of this machine', 403, { origin: 'http://localhost:8080' }],
  ['a page that is allowed', 101, { origin: 'https://stately.ai' }],
  ['what is no web page', 101, {}],
])('6.4 %s gets %i', async (_, status, options) => {
  const { url } = await serving({ origins: ['https://stately.ai'] });
  const { status: came, got, closed } = await client(url, options);
  expect(came).toBe(status);
  await closed;
  expect(got.length).toBe(status === 101 ? 3 : 0);
});

test('6.4 whoever is without the secret of the address gets nothing', async () => {
  const { url } = await serving();
  const { origin } = new URL(url.replace('ws', 'http'));
  expect((await client(`${origin.replace('http', 'ws')}/`)).status).toBe(404);
  expect((await client(`${url}/`)).status).toBe(404);
  expect((await fetch(url.replace('ws', 'http'))).status).toBe(426);
  expect((await serving()).url.split('/')[3]).not.toBe(url.split('/')[3]);
});

test.skipIf(process.platform === 'darwin')(
  '6.4 by another address of this machine nobody is found',
  async () => {
    const { port } = new URL((await serving()).url);
    const socket = createConnection(Number(port), '127.0.0.2');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  },
);

test('a client too many is turned away, until another one leaves', async () => {
  const { url } = await serving({ frames: never });
  const all = await Promise.all(Array.from({ length: 8 }, () => client(url)));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 101));
  expect((await client(url)).status).toBe(503);
  all[0]?.socket.close();
  await all[0]?.closed;
  await vi.waitFor(async () => expect((await client(url)).status).toBe(101));
});

test('whoever is turned away and does not go takes no place from anybody', async () => {
  const { url } = await serving();
  const { port, host } = new URL(url);
  for (let at = 0; at < 45; at += 1) {
    const socket = createConnection({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Origin: https://elsewhere.test'];
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n${lines.join('\r\n')}\r\n\r\n`);
    // One after the other: each has been turned away before the next comes.
    // oxlint-disable-next-line no-await-in-loop
    await once(socket.resume(), 'end');
  }
  expect((await client(url)).status).toBe(101);
});

test('a client that does not read is not written ahead to, holds nobody up, and is let go', async () => {
  let pulled = 0;
  let left = 0;
  const endless = async function* (): AsyncGenerator<string> {
    try {
      for (;;) {
        pulled += 1;
        yield 'x'.repeat(65_536);
      }
    } finally {
      left += 1;
    }
  };
  const { url } = await serving({ frames: endless, stallMs: 300 });
  const deaf = await bare(url);
  deaf.pause();
  // What it says, an empty ping each time, is no sign that it reads.
  let pings = 0;
  let pulledBefore = 0;
  const pinging = setInterval(() => {
    pings = pulled === pulledBefore ? pings + 1 : 0;
    pulledBefore = pulled;
    deaf.write(Buffer.from([0x89, 0x80, 0, 0, 0, 0]));
  }, 50);
  // Only a reader can make it go on for longer than the buffers of the system are.
  await vi.waitFor(() => expect(left).toBe(1), { timeout: 20_000 });
  clearInterval(pinging);
  // Six fit into its time; heeded, they would have kept it for ten times as long.
  expect(pings).toBeLessThan(20);
  expect(pulled).toBeLessThan(1_000);
  const { got, socket } = await client(url);
  await vi.waitFor(() => expect(got.length).toBeGreaterThan(2_000), { timeout: 20_000 });
  socket.terminate();
  await vi.waitFor(() => expect(left).toBe(2));
});

test('a client that leaves in the middle leaves nothing behind', async () => {
  let signal: AbortSignal | undefined;
  const waiting = (given: AbortSignal) => never((signal = given));
  const onServed = vi.fn<() => void>();
  const { url } = await serving({ frames: waiting, onServed });
  const { socket, got, closed } = await client(url);
  await vi.waitFor(() => expect(got).toEqual(['first']));
  socket.close(1000);
  await closed;
  await vi.waitFor(() => expect(signal?.aborted).toBe(true));
  expect(onServed).not.toHaveBeenCalled();
});

test('a client that announces 100 MB is cut off before they come', async () => {
  const { url } = await serving({ frames: never });
  const socket = await bare(url);
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(100n * 1024n * 1024n);
  // A final frame of text, masked, of a length in eight bytes; of its content nothing ever comes.
  socket.write(Buffer.concat([Buffer.of(0x81, 0xff), length, Buffer.alloc(4)]));
  await once(socket, 'end');
  // The close frame: two bytes of content, the code for what is too big.
  expect(Buffer.concat(said).subarray(-4)).toEqual(Buffer.of(0x88, 2, 1009 >> 8, 1009 & 255));
  expect((await client(url)).status).toBe(101);
});

test('a client that says garbage ends nobody else, whatever it is', async () => {
  const { url } = await serving({ frames: never });
  const steady = await client(url);
  const words = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 });
  const property = async (garbage: readonly Uint8Array[], isBefore: boolean) => {
    const { port } = new URL(url);
    const socket = isBefore
      ? createConnection(Number(port), '127.0.0.1').on('error', () => {})
      : await bare(url);
    for (const word of garbage) socket.write(word);
    await new Promise<void>((resolve) => socket.end(() => resolve()));
    socket.destroy();
    expect(steady.socket.readyState).toBe(WebSocket.OPEN);
  };
  await fc.assert(fc.asyncProperty(words, fc.boolean(), property), { numRuns: 60 });
  await vi.waitFor(async () => expect((await client(url)).status).toBe(101));
});

test('a port that is taken is said to be', async () => {
  const { port } = new URL((await serving()).url);
  await expect(serving({ port: Number(port) })).rejects.toMatchObject({ code: 'cannot_listen' });
});

test('closing lets everybody go, and makes the port free', async () => {
  const server = await serving({ frames: never });
  const { closed } = await client(server.url);
  const idle = createConnection(Number(new URL(server.url).port), '127.0.0.1');
  await once(idle, 'connect');
  await server.close();
  expect(await closed).toBe(1006);
  const again = await serving({ port: Number(new URL(server.url).port) });
  expect((await client(again.url)).status).toBe(101);
});
