// Responses: https://platform.openai.com/docs/api-reference/responses
import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { ModelError } from '../errors/model-error.ts';
import type { Answer } from './answer.ts';
import type { Dialect, Gathering } from './dialect.ts';
import type { Message } from './prompt.ts';

const Piece = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output_text'), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
]);
const Item = z.union([
  z.object({ type: z.literal('message'), content: z.array(Piece) }),
  z.object({ type: z.literal('function_call'), name: z.string(), arguments: z.string() }),
  // Its thoughts, and what later versions bring; nothing of what is known above gets in here.
  z.object({ type: z.string().refine((type) => type !== 'message' && type !== 'function_call') }),
]);
const Whole = z.object({
  status: z.string(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
  output: z.array(Item),
  usage: z.object({ input_tokens: z.int().min(0), output_tokens: z.int().min(0) }).nullish(),
});
type Whole = z.output<typeof Whole>;

/** @throws ModelError where the endpoint does not say that the answer is at its end. */
function finishOf({ status, incomplete_details: why, error }: Whole): Answer['finish'] {
  if (status === 'completed') return 'whole';
  if (status === 'incomplete' && why?.reason === 'max_output_tokens') return 'length';
  if (status === 'incomplete' && why?.reason === 'content_filter') return 'filter';
  if (status === 'failed')
    throw new ModelError('unavailable', `it failed: ${error?.message ?? 'it does not say why'}`);
  throw new ModelError('cut', `it ended without an end (status: ${status})`);
}

function read(json: unknown): Answer {
  const parsed = Whole.safeParse(json);
  if (!parsed.success) throw new ModelError('garbled', z.prettifyError(parsed.error));
  const { output, usage } = parsed.data;
  const pieces = output.flatMap((item) => ('content' in item ? item.content : []));
  return {
    finish: finishOf(parsed.data),
    text: pieces.map((piece) => ('text' in piece ? piece.text : '')).join(''),
    refusal: pieces.map((piece) => ('refusal' in piece ? piece.refusal : '')).join(''),
    calls: output.flatMap((item) =>
      'name' in item ? [{ tool: item.name, input: item.arguments }] : [],
    ),
    tokens: usage ? { input: usage.input_tokens, output: usage.output_tokens } : undefined,
  };
}

function itemOf(message: Message): Json {
  switch (message.kind) {
    case 'given':
      return { role: 'user', content: message.text };
    case 'called': {
      const { id, tool, input } = message;
      return { type: 'function_call', call_id: id, name: tool, arguments: input };
    }
    case 'returned':
      return { type: 'function_call_output', call_id: message.id, output: message.text };
  }
}

const Event = z.object({
  type: z.string(),
  sequence_number: z.number().optional(),
  delta: z.unknown().optional(),
  response: z.looseObject({ id: z.string().optional() }).optional(),
  message: z.string().optional(),
});
const LAST: readonly string[] = ['response.completed', 'response.incomplete', 'response.failed'];

/** Its last event has the answer whole; what comes before is only shown, and what comes after is not waited for. */
class Events implements Gathering {
  #id: string | undefined;
  #whole: unknown;
  #seen = -1;

  get isOver(): boolean {
    return this.#whole !== undefined;
  }

  take(json: unknown): string {
    const parsed = Event.safeParse(json);
    if (!parsed.success) throw new ModelError('garbled', z.prettifyError(parsed.error));
    const { type, sequence_number: number, delta, response, message } = parsed.data;
    if (type === 'error') throw new ModelError('unavailable', message ?? 'it does not say why');
    if (number !== undefined && number <= this.#seen)
      throw new ModelError('garbled', `its event ${number} came after ${this.#seen}`);
    this.#seen = number ?? this.#seen;
    this.#id ??= response?.id;
    if (response?.id !== this.#id && response !== undefined)
      throw new ModelError('garbled', `its response ${this.#id} goes on as ${response.id}`);
    if (LAST.includes(type)) this.#whole = response;
    return type === 'response.output_text.delta' && typeof delta === 'string' ? delta : '';
  }

  end(): Answer {
    if (this.#whole === undefined) throw new ModelError('cut', 'it ended without an end');
    return read(this.#whole);
  }
}

export const responses: Dialect = {
  api: 'responses',
  path: '/responses',
  list: 'input',
  bodyOf({ instructions, messages, tools, schema }, { model, maxOutputTokens }) {
    return {
      model,
      instructions,
      input: messages.map(itemOf),
      // Nothing is kept there: the journal has it.
      store: false,
      ...(schema !== undefined && {
        text: { format: { type: 'json_schema', name: 'answer', strict: true, schema } },
      }),
      ...(tools.length > 0 && {
        tools: tools.map(({ name, does, input, isStrict }) => ({
          type: 'function',
          name,
          description: does,
          parameters: input,
          strict: isStrict,
        })),
        parallel_tool_calls: false,
      }),
      ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    };
  },
  streaming: { stream: true },
  read,
  gather: () => new Events(),
};
