// Both ends of a server of frames, for the tests: what it may be asked to send, and who may connect to it.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { serveFrames, type FrameServerOptions } from '../../src/server/frame-server.ts';

export async function serving(options: Partial<FrameServerOptions> = {}) {
  const server = await serveFrames({ frames: () => frames(3), ...options });
  onTestFinished(() => server.close());
  return server;
}

export async function* frames(count: number, text = ''): AsyncGenerator<string> {
  for (let at = 0; at < count; at += 1) yield `${at}${text}`;
}

/** One frame, and then nothing for as long as it may. */
export async function* never(signal: AbortSignal): AsyncGenerator<string> {
  yield 'first';
  await once(signal, 'abort');
}

/** How a client of ws fares: what it gets, and the code that it ends with; or the status that it is turned away with. */
export async function client(
  url: string,
  options: ConstructorParameters<typeof WebSocket>[2] = {},
) {
  const socket = new WebSocket(url, options);
  const got: string[] = [];
  socket.on('message', (data: Buffer) => got.push(String(data)));
  const status = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      socket.terminate();
      resolve(statusCode);
    });
    socket.on('open', () => resolve(101));
  });
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  onTestFinished(() => socket.terminate());
  return { socket, got, closed, status: await status };
}

/** A bare socket that has shaken hands, and then does as it likes. */
export async function bare(url: string) {
  const { port, pathname, host } = new URL(url);
  const socket = createConnection(Number(port), '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`;
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('\r\n')}\r\n${key}\r\n\r\n`,
  );
  await once(socket, 'readable');
  return socket;
}
