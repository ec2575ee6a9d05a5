// Goal: a key goes to its own endpoint alone, and comes back from nowhere: not in an error, a note, a prompt or a journal.
// Method: two endpoints on loopback that say back all that they were sent, over the whole host; what is kept is searched byte by byte.
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, Nova } from 'nova-agents';
import { Models } from 'nova-agents/models';
import { contractCall, memoryJournal, type MemoryRecords } from 'nova-agents/testing';
import { ask, REQUEST_MS, settle, WatchedClock } from './asking.ts';
import { completion, json, loopback, said, type Answering, type Loopback } from './loopback.ts';

const [KEY, HEADER, FOREIGN] = ['k3y-of-the-house', 's3cret-header', 'f0reign-token'];
/** Says no, with all that it was sent. */
const echo: Answering = ({ headers }, response) =>
  json(response, { error: { message: `you sent ${JSON.stringify(headers)}` } }, 400);
const good: Answering = (_, response) =>
  json(response, completion({ content: said('done', { text: 'hello' }) }));

let house: Loopback;
let foreign: Loopback;
beforeAll(async () => {
  [house, foreign] = await Promise.all([loopback(echo), loopback(good)]);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => Promise.all([house.close(), foreign.close()]));

const env = () => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${house.url}/` });
const isSecret = (text: string) => [KEY, HEADER, FOREIGN].some((one) => text.includes(one));

test('a key goes where it belongs alone, and nothing goes out that was not configured', async () => {
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', `authorization: Bearer ${FOREIGN}\nx-more: ${FOREIGN}`);
  vi.stubEnv('OPENAI_ORG_ID', FOREIGN);
  vi.stubEnv('OPENAI_API_KEY', FOREIGN);
  const worker = [
    { model: 'm', headers: { 'x-gate': HEADER } },
    { model: 'm', baseURL: foreign.url },
  ];
  const models = new Models({ worker }, { env: env() });
  await models.call(contractCall, new AbortController().signal);
  const [own, others] = [house.asked.at(-1)?.headers, foreign.asked.at(-1)?.headers];
  expect([own?.authorization, own?.['x-gate']]).toEqual([`Bearer ${KEY}`, HEADER]);
  expect(isSecret(JSON.stringify(others))).toBe(false);
  expect(JSON.stringify(own)).not.toContain(FOREIGN);
  const usual = 'accept accept-encoding content-type idempotency-key user-agent'.split(' ');
  const network = 'accept-language connection content-length host sec-fetch-mode'.split(' ');
  const known = [...usual, ...network];
  expect(Object.keys(others ?? {}).filter((name) => !known.includes(name))).toEqual([]);
});

/** What is said back, as what the endpoint makes of it. */
const back =
  (body: (key: string) => unknown, status = 200): Answering =>
  ({ headers }, response) =>
    json(response, body(headers.authorization ?? ''), status);

test.each([
  ['by an error', echo, 'you sent {'],
  [
    'at the end of many words',
    back((key) => ({ error: { message: `${'x'.repeat(985)}${key}` } }), 403),
    'xxx',
  ],
  ['with 200', back((message) => ({ error: { message } })), '[secret]'],
  ['as its answer', back((key) => ({ choices: { [key]: key } })), 'expected array'],
] as const)('a key that is said back %s is kept nowhere', async (_, answer, words) => {
  house.answer = answer;
  const headers = { 'x-gate': HEADER };
  const worker = { model: 'm', api: 'chat', headers, timeoutMs: REQUEST_MS } as const;
  const clock = new WatchedClock();
  const models = new Models({ worker }, { env: env(), clock });
  const { error } = await ask(models, clock);
  const failed = inspect(error, { depth: 9, showHidden: true });
  expect(failed).toContain('ModelError');
  expect(failed).toContain(words);
  expect(isSecret(failed)).toBe(false);
  const text = z.strictObject({ text: z.string() });
  const speaker = defineAgent({
    id: 'speaker',
    version: 1,
    does: 'Speaks.',
    input: text,
    outcomes: { done: text },
    limits: { deadlineMs: 600_000 },
    examples: [],
    instructions: () => 'Speak.',
  });
  const records: MemoryRecords = [];
  const organisation = defineOrganisation({ id: 'speakers', agents: [speaker], roles: {} });
  const nova = new Nova({ organisation, model: models, journal: memoryJournal(records), clock });
  const run = await settle(nova.run('speaker', { text: 'hello' }), clock);
  await nova.close();
  expect(run.outcome).not.toBe('done');
  expect(records.length).toBeGreaterThan(2);
  expect(isSecret(JSON.stringify([run, records]))).toBe(false);
});

test.each([
  ['no URL', 'localhost:11434/v1'],
  ['another protocol', 'ftp://127.0.0.1/v1'],
  ['a password', `http://user:${KEY}@127.0.0.1/v1`],
])('a base URL that is %s is refused, without a word of it', (_, url) => {
  const refusal = (make: () => unknown) => {
    try {
      return make();
    } catch (error) {
      return inspect(error);
    }
  };
  for (const refused of [
    refusal(() => new Models({ worker: 'm' }, { env: { OPENAI_BASE_URL: url } })),
    refusal(() => new Models({ worker: { model: 'm', baseURL: url } }, { env: {} })),
  ]) {
    expect(refused).toContain('BadConfigError');
    expect(isSecret(String(refused))).toBe(false);
  }
});
