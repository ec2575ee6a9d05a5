// An endpoint on loopback that answers with bytes, good or bad, and sees whether whoever asked lets go of it.
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One answer: what it does to the connection; true where it now waits for the other side to give up. */
export type Behaviour = (socket: Socket, count: number) => boolean | void;

export interface Hostile {
  readonly url: string;
  /** Requests that have come, whole. */
  readonly requests: readonly string[];
  /** It answers no more, and is only waited for. */
  readonly isStill: boolean;
  /** What is asked from now on is answered so; what was asked before is forgotten. */
  behave(behaviour: Behaviour): void;
  /** Resolves when no connection is left on which something was asked. */
  left(): Promise<void>;
  close(): Promise<void>;
}

/** @param isHasty it answers when the head of a request is there, whatever becomes of its body. */
export async function hostile(isHasty = false): Promise<Hostile> {
  const [sockets, used] = [new Set<Socket>(), new Set<Socket>()];
  let [requests, still]: [string[], number] = [[], 0];
  let behaviour: Behaviour = () => {};
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => [sockets, used].map((some) => some.delete(socket)));
    socket.on('data', (bytes) => {
      used.add(socket);
      text += bytes.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      if (end < 0 || (!isHasty && text.length < end + 4 + length)) return;
      requests.push(text);
      text = '';
      if (behaviour(socket, requests.length) === true) still += 1;
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests;
    },
    get isStill() {
      return still > 0 && still === requests.length;
    },
    behave(next) {
      [behaviour, requests, still] = [next, [], 0];
    },
    async left() {
      for (const socket of used)
        if (!socket.closed) await new Promise((closed) => socket.once('close', closed));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export interface Head {
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The head of an answer after which the connection is closed. */
export function head({ status = 200, type = 'application/json', headers = {} }: Head): string {
  const lines = Object.entries({ 'content-type': type, connection: 'close', ...headers });
  return `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A whole answer. */
export const answered =
  (body: string | Uint8Array, about: Head = {}): Behaviour =>
  (socket) => {
    const bytes = Buffer.from(body);
    const headers = { 'content-length': String(bytes.byteLength), ...about.headers };
    socket.end(Buffer.concat([Buffer.from(head({ ...about, headers })), bytes]));
  };

/** Pieces as chunks of the protocol, each written by itself; without the last one it never comes to its end. */
export const chunked =
  (
    pieces: readonly (string | Uint8Array)[],
    about: Head,
    end: 'end' | 'hang' | 'cut' | 'open',
  ): Behaviour =>
  (socket) => {
    socket.setNoDelay(true);
    // Where the connection was to close, Node 22 takes a cut for the end.
    const connection = end === 'cut' ? 'keep-alive' : 'close';
    const headers = { 'transfer-encoding': 'chunked', connection, ...about.headers };
    socket.write(head({ ...about, headers }));
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      socket.write(`${bytes.byteLength.toString(16)}\r\n`);
      socket.write(bytes);
      socket.write('\r\n');
    }
    if (end === 'end') socket.end('0\r\n\r\n');
    if (end === 'cut') socket.end();
    return end === 'hang';
  };
