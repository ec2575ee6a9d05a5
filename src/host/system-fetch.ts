/**
 * The machine's own `fetch`, for whoever speaks with a server that is not to be trusted: it follows no redirect, and what an answer has
 * beyond `maxBytes` fails its reader.
 */
export const boundedFetch =
  (maxBytes: number) =>
  async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(url, { ...init, redirect: 'error' });
    if (answer.body === null) return answer;
    let left = maxBytes;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, to) {
        left -= chunk.byteLength;
        if (left < 0) to.error(new RangeError(`an answer of more than ${maxBytes} bytes`));
        else to.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(counted), { status, statusText, headers });
  };
