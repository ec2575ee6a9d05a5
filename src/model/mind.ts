import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import type { Usage } from '../../machines/protocol/usage.ts';
import { ModelError } from '../errors/model-error.ts';
import { hashOfText } from '../kernel/canonical.ts';
import type { Clock, ModelCall, ModelHearing, ModelReply } from '../host/ports.ts';
import { replyOf, type Answer } from './answer.ts';
import { chat } from './chat.ts';
import type { Fault, Request } from './client.ts';
import type { Dialect } from './dialect.ts';
import type { Endpoint } from './endpoint.ts';
import { promptOf, tokensOf, type Prompt } from './prompt.ts';
import { responses } from './responses.ts';
import { OPENAI_URL, type Mind as Settings } from './settings.ts';

/** What an endpoint says where it does not serve an API at all. */
const NOT_SERVED: readonly unknown[] = [404, 405, 501];
/** What it says of a request with something in it that it does not know. */
const NOT_TAKEN: readonly unknown[] = [400, 422, 501];
const ABOUT_FORM = /response_format|json_schema|text\.format|schema|structured/i;

/** How it is asked. */
interface Manner {
  readonly dialect: Dialect;
  /** To a schema, by the endpoint. */
  readonly isHeld: boolean;
}
interface Failed {
  readonly fault: Fault;
  readonly manner: Manner;
}
type Came = { readonly reply: ModelReply } | Failed;

const Listed = z.object({ data: z.array(z.object({ id: z.string() })) });

/** How an endpoint was found; `isListed` is unknown where it tells nobody which models it has. */
export type Seen =
  | { readonly isReached: true; readonly isListed: boolean | undefined }
  | { readonly isReached: false; readonly why: string };

/** One model at one endpoint; it finds out once by which API, and whether the endpoint holds answers to a schema. */
export class Mind {
  readonly endpoint: Endpoint;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #baseURL: string;
  readonly #apiKey: string;
  #manner: Manner;
  /** The endpoint has not yet answered by an API that it could choose. */
  #mayTurn: boolean;

  constructor(
    settings: Settings,
    where: { readonly baseURL: string; readonly apiKey: string },
    endpoint: Endpoint,
    clock: Clock,
  ) {
    const { api, structured } = settings;
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#clock = clock;
    this.#baseURL = where.baseURL;
    this.#apiKey = where.apiKey;
    const isResponses = api === 'responses' || (api === 'auto' && this.#isOpenAI);
    const dialect = isResponses ? responses : chat;
    this.#manner = { dialect, isHeld: structured !== 'prompt' };
    this.#mayTurn = api === 'auto';
  }

  get #isOpenAI(): boolean {
    return this.#baseURL.startsWith(OPENAI_URL);
  }

  /** How it is asked, as far as that is known by now. */
  get described() {
    const { dialect, isHeld } = this.#manner;
    return {
      model: this.#settings.model,
      baseURL: this.#baseURL,
      api: dialect.api,
      structured: isHeld ? 'schema' : 'prompt',
    } as const;
  }

