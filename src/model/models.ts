import * as z from 'zod';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { ModelError } from '../errors/model-error.ts';
import { systemClock } from '../host/clock.ts';
import type { Clock, Model, ModelCall, ModelHearing, ModelReply } from '../host/ports.ts';
import type { Came } from '../host/breaker.ts';
import type { Fault } from './client.ts';
import { Endpoint, type Caller } from './endpoint.ts';
import { Mind } from './mind.ts';
import { BaseURL, ModelsSettings, OPENAI_URL } from './settings.ts';

/** For one turn of one agent, whoever is asked. */
const MAX_REQUESTS = 3;
const FIRST_WAIT_MS = 500;

export interface ModelsOptions {
  readonly clock?: Clock;
  /** Where `OPENAI_API_KEY` and `OPENAI_BASE_URL` are looked up; default the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Who thinks for whom, over any endpoints that speak the OpenAI API. */
export class Models implements Model {
  readonly isGuarded = true;
  readonly #settings: ModelsSettings;
  readonly #clock: Clock;
  readonly #options: ModelsOptions;
  readonly #minds = new Map<object, Mind>();
  #calls = 0;

  /** @throws BadConfigError for settings or an `OPENAI_BASE_URL` that do not hold, and an endpoint that needs a key and has none. */
  constructor(settings: z.input<typeof ModelsSettings>, options: ModelsOptions = {}) {
    const { clock = systemClock, env = process.env } = options;
    const parsed = ModelsSettings.safeParse(settings);
    if (!parsed.success) throw new BadConfigError('models', z.prettifyError(parsed.error));
    this.#settings = parsed.data;
    this.#clock = clock;
    this.#options = options;
    const { endpoint: limits } = parsed.data;
    const endpoints = new Map<string, Endpoint>();
    const usual = usualURL(env['OPENAI_BASE_URL'] || OPENAI_URL);
    for (const one of chosenBy(parsed.data)) {
      const { baseURL = usual } = one;
      // The key belongs to where it usually goes, and is nobody else's business.
      const apiKey = one.apiKey ?? (baseURL === usual ? env['OPENAI_API_KEY'] : undefined) ?? '';
      if (apiKey === '' && baseURL.startsWith(OPENAI_URL))
        throw new BadConfigError(
          'models',
          `${one.model} is at ${baseURL}, which needs a key: set OPENAI_API_KEY`,
        );
      const endpoint = endpoints.get(baseURL) ?? new Endpoint(clock, limits);
      endpoints.set(baseURL, endpoint);
      this.#minds.set(one, new Mind(one, { baseURL, apiKey }, endpoint, clock));
    }
  }

  /** All of them, each once. */
  get minds(): readonly Mind[] {
    return [...this.#minds.values()];
  }

  /** The models of these names for everybody, as they are configured here; of others nothing but the name is known. */
  named(names: readonly string[]): Models {
    const { endpoint } = this.#settings;
    const known = chosenBy(this.#settings);
    const worker = names.map((name) => known.find(({ model }) => model === name) ?? name);
    return new Models({ worker, endpoint }, this.#options);
  }

  /** Who thinks for an agent, in the order in which they are turned to. */
  mindsOf({ node, role }: Pick<ModelCall, 'node' | 'role'>): readonly Mind[] {
    const { agents, endpoint: _, ...roles } = this.#settings;
    const own = Object.hasOwn(agents, node) ? agents[node] : undefined;
    const chosen = own ?? roles[role as keyof typeof roles] ?? roles.worker;
    return chosen.map((one) => this.#minds.get(one) as Mind);
  }

  thinksFor(whom: Pick<ModelCall, 'node' | 'role'>): boolean {
    return this.mindsOf(whom).length > 0;
  }

  /** @throws ModelError where none of them gave a whole answer. */
  async call(
    call: ModelCall,
    signal: AbortSignal,
    hearing: ModelHearing = { onPrompt: async () => {} },
  ): Promise<ModelReply> {
    signal.throwIfAborted();
    const late = new AbortController();
    const hung = new ModelError('hung', 'its time was up');
    const unwake = Number.isFinite(call.dueAt)
      ? this.#clock.wakeAt(call.dueAt, () => late.abort(hung))
      : () => {};
    try {
      return await this.#inTurn(call, AbortSignal.any([signal, late.signal]), hearing);
    } finally {
      unwake();
    }
  }

  async #inTurn(call: ModelCall, signal: AbortSignal, hearing: ModelHearing): Promise<ModelReply> {
    const place = this.#calls++;
    const all = this.mindsOf(call);
    const roomy = all.filter((mind) => mind.hasRoomFor(call));
    let left = roomy.length > 0 ? roomy : all;
    if (left.length === 0) throw new ModelError('denied', `no model thinks for ${call.node}`);
    for (let made = 0; ;) {
      // Who rests is passed over as long as somebody else is there.
      const mind = left.find(({ endpoint }) => endpoint.isReady) ?? (left[0] as Mind);
      if (mind.endpoint.restsUntil() >= call.dueAt)
        throw new ModelError('unavailable', `${mind.described.baseURL} is left alone until later`);
      const came = await this.#once(mind, { place, made }, call, signal, hearing);
      if ('reply' in came) return came.reply;
      const { fault } = came;
      made += 1;
      const others = left.filter((one) => one !== mind);
      const { reason, usage } = fault.error;
      // It was asked in a way that it does not know, which is found out once.
      if (made < MAX_REQUESTS && mind.mayAskOtherwise(came)) continue;
      const isFinal = reason === 'filtered' || usage !== undefined;
      if (made >= MAX_REQUESTS || isFinal || signal.aborted) throw fault.error;
      if (others.length > 0) left = others;
      else if (fault.isTransient) await this.#wait(FIRST_WAIT_MS * 2 ** (made - 1), signal);
      else throw fault.error;
    }
  }

  /** One request, when it is its turn. */
  async #once(
    mind: Mind,
    caller: Caller,
    call: ModelCall,
    signal: AbortSignal,
    hearing: ModelHearing,
  ): ReturnType<Mind['ask']> {
    const pass = await mind.endpoint.enter(caller, signal);
    try {
      const came = await mind.ask(call, signal, hearing);
      const fault = 'fault' in came ? came.fault : undefined;
      pass(cameOf(fault), fault?.retryAfterMs);
      return came;
    } finally {
      // It was given up, or never sent.
      pass('dropped');
    }
  }

  /** Before the same endpoint is asked again; how long it rests is the endpoint's own business. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const unwake = this.#clock.wakeAt(this.#clock.now() + ms, resolve);
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await promise;
    } finally {
      unwake();
      signal.removeEventListener('abort', stop);
    }
  }
}

/** Every model that settings name. */
const chosenBy = ({ endpoint: _, agents, ...roles }: ModelsSettings) =>
  [...Object.values(roles), ...Object.values(agents)].flatMap((minds) => minds ?? []);

/** @throws BadConfigError for what is none. */
function usualURL(given: string): string {
  const parsed = BaseURL.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new BadConfigError('OPENAI_BASE_URL', z.prettifyError(parsed.error));
}

/** An endpoint that says no is well. */
function cameOf(fault: Fault | undefined): Came {
  const isOutOfOrder = fault?.isTransient === true || fault?.error.reason === 'garbled';
  return isOutOfOrder ? 'failed' : 'succeeded';
}
