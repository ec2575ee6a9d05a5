import { createConnection, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { connect, type ConnectOptions } from '../../src/server/client.ts';
import type { Handler } from '../../src/server/connection.ts';
import { serve, type ServeOptions } from '../../src/server/socket.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

/** Small enough to be reached at once. */
export const SMALL = { lineBytes: 64 * 1024, unsentBytes: 256 * 1024 };

export const echo: Handler = async (method, params, { signal, emit }) => {
  if (method === 'fail') throw Object.assign(new Error('no'), { code: 'some_code' });
  if (method === 'wait')
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  if (method === 'count') for (let at = 0; at < Number(params); at += 1) emit(at);
  return params;
};

export async function serving(handler: Handler = echo, options: ServeOptions = {}) {
  const server = await serve(temporaryFolder(), handler, { limits: SMALL, ...options });
  onTestFinished(() => server.close());
  return server;
}

export async function connected(address: string, options: ConnectOptions = {}) {
  const client = await connect(address, { limits: SMALL, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A bare socket that keeps what it is told. */
export function bare(address: string) {
  const socket: Socket = createConnection(address);
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    lines: () =>
      heard
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Json),
  };
}