  /** Whether it is there: asks for the list of models, which costs nothing. Never rejects. */
  async look(withinMs: number): Promise<Seen> {
    const { model, headers, maxBytes } = this.#settings;
    const [baseURL, apiKey] = [this.#baseURL, this.#apiKey];
    const own = new AbortController();
    const hung = new ModelError('hung', `no answer in ${withinMs} ms`);
    const unwake = this.#clock.wakeAt(this.#clock.now() + withinMs, () => own.abort(hung));
    const { signal } = own;
    const request = { baseURL, apiKey, headers, path: '/models', maxBytes, signal };
    const client = await import('./client.ts');
    try {
      const { data } = Listed.parse(await before(signal, client.get(request)));
      return { isReached: true, isListed: data.some(({ id }) => id === model) };
    } catch (thrown) {
      const fault = client.faultOf(thrown, request, this.#clock.now());
      // Some serve no list; they are there all the same.
      if (NOT_SERVED.includes(fault?.status)) return { isReached: true, isListed: undefined };
      return { isReached: false, why: fault?.error.message ?? String(thrown) };
    } finally {
      unwake();
    }
  }

  hasRoomFor(call: ModelCall): boolean {
    try {
      this.#promptOf(call, this.#manner);
      return true;
    } catch {
      return false;
    }
  }

  #promptOf(call: ModelCall, { isHeld }: Manner): Prompt {
    const { maxPromptTokens } = this.#settings;
    return promptOf(call, { maxPromptTokens, isHeld: isHeld && call.isStrict });
  }

  /** Makes one request, within its own time. @throws what `signal` was aborted with, and what keeping the prompt threw. */
  async ask(call: ModelCall, signal: AbortSignal, hearing: ModelHearing): Promise<Came> {
    const { timeoutMs, extra, headers, maxBytes } = this.#settings;
    const manner = this.#manner;
    const { dialect } = manner;
    const prompt = this.#promptOf(call, manner);
    const body = {
      ...extra,
      ...dialect.bodyOf(prompt, this.#settings, this.#isOpenAI),
      ...(hearing.onDraft && dialect.streaming),
    };
    await hearing.onPrompt(piecesOf(body, dialect.list));
    const own = new AbortController();
    const hung = new ModelError('hung', `no end of an answer in ${timeoutMs} ms`);
    const unwake = this.#clock.wakeAt(this.#clock.now() + timeoutMs, () => own.abort(hung));
    const all = AbortSignal.any([signal, own.signal]);
    const [baseURL, apiKey, path] = [this.#baseURL, this.#apiKey, dialect.path];
    // Who asks in another way asks something else; and whose run it is, is nobody's business.
    const key = hashOfText(`${call.key} ${JSON.stringify(body)}`);
    const request = { baseURL, apiKey, headers, path, body, maxBytes, signal: all, key };
    try {
      const answer = await before(all, answerTo(request, dialect, hearing));
      this.#mayTurn = false;
      return { reply: replyOf(answer, this.#usage(answer, JSON.stringify(body)), call.tools) };
    } catch (thrown) {
      const { faultOf } = await import('./client.ts');
      const fault = faultOf(thrown, request, this.#clock.now());
      if (fault === undefined) throw thrown;
      return { fault, manner };
    } finally {
      unwake();
    }
  }

  /** As the endpoint counts, else about as much. */
  #usage({ tokens, text, calls }: Answer, body: string): Usage {
    const { model, price } = this.#settings;
    const counted = tokens ?? {
      input: tokensOf(body),
      output: tokensOf(text + calls.map(({ input }) => input).join('')),
    };
    const cost = (counted.input * price.input + counted.output * price.output) / 1_000_000;
    return { model, tokens: counted, cost };
  }

  /** True where the endpoint said no to how it was asked, and may be asked in another way. */
  mayAskOtherwise({ fault: { status, error }, manner }: Failed): boolean {
    const { model, structured } = this.#settings;
    const isUnserved = NOT_SERVED.includes(status) && !error.message.includes(model);
    const isAboutForm = NOT_TAKEN.includes(status) && ABOUT_FORM.test(error.message);
    const { dialect, isHeld } = manner;
    if (!isUnserved && !isAboutForm) return false;
    // Another call has found out meanwhile.
    if (manner !== this.#manner) return true;
    if (isUnserved && this.#mayTurn)
      this.#manner = { dialect: dialect === chat ? responses : chat, isHeld };
    else if (isAboutForm && isHeld && structured !== 'schema')
      this.#manner = { dialect, isHeld: false };
    return manner !== this.#manner;
  }
}

async function answerTo(
  request: Request,
  dialect: Dialect,
  { onDraft }: ModelHearing,
): Promise<Answer> {
  // The client is large: whoever has no model never loads it.
  const client = await import('./client.ts');
  if (onDraft === undefined) return dialect.read(await client.post(request));
  const gathering = dialect.gather();
  let offset = 0;
  for await (const event of client.events(request)) {
    const text = gathering.take(event);
    if (text !== '') onDraft(text, offset);
    offset += text.length;
    if (gathering.isOver) break;
  }
  return gathering.end();
}

/** A request's body in pieces: all around its messages, then message by message. */
function piecesOf(body: Request['body'], list: string): Json[] {
  const { [list]: messages, ...rest } = body;
  return [rest, ...(messages as Json[])];
}

/** What is waited for no longer is left to itself. @throws what `signal` was aborted with. */
function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
