import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import type { Held } from '../store/holder-lock.ts';
import { socketAddress } from './address.ts';
import { Connection, type Handler } from './connection.ts';
import type { Failure } from './messages.ts';
import { WIRE_LIMITS, type WireLimits } from './wire.ts';

/** Connections at one time; whoever comes above it is told so and goes. */
const MAX_CONNECTIONS = 64;
/** Connections that are just being told so, for each that is open; more are dropped without a word. */
const TURNED_AWAY_RATIO = 4;
/** Calls at one time, over all connections. */
const MAX_OPEN_CALLS = 256;
/** Nobody but this user may speak to the holder. */
const OTHERS_MASK = 0o177;

export interface ServeOptions {
  /** Shows that this process holds the folder: only then is a dead holder's socket cleared away. */
  readonly lock?: Held;
  readonly limits?: WireLimits;
  /** Default 64. */
  readonly maxConnections?: number;
  /** Default 256. */
  readonly maxOpenCalls?: number;
  /** A fault of the listening itself, such as too many open files; it goes on. */
  readonly onFault?: (fault: Error) => void;
}

/** What answers for a data folder. */
export interface SocketServer {
  readonly address: string;
  /** Stops listening, ends every connection, aborts every call. */
  close(): Promise<void>;
  /** Stops listening, answers the calls that are open, then ends the connections; takes as long as those calls. */
  finish(): Promise<void>;
}

/**
 * Listens on a data folder's socket, for this user only, and hands each call to the handler.
 * No input ends it: what is malformed, too long or too much gets a typed failure.
 * @throws StoreUnavailableError where the socket cannot be made, or one lies there and no lock is shown.
 */
export async function serve(
  folder: string,
  handler: Handler,
  options: ServeOptions = {},
): Promise<SocketServer> {
  const address = socketAddress(folder);
  const limits = options.limits ?? WIRE_LIMITS;
  const maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  const connections = new Set<Connection>();
  const count = { open: 0, max: options.maxOpenCalls ?? MAX_OPEN_CALLS };
  const server = createServer((socket) => {
    const leave = (connection: Connection): void => void connections.delete(connection);
    const connection = new Connection(socket, limits, count, handler, leave);
    if (connections.size >= maxConnections) {
      const message = `${maxConnections} connections are open already`;
      connection.turnAway({ why: 'too_many_connections', message } satisfies Failure);
      return;
    }
    connections.add(connection);
    connection.greet();
  });
  server.maxConnections = maxConnections * (1 + TURNED_AWAY_RATIO);
  if (options.lock?.isHeld === true && options.lock.folder === resolve(folder))
    await clear(address);
  await listen(server, address);
  server.on('error', (fault) => options.onFault?.(fault));
  const end = (how: 'cut' | 'leave'): Promise<void> => {
    const { promise, resolve: done } = Promise.withResolvers<void>();
    server.close(() => done());
    for (const connection of connections) connection[how]();
    return promise;
  };
  return { address, close: () => end('cut'), finish: () => end('leave') };
}

/** Clears away what a killed holder left; a named pipe ends with its process. */
async function clear(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  await rm(address, { force: true }).catch((cause: unknown) => {
    throw new StoreUnavailableError(address, 'the old socket cannot be removed', { cause });
  });
}

function listen(server: Server, address: string): Promise<void> {
  const { promise, resolve: done, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) => {
    reject(new StoreUnavailableError(address, 'the socket cannot be made', { cause }));
  });
  // The socket is made inside this call: at no moment may others open it.
  const mask = process.umask(OTHERS_MASK);
  try {
    server.listen(address, done);
  } finally {
    process.umask(mask);
  }
  return promise;
}
