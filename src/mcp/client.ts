import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import * as z from 'zod';
import { McpError } from '../errors/mcp-error.ts';
import { ToolRefusedError } from '../errors/tool-refused-error.ts';
import { messageOf } from '../host/border.ts';
import { systemClock } from '../host/clock.ts';
import { boundedFetch } from '../host/system-fetch.ts';
import { cut } from '../tools/text.ts';
import type { Program } from '../host/program.ts';
import { Child, MAX_SAID_BYTES } from './child.ts';
import { Answer } from './result.ts';

export interface Endpoint {
  readonly url: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}
export type Address = Program | Endpoint;

/** A connection to a server; it ends once. */
export interface Wire {
  /** The tools as the server tells of them. */
  list(signal: AbortSignal): Promise<readonly unknown[]>;
  call(name: string, input: object, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}
export interface Hearer {
  /** The server says that its tools are others now. */
  readonly onChanged: () => void;
  readonly onClosed: () => void;
}

const MAX_PAGES = 64;
const MAX_TOOLS = 1_000;
const MAX_WORDS_CHARS = 1_000;
/** Its own timers are not used: whoever waits has one, which is an abort. */
const NO_TIME_MS = 2_147_483_647;
/** The protocol without a handshake, for servers that know no other. */
const NEWEST = '2026-07-28';

const Page = z.looseObject({
  tools: z.array(z.unknown()).max(MAX_TOOLS),
  nextCursor: z.string().optional(),
});

type Transport = Parameters<Client['connect']>[0];

/** How long a server by HTTP has to hear that a session is over. */
const GOODBYE_MS = 300;
/** The least time between two tries to listen: a server may ask for none. */
const LISTEN_AGAIN_MS = 1_000;

/** By HTTP a request is a stream of its own: it ends with who wanted it, and one that ends without an answer ends the connection. */
function byHttp({ url, headers = {} }: Endpoint): StreamableHTTPClientTransport {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers }, redirect: 'error' },
    fetch: boundedFetch(MAX_SAID_BYTES),
    reconnectionScheduler: (again, delayMs) =>
      systemClock.wakeAt(systemClock.now() + Math.max(delayMs, LISTEN_AGAIN_MS), again),
  });
  const open = new Map<unknown, AbortController>();
  const send = transport.send.bind(transport);
  const onmessage: Transport['onmessage'] = (message) => {
    if (!('method' in message)) open.delete(message.id);
  };
  Object.assign(transport, { onmessage });
  const close = transport.close.bind(transport);
  transport.close = async () => {
    const told = Promise.withResolvers<void>();
    const cancel = systemClock.wakeAt(systemClock.now() + GOODBYE_MS, told.resolve);
    transport.terminateSession().then(told.resolve, () => told.resolve());
    await told.promise;
    cancel();
    await close();
  };
  transport.send = async (message, options) => {
    if ('method' in message && message.method === 'notifications/cancelled') {
      const { requestId } = (message.params ?? {}) as { readonly requestId?: unknown };
      open.get(requestId)?.abort();
      open.delete(requestId);
    }
    if (!('method' in message && 'id' in message)) return send(message, options);
    const { requestSignal, onRequestStreamEnd } = options ?? {};
    // One that is only listened to ends by itself.
    if (onRequestStreamEnd !== undefined) return send(message, options);
    const controller = new AbortController();
    open.set(message.id, controller);
    return send(message, {
      ...options,
      requestSignal: AbortSignal.any([controller.signal, requestSignal ?? controller.signal]),
      onRequestStreamEnd: () => void (open.delete(message.id) && transport.close()),
    });
  };
  return transport;
}

/** Why it came to nothing, in the words of whoever knows it best: its own last ones, or the library's. */
function problemOf(transport: object, error: unknown): string {
  const own = transport instanceof Child ? transport.problem : '';
  return own === '' ? cut(messageOf(error), MAX_WORDS_CHARS).text : own;
}

