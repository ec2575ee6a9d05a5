// Goal: an agent works over a server that others keep as OpenAI speaks, with drafts where it streams; and keeps its time by the real clock.
// Method: @copilotkit/aimock, by both APIs, through the host and by single calls; a server that hangs, and one that says 10 MB.
import { setImmediate } from 'node:timers/promises';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { Models } from 'nova-agents/models';
import { contractCall } from 'nova-agents/testing';
import { ModelError } from '../../src/errors/model-error.ts';
import { head, hostile } from './hostile.ts';
import { said } from './loopback.ts';

const mock = new LLMock({ port: 0, chunkSize: 5 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());

const weigh = defineTool({
  name: 'weigh',
  does: 'Weighs a parcel.',
  input: z.strictObject({ parcel: z.string() }),
  output: z.strictObject({ grams: z.int() }),
  effect: 'reads',
  run: async ({ parcel }) => ({ grams: parcel.length }),
});
const weigher = defineAgent({
  id: 'weigher',
  version: 1,
  does: 'Tells what a parcel weighs.',
  input: z.strictObject({ parcel: z.string() }),
  outcomes: { weighed: z.strictObject({ grams: z.int() }) },
  tools: [weigh],
  instructions: () => 'Weigh it.',
  examples: [],
});
const organisation = defineOrganisation({ id: 'post', agents: [weigher], roles: {} });

describe.each(['chat', 'responses'] as const)('by %s', (api) => {
  const models = () =>
    new Models({ worker: { model: 'm', baseURL: `${mock.url}/v1`, api } }, { env: {} });

  test('an agent calls a tool and answers', async () => {
    mock.reset();
    mock.on({ hasToolResult: true }, { content: said('weighed', { grams: 5 }) });
    mock.onMessage(/brick/, { toolCalls: [{ name: 'weigh', arguments: '{"parcel":"brick"}' }] });
    const nova = new Nova({ organisation, model: models() });
    const { outcome, value } = await nova.run('weigher', { parcel: 'brick' });
    await nova.close();
    expect([outcome, value]).toEqual(['weighed', { grams: 5 }]);
    expect(mock.getRequests()).toHaveLength(2);
  });

  test('drafts grow to what is answered in the end', async () => {
    mock.reset();
    const text = said('done', { text: 'Grüße, 世界 🌍' });
    mock.onMessage(/hello/, { content: text });
    let draft = '';
    const onDraft = (more: string, offset: number) => {
      expect(offset).toBe(draft.length);
      draft += more;
    };
    const hearing = { onPrompt: async () => {}, onDraft };
    const { signal } = new AbortController();
    const reply = await models().call(contractCall, signal, hearing);
    expect(reply).toMatchObject({ says: { outcome: 'done', value: { text: 'Grüße, 世界 🌍' } } });
    expect(draft).toBe(text);
  });
});

test('by the real clock a call ends at its deadline, and 10 MB are not kept', async () => {
  const at = await hostile();
  const models = new Models({ worker: { model: 'm', baseURL: at.url, api: 'chat' } }, { env: {} });
  const failed = async (forMs: number) => {
    const dueAt = Date.now() + forMs;
    const before = process.memoryUsage().rss;
    const call = models.call({ ...contractCall, dueAt }, new AbortController().signal);
    const error = await call.catch((thrown: unknown) => thrown);
    const lateMs = Date.now() - dueAt;
    await at.left();
    const grownMb = Math.round((process.memoryUsage().rss - before) / 1024 / 1024);
    return { reason: error instanceof ModelError && error.reason, lateMs, grownMb };
  };
  at.behave(() => true);
  const hung = await failed(120);
  const bytes = Buffer.alloc(10 * 1024 * 1024, 'x');
  const about = head({ headers: { 'content-length': String(bytes.byteLength) } });
  at.behave((socket) => {
    socket.write(about);
    socket.end(bytes);
  });
  const large = await failed(5_000);
  await at.close();
  console.log(`deadline + ${hung.lateMs} ms; 10 MB: ${large.grownMb} MB more`);
  expect([hung.reason, large.reason]).toEqual(['hung', 'garbled']);
});

test('who is stopped, or closes, lets go of its endpoint', async () => {
  const at = await hostile();
  at.behave(() => true);
  const model = new Models({ worker: { model: 'm', baseURL: at.url } }, { env: {} });
  const ends = [(nova: Nova) => nova.stop('local/r'), (nova: Nova) => nova.close()];
  const came: unknown[] = [];
  for (const [n, end] of ends.entries()) {
    const nova = new Nova({ organisation, model });
    const run = nova.run('weigher', { parcel: 'brick' }, { id: 'r' }).then(
      ({ outcome }) => came.push(outcome),
      (error: unknown) => came.push((error as Error).name),
    );
    while (at.requests.length <= n) await setImmediate();
    await end(nova);
    await at.left();
    await run;
    await nova.close();
  }
  await at.close();
  expect(came).toEqual(['cancelled', 'ClosedError']);
});
