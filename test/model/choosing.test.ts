// Goal: who is asked, in which order and in which way, is as configured, and what is found out of an endpoint is found out once.
// Method: endpoints on loopback that serve one API, no schemas, or nothing; many calls at once; a clock moved by hand.
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Models, type ModelsOptions } from 'nova-agents/models';
import { ask, cameOf, DEADLINE_MS, REQUEST_MS, WatchedClock, type Asking } from './asking.ts';
import { answered, hostile } from './hostile.ts';
import { completion, json, loopback, said, textIn } from './loopback.ts';
import type { Answering, Loopback } from './loopback.ts';

const DONE = 'done {"text":"hello"}';
const text = said('done', { text: 'hello' });
/** Serves both APIs. */
const good: Answering = ({ path }, response) =>
  json(response, path === '/v1/responses' ? textIn(text) : completion({ content: text }));
const no =
  (status: number, message = 'no'): Answering =>
  (_, response) =>
    json(response, { error: { message } }, status);

/** Where nobody listens. */
let nobody: string;
let one: Loopback;
let other: Loopback;
beforeAll(async () => {
  const gone = await hostile();
  await gone.close();
  nobody = gone.url;
  [one, other] = await Promise.all([loopback(good), loopback(good)]);
});
beforeEach(() => {
  for (const each of [one, other]) [each.answer, each.asked.length] = [good, 0];
});
afterAll(() => Promise.all([one.close(), other.close()]));

type Settings = ConstructorParameters<typeof Models>[0];
/** Asks one call after the other of the same models. */
function asker(settings: Settings, env: NonNullable<ModelsOptions['env']> = {}) {
  const clock = new WatchedClock();
  const models = new Models(settings, { clock, env });
  return {
    clock,
    models,
    asks: async (asking?: Asking) => {
      const came = await ask(models, clock, { dueAt: clock.now() + DEADLINE_MS, ...asking });
      return [cameOf(came), came.made] as const;
    },
  };
}
const mindAt = (baseURL: string, model = 'm') => ({ model, baseURL, timeoutMs: REQUEST_MS });
const modelsAsked = (at: Loopback) => at.asked.map(({ body }) => body['model']);

test('a connection that is refused is tried three times', async () => {
  const { asks } = asker({ worker: mindAt(nobody) });
  expect(await asks()).toEqual(['unavailable', 3]);
});

test.each([
  ['is not there', undefined, DONE, 2],
  ['is overloaded', no(429), DONE, 2],
  ['will not have its key', no(401), DONE, 2],
  ['speaks nonsense', ((_, response) => json(response, {})) as Answering, DONE, 2],
  [
    'withholds its answer',
    ((_, response) => json(response, completion({ content: '' }, 'content_filter'))) as Answering,
    'filtered',
    1,
  ],
] as const)('where the first one %s', async (_, answer, comes, made) => {
  if (answer) one.answer = answer;
  const first = answer ? one.url : nobody;
  const { asks, clock } = asker({ worker: [mindAt(first), mindAt(other.url, 'second')] });
  expect(await asks()).toEqual([comes, made]);
  expect(modelsAsked(other)).toEqual(made === 1 ? [] : ['second']);
  expect(clock.now()).toBe(0);
});

test('who rests, or is just tried again, is passed over as long as somebody else is there', async () => {
  const { asks, clock, models } = asker({ worker: [mindAt(one.url), mindAt(other.url)] });
  one.answer = no(500);
  for (let at = 0; at < 5; at += 1) expect(await asks()).toEqual([DONE, 2]);
  expect(await asks()).toEqual([DONE, 1]);
  clock.advance(5_000);
  one.answer = () => {};
  const tried = ask(models, clock);
  while (one.asked.length < 6) await setImmediate();
  expect(await asks()).toEqual([DONE, 1]);
  clock.advance(REQUEST_MS);
  expect([cameOf(await tried), one.asked.length]).toEqual([DONE, 6]);
});

test('each role and each agent has its own models, and a judge too', async () => {
  const { asks } = asker({
    worker: { ...mindAt(one.url), model: 'worker' },
    planner: mindAt(one.url, 'planner'),
    judge: mindAt(one.url, 'judge'),
    agents: { mine: [mindAt(one.url, 'mine')] },
  });
  const roles = ['worker', 'planner', 'judge', 'router', 'worker', 'judge'];
  const nodes = ['a', 'a', 'a', 'a', 'mine', 'constructor'];
  for (const [at, role] of roles.entries()) await asks({ role, node: nodes[at] ?? '' });
  expect(modelsAsked(one)).toEqual(['worker', 'planner', 'judge', 'worker', 'mine', 'judge']);
});

