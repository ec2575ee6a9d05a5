// An endpoint on loopback: whatever is asked of it is answered as the test says, request by request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in, with its body read. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly [key: string]: unknown };
}
export type Answering = (asked: Asked, response: ServerResponse, count: number) => void;

export interface Loopback {
  readonly url: string;
  readonly asked: Asked[];
  answer: Answering;
  close(): Promise<void>;
}

export async function loopback(answer: Answering): Promise<Loopback> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Asked['body'];
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      endpoint.answer(asked.at(-1) as Asked, response, asked.length);
    });
    response.on('error', () => {});
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint: Loopback = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return endpoint;
}

/** Sends JSON. */
export function json(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };

/** A whole answer of Chat Completions. */
export const completion = (
  message: object,
  finish: string | null = 'stop',
  extra: object = {},
) => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish },
  ],
  usage,
  ...extra,
});

/** An outcome as models write it. */
export const said = (outcome: string, value: unknown): string =>
  JSON.stringify({ result: { outcome, value } });

/** A call of a tool, by Chat Completions. */
export const callIn = (name: string, input: string) =>
  completion(
    { tool_calls: [{ id: 'x', type: 'function', function: { name, arguments: input } }] },
    'tool_calls',
  );

/** A whole answer of Responses. */
export const response = (output: readonly object[], extra: object = {}) => ({
  id: 'r1',
  object: 'response',
  status: 'completed',
  output,
  usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
  ...extra,
});

/** A text, by Responses. */
export const textIn = (text: string) =>
  response([
    { type: 'reasoning', summary: [] },
    {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ]);
