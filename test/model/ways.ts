// The same answer by either API, plain or streamed, as an endpoint would write it.
import { completion, response } from './loopback.ts';

/** What a model says; `finish` as Chat Completions names it. */
export interface Saying {
  readonly text?: string;
  readonly refusal?: string;
  readonly call?: { readonly name: string; readonly input: string };
  readonly finish?: 'length' | 'content_filter' | 'none';
}

export interface Way {
  readonly api: 'chat' | 'responses';
  readonly isStream: boolean;
  readonly type: string;
  /** Joined, they are the whole body. */
  readonly pieces: (saying: Saying) => readonly string[];
}

function chatMessage({ text, refusal, call }: Saying): object {
  const named = call && { name: call.name, arguments: call.input };
  return {
    content: text ?? null,
    ...(refusal !== undefined && { refusal }),
    ...(named && { tool_calls: [{ index: 0, id: 'x', type: 'function', function: named }] }),
  };
}

function chatFinish({ call, finish }: Saying): string | null {
  if (finish === 'none') return null;
  return finish ?? (call ? 'tool_calls' : 'stop');
}

function responseOf({ text, refusal, call, finish }: Saying): object {
  const content =
    text === undefined ? { type: 'refusal', refusal } : { type: 'output_text', text, logprobs: [] };
  const item = call
    ? { type: 'function_call', call_id: 'x', name: call.name, arguments: call.input }
    : { type: 'message', role: 'assistant', content: [content] };
  const output = [{ type: 'reasoning', summary: [] }, item];
  const reason = finish === 'length' ? 'max_output_tokens' : finish;
  if (finish === 'none') return response(output, { status: 'in_progress', usage: null });
  return response(
    output,
    finish && { status: 'incomplete', incomplete_details: { reason }, error: null },
  );
}

/** By a few characters each. */
const inBits = (text: string): readonly string[] => text.match(/.{1,7}/gsu) ?? [];

/** One event of a stream. */
export const event = (data: object, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

export function chatChunk(delta: object, finish: string | null = null, extra: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return event({ id: 'c1', object: 'chat.completion.chunk', choices, ...extra });
}

function chatPieces(saying: Saying): readonly string[] {
  const { text = '', refusal = '', call } = saying;
  const args = (named: object) => chatChunk({ tool_calls: [{ index: 0, function: named }] });
  const finish = chatFinish(saying);
  const tokens = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
  return [
    chatChunk({ role: 'assistant', content: '' }),
    ...inBits(text).map((content) => chatChunk({ content })),
    ...inBits(refusal).map((bit) => chatChunk({ refusal: bit })),
    ...(call ? [args({ name: call.name, arguments: '' })] : []),
    ...inBits(call?.input ?? '').map((bit) => args({ arguments: bit })),
    ...(finish === null ? [] : [chatChunk({}, finish), event({ choices: [], usage: tokens })]),
    ...(finish === null ? [] : ['data: [DONE]\n\n']),
  ];
}

function responsePieces(saying: Saying): readonly string[] {
  const begun = { id: 'r1', object: 'response', status: 'in_progress', output: [] };
  const last = saying.finish ? 'response.incomplete' : 'response.completed';
  const deltas = inBits(saying.text ?? '').map((delta) => ({
    type: 'response.output_text.delta',
    delta,
  }));
  return [
    { type: 'response.created', response: begun },
    ...deltas,
    ...(saying.finish === 'none' ? [] : [{ type: last, response: responseOf(saying) }]),
  ].map((one, number) => event({ ...one, sequence_number: number }, one.type));
}

const plainly = (api: Way['api']) => (saying: Saying) => [
  JSON.stringify(
    api === 'chat' ? completion(chatMessage(saying), chatFinish(saying)) : responseOf(saying),
  ),
];

const [json, sse] = ['application/json', 'text/event-stream'];
export const ways: readonly Way[] = [
  { api: 'chat', isStream: false, type: json, pieces: plainly('chat') },
  { api: 'chat', isStream: true, type: sse, pieces: chatPieces },
  { api: 'responses', isStream: false, type: json, pieces: plainly('responses') },
  { api: 'responses', isStream: true, type: sse, pieces: responsePieces },
];
