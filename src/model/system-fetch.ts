import { ModelError } from '../errors/model-error.ts';

/** What may come back. */
export interface FetchLimits {
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

/**
 * The way to an endpoint: follows no redirect, and lets nothing through that is too large, no UTF-8, or of another type.
 * Throws ModelError where an answer is not let through; whatever the network throws, as it is.
 */
export const guardedFetch =
  ({ maxBytes, type }: FetchLimits): typeof fetch =>
  async (url, init) => {
    // A redirect could take the key and the words to anybody; it is answered as what it is.
    const response = await fetch(url, { ...init, redirect: 'manual' });
    const { status, ok, headers, body } = response;
    if (status >= 300 && status < 400) {
      await body?.cancel();
      throw new ModelError('denied', `it redirects (${status}), which is not followed`);
    }
    const given = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (ok && given !== type) {
      await body?.cancel();
      throw new ModelError('garbled', `its content type is ${given ?? 'not said'}, not ${type}`);
    }
    return new Response(body?.pipeThrough(guardedBody(maxBytes)) ?? null, { status, headers });
  };