/** By these it says that it did nothing. */
const REFUSALS: readonly unknown[] = [400, 401, 403, 404];

/** What came of a call, as ours: an error of the server is a no, all else is the end of the connection. */
function failureOf(id: string, transport: object, method: string, error: unknown): Error {
  const wants = error instanceof SdkError && error.code === SdkErrorCode.UnsupportedResultType;
  if (wants)
    return new ToolRefusedError('declined', 'the server asked for more, which it is not given');
  if (error instanceof ProtocolError && method === 'tools/call') {
    const said = cut(`${error.code} ${error.message}`, MAX_WORDS_CHARS).text;
    return new ToolRefusedError('declined', `the server answered with the error ${said}`);
  }
  const isRefused = error instanceof SdkHttpError && REFUSALS.includes(error.status);
  const why = isRefused ? 'unreachable' : 'lost';
  return new McpError(id, why, problemOf(transport, error), { cause: error });
}

/** It is there, and will not have the handshake. */
const isAnswer = (error: unknown): boolean =>
  error instanceof ProtocolError || error instanceof SdkHttpError;

async function connected(
  id: string,
  address: Address,
  hear: Hearer,
  signal: AbortSignal,
  pin?: string,
): Promise<Wire> {
  const transport = 'url' in address ? byHttp(address) : (new Child(address) as Transport);
  const client = new Client(
    { name: 'nova', version: '1' },
    {
      // None: what a server asks for (a model's words, a person's, folders) it is refused.
      capabilities: {},
      inputRequired: { autoFulfill: false },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: hear.onChanged } },
      ...(pin !== undefined && { versionNegotiation: { mode: { pin } } }),
    },
  );
  client.setNotificationHandler('notifications/tools/list_changed', hear.onChanged);
  const close = () => transport.close();
  signal.addEventListener('abort', () => void close(), { once: true });
  const ask = async <S extends z.ZodType>(
    method: 'tools/list' | 'tools/call',
    params: Record<string, unknown>,
    schema: S,
    by: AbortSignal,
  ): Promise<z.output<S>> => {
    try {
      const given = { signal: by, timeout: NO_TIME_MS };
      return (await client.request({ method, params }, schema, given)) as z.output<S>;
    } catch (error) {
      throw by.aborted ? by.reason : failureOf(id, transport, method, error);
    }
  };
  try {
    await client.connect(transport, { signal, timeout: NO_TIME_MS });
  } catch (error) {
    await close();
    if (isAnswer(error)) throw error;
    throw new McpError(id, 'unreachable', problemOf(transport, error), { cause: error });
  }
  // What it says that nobody asked for may be that its tools are others now.
  Object.assign(client, { onerror: hear.onChanged, onclose: hear.onClosed });
  return {
    async list(by) {
      const tools: unknown[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES && tools.length <= MAX_TOOLS; page += 1) {
        const { nextCursor, ...got } = await ask(
          'tools/list',
          cursor === undefined ? {} : { cursor },
          Page,
          by,
        );
        tools.push(...got.tools);
        if (nextCursor === undefined) return tools;
        cursor = nextCursor;
      }
      throw new McpError(id, 'unreachable', `it has more than ${MAX_TOOLS} tools`);
    },
    call: (name, input, by) => ask('tools/call', { name, arguments: input }, Answer, by),
    close,
  };
}

/**
 * Connects to a server: by a handshake, or without one where that is answered with an error.
 * @param signal ends what is begun, also where the server says nothing. @throws McpError.
 */
export async function connect(
  id: string,
  address: Address,
  hear: Hearer,
  signal: AbortSignal,
): Promise<Wire> {
  try {
    return await connected(id, address, hear, signal).catch((error: unknown) => {
      if (!isAnswer(error)) throw error;
      return connected(id, address, hear, signal, NEWEST).catch(() => {
        throw error;
      });
    });
  } catch (cause) {
    if (cause instanceof McpError) throw cause;
    throw new McpError(id, 'unreachable', messageOf(cause), { cause });
  }
}