test('an endpoint that serves the other API alone is found out by all who come first, once', async () => {
  const { asks, models, clock } = asker({ worker: mindAt(one.url) });
  one.answer = (asked, response, count) =>
    asked.path === '/v1/responses' ? good(asked, response, count) : no(404)(asked, response, count);
  const first = await Promise.all(Array.from({ length: 5 }, () => ask(models, clock)));
  expect(first.map(cameOf)).toEqual(Array.from({ length: 5 }, () => DONE));
  expect(await asks()).toEqual([DONE, 1]);
  // From now on it is known.
  one.answer = no(404);
  expect(await asks()).toEqual(['denied', 1]);
});

test('what is not there for a while is not taken for the other API', async () => {
  const { asks } = asker({ worker: mindAt(one.url) });
  one.answer = no(404);
  expect(await asks()).toEqual(['denied', 3]);
  one.answer = (asked, response, count) =>
    asked.path === '/v1/responses' ? no(404)(asked, response, count) : good(asked, response, count);
  expect((await asks())[0]).toBe(DONE);
  expect(await asks()).toEqual([DONE, 1]);
});

test('a model that is not there is no API that is not there', async () => {
  const { asks } = asker({ worker: mindAt(one.url, 'gpt-9') });
  one.answer = no(404, 'The model `gpt-9` does not exist');
  expect(await asks()).toEqual(['denied', 1]);
});

test('an endpoint without schemas is told of the form in words, which is found out by all who come first, once', async () => {
  const { asks, models, clock } = asker({ worker: { ...mindAt(one.url), api: 'chat' } });
  one.answer = (asked, response, count) =>
    'response_format' in asked.body
      ? no(400, 'response_format is not supported')(asked, response, count)
      : good(asked, response, count);
  const first = await Promise.all(Array.from({ length: 5 }, () => ask(models, clock)));
  expect(first.map(cameOf)).toEqual(Array.from({ length: 5 }, () => DONE));
  const before = one.asked.length;
  expect(await asks()).toEqual([DONE, 1]);
  const sent = one.asked[before]?.body;
  expect(JSON.stringify(sent?.['messages'])).toContain(
    String.raw`\"required\":[\"outcome\",\"value\"]`,
  );
});

test('a key of a request is the same for each attempt, and another one where something else is asked', async () => {
  const { asks } = asker({ worker: { ...mindAt(one.url), api: 'chat' } });
  one.answer = (asked, response, count) =>
    [no(500), no(400, 'json_schema?'), good][count - 1]?.(asked, response, count);
  expect(await asks({ key: 'tenant/run#actor' })).toEqual([DONE, 3]);
  const keys = one.asked.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^[\w-]{20,}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test('an endpoint that answers before it has read what is asked is heard', async () => {
  const hasty = await hostile(true);
  hasty.behave(answered('{"error":{"message":"too much"}}', { status: 413 }));
  const { asks } = asker({ worker: mindAt(hasty.url) });
  const [reason] = await asks({ input: { text: 'x'.repeat(300_000) } });
  expect(['denied', 'unavailable']).toContain(reason);
  await hasty.left();
  await hasty.close();
});

test('what there is no room for is folded, the oldest results first; drafts come of streams alone', async () => {
  const { asks } = asker({ worker: { ...mindAt(one.url), maxPromptTokens: 2_000 } });
  const calls = Array.from({ length: 4 }, (_, n) => ({
    tool: 'look',
    input: { n },
    result: { value: `${n}`.repeat(2_400) },
  }));
  expect(await asks({ calls })).toEqual([DONE, 1]);
  const sent = JSON.stringify(one.asked[0]?.body);
  const isWhole = calls.map(({ result: { value } }) => sent.includes(value));
  expect(isWhole).toEqual([false, false, true, true]);
  expect(sent.length / 4).toBeLessThan(2_000);
  expect(sent.match(/a result of \d+ characters was left out/g)).toHaveLength(2);
  expect(one.asked[0]?.body).not.toHaveProperty('stream');
  expect(await asks({ input: { text: 'x'.repeat(9_000) } })).toEqual(['denied', 0]);
});

test('what one has no room for is for the next one that has', async () => {
  const small = { ...mindAt(one.url), maxPromptTokens: 2_000 };
  const { asks } = asker({ worker: [small, mindAt(one.url, 'large')] });
  expect(await asks({ input: { text: 'x'.repeat(9_000) } })).toEqual([DONE, 1]);
  expect(await asks()).toEqual([DONE, 1]);
  expect(modelsAsked(one)).toEqual(['large', 'm']);
});
