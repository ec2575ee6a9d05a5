// Chat Completions: https://platform.openai.com/docs/api-reference/chat
import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { ModelError } from '../errors/model-error.ts';
import type { Answer } from './answer.ts';
import type { Dialect, Gathering } from './dialect.ts';
import type { Message } from './prompt.ts';

const Finish = z.string().nullish();
const Tokens = z
  .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
  .nullish();
const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish(),
        }),
        finish_reason: Finish,
      }),
    )
    .min(1),
  usage: Tokens,
});
const Chunk = z.object({
  choices: z.array(
    z.object({
      index: z.int().default(0),
      delta: z
        .object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                index: z.int().min(0).max(1_000).default(0),
                function: z
                  .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                  .nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
      finish_reason: Finish,
    }),
  ),
  usage: Tokens,
});

/** @throws ModelError where the endpoint does not say that the answer is at its end. */
function finishOf(reason: string | null | undefined): Answer['finish'] {
  switch (reason) {
    case 'stop':
    case 'tool_calls':
    case 'function_call':
      return 'whole';
    case 'length':
      return 'length';
    case 'content_filter':
      return 'filter';
    default:
      throw new ModelError('cut', `it ended without an end (finish_reason: ${reason ?? 'none'})`);
  }
}

const tokensOf = (usage: z.output<typeof Tokens>): Answer['tokens'] =>
  usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined;

function messageOf(message: Message): Json {
  switch (message.kind) {
    case 'given':
      return { role: 'user', content: message.text };
    case 'called': {
      const { id, tool, input } = message;
      const call = { id, type: 'function', function: { name: tool, arguments: input } };
      return { role: 'assistant', content: null, tool_calls: [call] };
    }
    case 'returned':
      return { role: 'tool', tool_call_id: message.id, content: message.text };
  }
}

/** What has come of a stream of chunks. */
class Chunks implements Gathering {
  /** After its finish come the tokens, and then `[DONE]`, which is the end for the client. */
  readonly isOver = false;
  #text = '';
  #refusal = '';
  readonly #calls: { tool: string; input: string }[] = [];
  #finish: string | null | undefined;
  #tokens: Answer['tokens'];

  take(event: unknown): string {
    const parsed = Chunk.safeParse(event);
    if (!parsed.success) throw new ModelError('garbled', z.prettifyError(parsed.error));
    this.#tokens = tokensOf(parsed.data.usage) ?? this.#tokens;
    const choice = parsed.data.choices.find(({ index }) => index === 0);
    if (choice === undefined) return '';
    const { delta, finish_reason: finish } = choice;
    const { content, refusal, tool_calls: calls } = delta ?? {};
    if (this.#finish && (content || refusal || calls?.length))
      throw new ModelError('garbled', 'more of it came after its end');
    this.#text += content ?? '';
    this.#refusal += refusal ?? '';
    for (const { index, function: named } of calls ?? []) {
      // Calls come one after the other, each begun by its name.
      const call = (this.#calls[index] ??= { tool: '', input: '' });
      if (index > 0 && this.#calls[index - 1] === undefined)
        throw new ModelError('garbled', 'its calls came out of order');
      call.tool += named?.name ?? '';
      call.input += named?.arguments ?? '';
    }
    // Some say '' for none.
    this.#finish = finish || this.#finish;
    return content ?? '';
  }

  end(): Answer {
    const [text, refusal, calls, tokens] = [this.#text, this.#refusal, this.#calls, this.#tokens];
    return { finish: finishOf(this.#finish), text, refusal, calls, tokens };
  }
}

export const chat: Dialect = {
  api: 'chat',
  path: '/chat/completions',
  list: 'messages',
  bodyOf({ instructions, messages, tools, schema }, { model, maxOutputTokens }, isOpenAI) {
    const format = { name: 'answer', strict: true, schema: schema ?? null };
    return {
      model,
      messages: [{ role: 'system', content: instructions }, ...messages.map(messageOf)],
      ...(schema !== undefined && {
        response_format: { type: 'json_schema', json_schema: format },
      }),
      ...(tools.length > 0 && {
        tools: tools.map(({ name, does, input, isStrict }) => ({
          type: 'function',
          function: { name, description: does, parameters: input, strict: isStrict },
        })),
        parallel_tool_calls: false,
      }),
      ...(maxOutputTokens !== undefined && {
        [isOpenAI ? 'max_completion_tokens' : 'max_tokens']: maxOutputTokens,
      }),
    };
  },
  streaming: { stream: true, stream_options: { include_usage: true } },
  read(json) {
    const parsed = Completion.safeParse(json);
    if (!parsed.success) throw new ModelError('garbled', z.prettifyError(parsed.error));
    const { choices, usage } = parsed.data;
    const { message, finish_reason: finish } = choices[0] as (typeof choices)[number];
    const calls = (message.tool_calls ?? []).map(({ function: { name, arguments: input } }) => ({
      tool: name,
      input,
    }));
    return {
      finish: finishOf(finish),
      text: message.content ?? '',
      refusal: message.refusal ?? '',
      calls,
      tokens: tokensOf(usage),
    };
  },
  gather: () => new Chunks(),
};
