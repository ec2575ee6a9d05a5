import * as z from 'zod';
import type { Usage } from '../../machines/protocol/usage.ts';
import { ModelError } from '../errors/model-error.ts';
import type { ModelReply, ModelTool } from '../host/ports.ts';

/** What an endpoint gave, whole, whichever API it speaks. */
export interface Answer {
  readonly text: string;
  /** The model's own words for why it will not. */
  readonly refusal: string;
  /** Arguments as the model wrote them. */
  readonly calls: readonly { readonly tool: string; readonly input: string }[];
  /** `length`: it reached its limit; `filter`: withheld. */
  readonly finish: 'whole' | 'length' | 'filter';
  readonly tokens: { readonly input: number; readonly output: number } | undefined;
}

/** How every answer is shaped: strict schemas have no choice at their top. */
export const Wrapped = z.object({
  result: z.object({ outcome: z.string(), value: z.unknown() }),
});

/** Undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In words, models like to put a fence around it. */
const jsonIn = (text: string): unknown =>
  parsed(text) ?? parsed(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));

/** Some leave out the arguments of a tool that takes none; of any other one they were lost. */
function argumentsOf(
  { tool, input }: Answer['calls'][number],
  tools: readonly ModelTool[],
): string {
  const schema = tools.find(({ name }) => name === tool)?.input as
    | { properties?: object }
    | undefined;
  const isBare = Object.keys(schema?.properties ?? { any: true }).length === 0;
  return input.trim() === '' && isBare ? '{}' : input;
}

/**
 * What an answer means.
 * @param tools those that it could call.
 * @throws ModelError where it is not whole, or was withheld.
 */
export function replyOf(
  { text, refusal, calls, finish }: Answer,
  usage: Usage,
  tools: readonly ModelTool[],
): ModelReply {
  if (finish === 'length')
    throw new ModelError('cut', 'its answer reached the limit of what it may write', usage);
  if (finish === 'filter') throw new ModelError('filtered', 'its answer was withheld', usage);
  // One call a turn: what else it wanted it wants again, or no more.
  const [call] = calls;
  if (call !== undefined) {
    const input = parsed(argumentsOf(call, tools));
    if (input === undefined) return { usage, broken: `the input of ${call.tool} is no JSON` };
    return { usage, wants: { tool: call.tool, input } };
  }
  if (refusal !== '') return { usage, says: { outcome: 'refused', value: { reason: refusal } } };
  if (text.trim() === '') return { usage, broken: 'it said nothing' };
  const wrapped = Wrapped.safeParse(jsonIn(text));
  if (!wrapped.success)
    return { usage, broken: 'it is not of the form { "result": { "outcome": …, "value": … } }' };
  const { outcome, value } = wrapped.data.result;
  return { usage, says: { outcome, value } };
}
