import { OpenAI } from 'openai';
import type { Json } from '../../machines/protocol/values.ts';
import { ModelError } from '../errors/model-error.ts';
import { guardedFetch, type FetchLimits } from './system-fetch.ts';

/** Something of an endpoint. */
export interface Place {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Under which the endpoint may know a request again. */
  readonly key?: string;
}
/** One request to an endpoint. */
export interface Request extends Place {
  readonly body: Readonly<Record<string, Json>>;
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

/** What goes out beside the words; the client's own headers would also bring what the environment has for others. */
function headersOf({ apiKey, headers, key }: Place, type: string): Headers {
  const all = new Headers({
    accept: type,
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': 'nova-agents',
    ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  });
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return all;
}

/** The client itself neither retries nor watches the time: it would do both only until the headers have come. */
function clientOf(place: Place, type: FetchLimits['type']): OpenAI {
  const { baseURL, maxBytes } = place;
  return new OpenAI({
    baseURL,
    // It wants one; what is sent, `headersOf` says.
    apiKey: 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    fetch: guardedFetch({ headers: headersOf(place, type), maxBytes, type }),
  });
}

/** What stands there. */
export function get(place: Place): Promise<unknown> {
  return clientOf(place, 'application/json').get(place.path, { signal: place.signal });
}

/** An answer in one piece. */
export async function post(request: Request): Promise<unknown> {
  const { path, body, signal } = request;
  const client = clientOf(request, 'application/json');
  const answer = await client.post<{ readonly error?: object } | undefined>(path, { body, signal });
  // Some say with 200 that they cannot.
  if (answer?.error) throw new OpenAI.APIError(undefined, answer.error, undefined, undefined);
  return answer;
}

/** An answer event by event; its end says nothing of whether it is whole. */
export async function* events(request: Request): AsyncGenerator {
  const { path, body, signal } = request;
  const client = clientOf(request, 'text/event-stream');
  yield* await client.post<AsyncIterable<unknown>>(path, { body, signal, stream: true });
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
const TRANSIENT: readonly unknown[] = ['unavailable', 'hung', 'cut'];
const MAX_MESSAGE_CHARS = 1_000;
/** What is shorter stands in many words. */
const SHORTEST_SECRET = 6;

/** What an error of the client means. */
function meant(thrown: unknown): ModelError {
  const { cause } = thrown as { readonly cause?: unknown };
  const known = [thrown, cause].find((one) => one instanceof ModelError);
  if (known !== undefined) return known;
  if (thrown instanceof SyntaxError) return new ModelError('garbled', 'it is no JSON');
  // What broke off had begun: reset, or cut.
  if (!(thrown instanceof OpenAI.APIError)) return new ModelError('cut', wordsOf(thrown));
  const status: unknown = thrown.status;
  if (typeof status !== 'number') return new ModelError('unavailable', wordsOf(thrown));
  const isOff = status >= 500 || OVERLOADED.includes(status);
  const isFiltered = thrown.code === 'content_filter';
  const why = isOff ? 'unavailable' : isFiltered ? 'filtered' : 'denied';
  return new ModelError(why, thrown.message);
}

/** Why there is no answer; undefined for an abort, which means nothing. */
export function faultOf(thrown: unknown, place: Place, now: number): Fault | undefined {
  const { signal, apiKey, headers: own } = place;
  const { status, headers } = thrown as { status?: number; headers?: Headers };
  const aborted: unknown = signal.aborted ? signal.reason : undefined;
  if (signal.aborted && !(aborted instanceof ModelError)) return undefined;
  const { reason, message, usage } = aborted instanceof ModelError ? aborted : meant(thrown);
  // An endpoint may say the key back, and anything at any length.
  const secrets = [apiKey, ...Object.values(own)].filter((one) => one.length >= SHORTEST_SECRET);
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), message);
  const error = new ModelError(reason, clean.slice(0, MAX_MESSAGE_CHARS), usage);
  const isTransient = TRANSIENT.includes(reason) && usage === undefined;
  return { error, status, isTransient, retryAfterMs: retryAfterOf(headers, now) };
}

/** The network's own words stand below those of the client: `connect ECONNREFUSED 127.0.0.1:1`. */
function wordsOf(thrown: unknown): string {
  let found = String(thrown);
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1)
    if (at.message !== '') found = at.message;
  return found;
}
