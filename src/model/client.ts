import { OpenAI } from 'openai';
import type { Json } from '../../machines/protocol/values.ts';
import { ModelError } from '../errors/model-error.ts';
import { guardedFetch } from './system-fetch.ts';

/** Something of an endpoint. */
export interface Place {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}
/** One request to an endpoint. */
export interface Request extends Place {
  readonly body: Readonly<Record<string, Json>>;
  /** Under which the endpoint may know a request again. */
  readonly key: string;
}

/** Why no answer came. */
export interface Fault {
  readonly error: ModelError;
  /** The endpoint's status, where it gave one. */
  readonly status: number | undefined;
  /** True where another try may go better. */
  readonly isTransient: boolean;
  /** After how long the endpoint wants to be asked again; milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The client itself neither retries nor watches the time: it would do both only until the headers have come. */
function clientOf({ baseURL, apiKey, maxBytes, headers }: Place, isStream: boolean): OpenAI {
  return new OpenAI({
    baseURL,
    // It wants one, also where the endpoint does not.
    apiKey: apiKey || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    defaultHeaders: headers,
    fetch: guardedFetch({ maxBytes, type: isStream ? 'text/event-stream' : 'application/json' }),
  });
}

const optionsOf = ({ signal, key }: Request) => ({ signal, headers: { 'Idempotency-Key': key } });

/** What stands there. */
export function get(place: Place): Promise<unknown> {
  return clientOf(place, false).get(place.path, { signal: place.signal });
}

/** An answer in one piece. */
export function post(request: Request): Promise<unknown> {
  const { path, body } = request;
  return clientOf(request, false).post(path, { body, ...optionsOf(request) });
}

/** An answer event by event; its end says nothing of whether it is whole. */
export async function* events(request: Request): AsyncGenerator {
  const { path, body, signal } = request;
  const options = { body, ...optionsOf(request), stream: true } as const;
  yield* await clientOf(request, true).post<AsyncIterable<unknown>>(path, options);
  // The client ends an aborted stream as if it had come to its end.
  signal.throwIfAborted();
}

/** Seconds, or a date. */
function retryAfterOf(headers: Headers | undefined, now: number): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const said = headers?.get('retry-after');
  if (said === undefined || said === null) return undefined;
  const seconds = Number(said);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(said) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Statuses by which an endpoint says that it cannot now. */
const OVERLOADED: readonly unknown[] = [408, 425, 429];

/** What an error of the client means; undefined for an abort, which means nothing. */
export function faultOf(thrown: unknown, signal: AbortSignal, now: number): Fault | undefined {
  const none = { status: undefined, retryAfterMs: undefined };
  if (signal.aborted) {
    const error: unknown = signal.reason;
    return error instanceof ModelError ? { ...none, error, isTransient: true } : undefined;
  }
  const known = [thrown, (thrown as { readonly cause?: unknown }).cause].find(
    (one) => one instanceof ModelError,
  );
  if (known !== undefined) {
    const isTransient = known.reason === 'unavailable' || known.reason === 'hung';
    return { ...none, error: known, isTransient };
  }
  const options = { cause: thrown };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof OpenAI.APIError && thrown.status !== undefined) {
    const { status, headers } = thrown as { status: number; headers?: Headers };
    const isTransient = status >= 500 || OVERLOADED.includes(status);
    const isFiltered = !isTransient && thrown.code === 'content_filter';
    const why = isTransient ? 'unavailable' : isFiltered ? 'filtered' : 'denied';
    const error = new ModelError(why, message, undefined, options);
    return { error, status, isTransient, retryAfterMs: retryAfterOf(headers, now) };
  }
  if (thrown instanceof SyntaxError)
    return {
      ...none,
      error: new ModelError('garbled', 'it is no JSON', undefined, options),
      isTransient: false,
    };
  const isUnreached = thrown instanceof OpenAI.APIConnectionError;
  const detail = messageBelow(thrown) ?? message;
  // What broke off had begun: reset, or cut.
  const reason = isUnreached || thrown instanceof OpenAI.APIError ? 'unavailable' : 'cut';
  return { ...none, error: new ModelError(reason, detail, undefined, options), isTransient: true };
}

/** The network's own words stand below those of the client: `connect ECONNREFUSED 127.0.0.1:1`. */
function messageBelow(thrown: unknown): string | undefined {
  let found: string | undefined;
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1)
    if (at.message !== '') found = at.message;
  return found;
}
