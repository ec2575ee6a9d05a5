import * as z from 'zod';
import type { Principal } from '../../machines/protocol/principal.ts';
import { Scope } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { AskOptions, Result } from '../host/asks.ts';
import type { Verdict } from '../host/verdicts.ts';
import type { Desk } from '../host/desk.ts';
import type { Letters } from '../host/letters.ts';
import type { Stopped } from '../host/stops.ts';
import type { Progress } from '../host/progress.ts';
import type { AskStats } from '../observe/stats.ts';
import type { RunList, RunQuery } from '../store/ports.ts';
import type { Review } from '../decide/reviews.ts';
import type { Case } from '../observe/cases.ts';
import type { CaseQuery } from '../host/shown.ts';
import { MemoryCommand } from '../memory/command.ts';
import type { MemoryRecord } from '../memory/record.ts';
import type { Session } from '../sessions/session.ts';
import type { Prompts } from '../observe/prompts.ts';
import type { Why } from '../observe/why.ts';
import type { Client } from './client.ts';
import type { CallContext, Handler } from './connection.ts';

const Where = {
  /** The last part of a run's id, made by the caller so that it can ask the next holder for the same run. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  project: z.string().optional(),
  scope: Scope.optional(),
  planGate: z.boolean().optional(),
  session: z.string().max(64).optional(),
};
const why = { why: z.string().optional() };
const Verdicts = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('approve'), ...why }),
  z.strictObject({ is: z.literal('edit'), value: z.json(), ...why }),
  z.strictObject({ is: z.literal('reject'), ...why }),
  z.strictObject({ is: z.literal('delegate'), to: z.string().min(1).max(128), ...why }),
  z.strictObject({ is: z.literal('answer'), text: z.string() }),
]);

const Query = z.strictObject({
  scope: Scope.optional(),
  state: z.string().optional(),
  isOpen: z.boolean().optional(),
  hasLetters: z.boolean().optional(),
  limit: z.int().nonnegative().optional(),
});

/** The calls that cross the socket, with what each is given. */
const calls = {
  ask: z.strictObject({ text: z.string(), ...Where }),
  resume: z.strictObject({ run: z.string() }),
  reviews: z.strictObject({}),
  decide: z.strictObject({
    id: z.string(),
    verdict: Verdicts,
    token: z.string().max(512).optional(),
  }),
  stopAll: z.strictObject({}),
  stop: z.strictObject({ run: z.string() }),
  runs: Query,
  stats: Query,
  show: z.strictObject({ run: z.string() }),
  why: z.strictObject({ run: z.string() }),
  cases: z.strictObject({
    agent: z.string(),
    limit: z.int().nonnegative().optional(),
    scope: Scope.optional(),
  }),
  memory: z.strictObject({ scope: Scope, command: MemoryCommand }),
  session: z.strictObject({
    scope: Scope,
    name: z.string().max(64),
    before: z.string().optional(),
  }),
  prompts: z.strictObject({ run: z.string() }),
  letters: z.strictObject({ run: z.string().optional() }),
  redeliver: z.strictObject({ letter: z.string() }),
  forget: z.strictObject({ run: z.string(), hash: z.string().optional() }),
} as const;
type Method = keyof typeof calls;
type Params = { [M in Method]: z.output<(typeof calls)[M]> };

const isMethod = (method: string): method is Method => Object.hasOwn(calls, method);

/**
 * Answers calls from other processes of the same user; who they are is proven by the socket, never said by them.
 * A caller that vanishes takes its own request with it: its run is stopped.
 */
export function deskHandler(desk: Desk, principal: Principal): Handler {
  return async (method, params, context) => {
    if (!isMethod(method)) throw new BadRequestError(`there is no call ${method}`);
    const parsed = calls[method].safeParse(params);
    if (!parsed.success) throw new BadRequestError(z.prettifyError(parsed.error));
    return (await answer(
      desk,
      principal,
      { method, params: parsed.data } as Call,
      context,
    )) as Json;
  };
}

type Call = { [M in Method]: { readonly method: M; readonly params: Params[M] } }[Method];

async function answer(
  desk: Desk,
  principal: Principal,
  call: Call,
  { signal, emit }: CallContext,
): Promise<unknown> {
  const options: AskOptions = {
    principal,
    signal,
    onProgress: (progress) => emit(progress as unknown as Json),
  };
  switch (call.method) {
    case 'ask': {
      const { text, ...where } = call.params;
      return desk.ask(text, { ...options, ...where } as AskOptions);
    }
    case 'resume':
      return desk.resume(call.params.run, options);
    case 'reviews':
      return desk.reviews();
    case 'decide': {
      const { id, verdict, token } = call.params;
      return desk.decide(id, verdict as Verdict, {
        ...options,
        ...(token !== undefined && { token }),
      });
    }
    case 'stop':
      return desk.stop(call.params.run, principal);
    case 'stopAll':
      return desk.stopAll(principal);
    case 'runs':
      return desk.runs(call.params as RunQuery);
    case 'stats':
      return desk.stats(call.params as RunQuery);
    case 'show':
      return desk.show(call.params.run);
    case 'why':
      return desk.why(call.params.run);
    case 'cases': {
      const { agent, ...query } = call.params;
      return desk.cases(agent, query as CaseQuery);
    }
    case 'memory':
      return desk.memory(call.params.scope, call.params.command, principal);
    case 'session': {
      const { scope, name, before } = call.params;
      return desk.session(scope, name, before);
    }
    case 'prompts':
      return desk.prompts(call.params.run);
    case 'letters':
      return desk.letters(call.params.run);
    case 'redeliver':
      await desk.redeliver(call.params.letter, principal);
      return null;
    case 'forget':
      return desk.forget(call.params.run, call.params.hash);
  }
}

/** The desk of the process that holds the folder, seen from another one. */
export function remoteDesk(client: Client): Desk {
  const call = async <T>(method: Method, params: object, options: AskOptions = {}): Promise<T> => {
    let run: string | undefined;
    const stop = () => {
      if (run !== undefined) void client.call('stop', { run }).catch(() => {});
    };
    const hear = (event: Json) => {
      const progress = event as unknown as Progress;
      run = progress.run;
      if (options.signal?.aborted) stop();
      options.onProgress?.(progress);
    };
    options.signal?.addEventListener('abort', stop);
    try {
      return (await client.call(method, params as Json, hear)) as T;
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
  };
  return {
    ask(text, options = {}) {
      const { id, project, scope, planGate, session } = options;
      const where = Object.entries({ id, project, scope, planGate, session }).filter(
        ([, value]) => value !== undefined,
      );
      return call<Result>('ask', { text, ...Object.fromEntries(where) }, options);
    },
    resume: (run, options) => call<Result>('resume', { run }, options),
    reviews: () => call<Review[]>('reviews', {}),
    decide(id, verdict, options = {}) {
      const { token } = options;
      const given = { id, verdict, ...(token !== undefined && { token }) };
      return call<Result>('decide', given, options);
    },
    stop: (run) => call<Stopped>('stop', { run }),
    stopAll: () => call<Stopped[]>('stopAll', {}),
    runs: (query = {}) => call<RunList>('runs', query),
    stats: (query = {}) => call<AskStats>('stats', query),
    show: (run) => call<Result>('show', { run }),
    why: (run) => call<Why>('why', { run }),
    cases: (agent, query = {}) => call<Case[]>('cases', { agent, ...query }),
    memory: (scope, command = { is: 'list' }) => call<MemoryRecord[]>('memory', { scope, command }),
    session: (scope, name, before) =>
      call<Session>('session', { scope, name, ...(before !== undefined && { before }) }),
    prompts: (run) => call<Prompts>('prompts', { run }),
    letters: (run) => call<Letters>('letters', run === undefined ? {} : { run }),
    redeliver: (letter) => call<void>('redeliver', { letter }),
    forget: (run, hash) => call<number>('forget', hash === undefined ? { run } : { run, hash }),
    close: async () => client.close(),
  };
}
