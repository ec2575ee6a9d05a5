// Goal: whatever of an answer has come, it is the whole answer or none, never a shorter one.
// Method: good answers recorded from a mock server that others keep, then every byte prefix of them, and every byte as a chunk of its own.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Endpoint } from '../../src/model/endpoint.ts';
import { Mind } from '../../src/model/mind.ts';
import { ModelsSettings, type Mind as Settings } from '../../src/model/settings.ts';
import { contractCall, ManualClock } from 'nova-agents/testing';
import { said } from './loopback.ts';

const TEXT = 'ü🌍';
const sayings = {
  words: { content: TEXT },
  outcome: { content: said('done', { text: TEXT }) },
  call: { toolCalls: [{ name: 'look', arguments: JSON.stringify({ at: TEXT }) }] },
};
type Name = keyof typeof sayings;
const names = Object.keys(sayings) as Name[];

interface Kind {
  readonly api: 'chat' | 'responses';
  readonly isStream: boolean;
}
const kinds: readonly Kind[] = [
  { api: 'chat', isStream: true },
  { api: 'responses', isStream: true },
  { api: 'chat', isStream: false },
  { api: 'responses', isStream: false },
];

const recorded = new Map<string, Buffer>();
beforeAll(async () => {
  const mock = new LLMock({ port: 0, chunkSize: 100 });
  for (const name of names) mock.onMessage(name, sayings[name]);
  const url = await mock.start();
  for (const name of names)
    for (const { api, isStream } of kinds) {
      const asked = [{ role: 'user', content: name }];
      const body = JSON.stringify({
        model: 'm',
        stream: isStream,
        ...(api === 'chat'
          ? { messages: asked, stream_options: { include_usage: true } }
          : { input: asked }),
      });
      const path = api === 'chat' ? 'chat/completions' : 'responses';
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1/${path}`, { method: 'POST', headers, body });
      recorded.set(`${name} ${api} ${isStream}`, Buffer.from(await response.arrayBuffer()));
    }
  await mock.stop();
});
afterEach(() => vi.unstubAllGlobals());

/** How requests come out, each answered with these pieces. */
function asking({ api, isStream }: Kind): (...pieces: readonly Uint8Array[]) => Promise<string> {
  const headers = { 'content-type': isStream ? 'text/event-stream' : 'application/json' };
  const clock = new ManualClock();
  const { worker, endpoint } = ModelsSettings.parse({ worker: { model: 'm', api } });
  const where = { baseURL: 'http://127.0.0.1:1/v1', apiKey: '' };
  const mind = new Mind(worker[0] as Settings, where, new Endpoint(clock, endpoint), clock);
  const hearing = { onPrompt: async () => {}, ...(isStream && { onDraft: () => {} }) };
  return async (...pieces) => {
    const fetched = async () => new Response(ReadableStream.from(pieces), { headers });
    vi.stubGlobal('fetch', fetched);
    const came = await mind.ask(contractCall, new AbortController().signal, hearing);
    if ('fault' in came) return came.fault.error.reason;
    const { usage: _, ...reply } = came.reply;
    return JSON.stringify(reply);
  };
}

/** The answer that a whole body is. */
const answers: Readonly<Record<Name, object>> = {
  words: { broken: 'it is not of the form { "result": { "outcome": …, "value": … } }' },
  outcome: { says: { outcome: 'done', value: { text: TEXT } } },
  call: { wants: { tool: 'look', input: { at: TEXT } } },
};

describe.each(kinds)('$api, streamed: $isStream', (kind) => {
  test.each(names)('every prefix, and every byte by itself: %s', async (name) => {
    const bytes = recorded.get(`${name} ${kind.api} ${kind.isStream}`) ?? Buffer.of();
    const [cameOf, whole] = [asking(kind), JSON.stringify(answers[name])];
    expect(bytes.length).toBeGreaterThan(200);
    const returned = Buffer.from(bytes.toString().replaceAll('\n', '\r\n'));
    for (const one of [bytes, returned])
      expect(await cameOf(...Array.from(one, (byte) => Uint8Array.of(byte)))).toBe(whole);
    const came = new Set<string>();
    for (let length = 0; length < bytes.length; length += 1)
      came.add(await cameOf(bytes.subarray(0, length)));
    expect([...came].filter((one) => ![whole, 'cut', 'garbled'].includes(one))).toEqual([]);
  });
});
