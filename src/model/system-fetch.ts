import { ModelError } from '../errors/model-error.ts';

/** What goes out beside the words, and what may come back. */
export interface FetchLimits {
  readonly headers: Headers;
  readonly maxBytes: number;
  /** The content type that a good answer has. */
  readonly type: 'application/json' | 'text/event-stream';
}

/** Passes an answer on while it is UTF-8 and no larger than the limit. */
function guardedBody(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const check = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new ModelError('garbled', 'it is not UTF-8', undefined, { cause });
    }
  };
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new ModelError('garbled', `it is larger than ${maxBytes} bytes`);
      check(chunk);
      controller.enqueue(chunk);
    },
    flush: () => check(),
  });
}

/** Why an answer is not even read. */
function faultIn(
  { status, ok, headers }: Response,
  type: FetchLimits['type'],
): ModelError | undefined {
  // A redirect could take the key and the words to anybody; it is answered as what it is.
  if (status >= 300 && status < 400)
    return new ModelError('denied', `it redirects (${status}), which is not followed`);
  if (status > 599) return new ModelError('garbled', `its status is ${status}`);
  if (!ok) return undefined;
  // Packed, a few bytes may stand for millions, and millions for none.
  const packed = headers.get('content-encoding') ?? 'identity';
  if (packed !== 'identity')
    return new ModelError('garbled', `it is packed (${packed}), which nobody asked for`);
  const given = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (given === type) return undefined;
  return new ModelError('garbled', `its content type is ${given ?? 'not said'}, not ${type}`);
}

/**
 * The way to an endpoint: sends no headers but its own, follows no redirect, and lets nothing through that is too large, packed, no UTF-8,
 * or of another type. Throws ModelError where an answer is not let through; whatever the network throws, as it is.
 */
export const guardedFetch =
  ({ headers: own, maxBytes, type }: FetchLimits): typeof fetch =>
  async (url, { method, body: words, signal } = {}) => {
    const init = { method, body: words, signal, headers: own, redirect: 'manual' } as const;
    const response = await fetch(url, init as RequestInit);
    const { status, headers, body } = response;
    const fault = faultIn(response, type);
    if (fault !== undefined) {
      body?.cancel().catch(() => {});
      throw fault;
    }
    return new Response(body?.pipeThrough(guardedBody(maxBytes)) ?? null, { status, headers });
  };
