import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { CannotListenError } from '../errors/cannot-listen-error.ts';

/** Nothing but this machine may connect. */
const HOST = '127.0.0.1';
const MAX_CLIENTS = 8;
/** Connections that are no clients yet, or are being turned away. */
const MAX_OTHERS = 32;
/** A receiver has nothing to say; what it says is thrown away, and more than this ends it. */
const MAX_SAID_BYTES = 1_024;
/** How long a client may take nothing of what is written to it. */
const STALL_MS = 30_000;
/** Codes of WebSocket: all was sent; it broke off at our end. */
const ALL_SENT = 1000;
const BROKEN_OFF = 1011;
const TOKEN_BYTES = 16;

export interface FrameServerOptions {
  /** What each client is sent, from its beginning; made anew for each. */
  readonly frames: (signal: AbortSignal) => AsyncIterable<string>;
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Web pages that may connect, as `https://stately.ai`; default none. What is no web page names no origin. */
  readonly origins?: readonly string[];
  /** Milliseconds that a client may take nothing of what is written to it; default 30,000. */
  readonly stallMs?: number;
  /** A client has got everything there is. */
  readonly onServed?: () => void;
  /** The frames could not be made; their client was let go. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface FrameServer {
  /** Where to connect. Its path is a secret of its own for each server: other users of the machine cannot guess it. */
  readonly url: string;
  /** Lets every client go, and stops listening. */
  close(): Promise<void>;
}

/**
 * Sends frames of text to whoever connects by WebSocket, on loopback only; each client at its own pace, one frame at
 * a time, so that one that does not read costs one frame. At most 8 clients.
 * @throws CannotListenError where the port is taken.
 */
export async function serveFrames(options: FrameServerOptions): Promise<FrameServer> {
  const { origins = [], port = 0, stallMs = STALL_MS } = options;
  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_SAID_BYTES });
  const path = `/${randomBytes(TOKEN_BYTES).toString('hex')}`;
  const over = new AbortController();
  const server = createServer((_, response) => response.writeHead(426).end());
  server.maxConnections = MAX_CLIENTS + MAX_OTHERS;
  const bound = await listen(server, port);
  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    raw.on('error', () => raw.destroy());
    const refusal = refusalOf(request, { path, port: bound, origins }, sockets.clients.size);
    if (refusal !== undefined)
      raw.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        raw.destroy(),
      );
    else
      sockets.handleUpgrade(request, raw, head, (client) => {
        void send(client, { ...options, stallMs }, over.signal);
      });
  });
  return {
    url: `ws://${HOST}:${bound}${path}`,
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      over.abort();
      server.close(() => resolve());
      server.closeAllConnections();
      for (const client of sockets.clients) client.terminate();
      return promise;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) => {
    reject(new CannotListenError(`${HOST}:${port}`, { cause }));
  });
  server.listen(port, HOST, resolve);
  await promise;
  return (server.address() as AddressInfo).port;
}

/** Why somebody may not connect. A page that had its own name lead here would come under that name. */
function refusalOf(
  { url, headers }: IncomingMessage,
  { path, port, origins }: { path: string; port: number; origins: readonly string[] },
  clients: number,
): string | undefined {
  const isHere = [HOST, 'localhost'].some((name) => headers.host === `${name}:${port}`);
  const isWelcome = headers.origin === undefined || origins.includes(headers.origin);
  if (!isHere || !isWelcome) return '403 Forbidden';
  if (url !== path) return '404 Not Found';
  return clients >= MAX_CLIENTS ? '503 Service Unavailable' : undefined;
}

/** Sends a client everything, and says goodbye. */
async function send(
  client: WebSocket,
  { frames, stallMs, onServed, onTrouble }: FrameServerOptions & { readonly stallMs: number },
  over: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([over, gone.signal]);
  // What is wrong with a client, such as a frame that is none, has ended it when it is heard of.
  client.on('error', () => {});
  let isAllSent = false;
  client.on('close', (code) => {
    gone.abort();
    if (isAllSent && code === ALL_SENT) onServed?.();
  });
  try {
    for await (const frame of frames(signal)) {
      // By a clock of its own: what a client says meanwhile takes nothing from it.
      const stalled = setTimeout(() => client.terminate(), stallMs);
      const isTaken = await taken(client, frame);
      clearTimeout(stalled);
      // What a fast client takes at once would leave no time for anybody else.
      await nextTurn();
      if (!isTaken || signal.aborted) return;
    }
    isAllSent = true;
    client.close(ALL_SENT);
  } catch (error) {
    if (signal.aborted) return;
    client.close(BROKEN_OFF);
    onTrouble?.(error);
  }
}

/** Resolves when the system has taken a frame; false where the client has gone. */
function taken(client: WebSocket, frame: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  client.send(frame, (error) => resolve(error === undefined || error === null));
  return promise;
}
