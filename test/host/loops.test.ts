// Goal: an agent that does the same again and again is ended by name, and one that repeats itself but gets on is not.
// Method: agents in code over scripted tools, through the whole host; and the verdict itself over random histories of calls.
import { afterEach, expect, test } from 'vitest';
import * as fc from 'fast-check';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import type { TaskContext, ToolCall } from '../../machines/task/schemas.ts';
import { isLooping, isStalled, callsThatCount } from '../../machines/task/progress.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const Count = z.strictObject({ n: z.int() });
/** An agent that calls `look` for each number, and how that came out; the tool answers by its ordinal. */
async function looking(inputs: readonly number[], answers: (at: number) => number, polls = false) {
  let calls = 0;
  const look = defineTool({
    name: 'look',
    does: 'Looks.',
    input: Count,
    output: Count,
    effect: 'reads',
    polls,
    run: async () => ({ n: answers(calls++) }),
  });
  const agent = defineAgent({
    id: 'looker',
    version: 1,
    does: 'Looks again and again.',
    input: z.strictObject({}),
    outcomes: { done: Count },
    tools: [look],
    limits: { maxStalls: 4 },
    examples: [],
    act: async (_, say, io) => {
      for (const n of inputs) await io.tool(look, { n });
      return say.done({ n: inputs.length });
    },
  });
  const nova = new Nova({
    organisation: defineOrganisation({ id: 'lookers', agents: [agent], roles: {} }),
  });
  open.push(nova);
  const { outcome, reason } = await nova.run('looker', {});
  return { outcome, reason, calls };
}

test('7.9 the same call a third time, when nothing new came, ends its task', async () => {
  const same = await looking([1, 1, 1, 1], () => 7);
  expect(same).toEqual({ outcome: 'failed', reason: 'loop', calls: 2 });
  const turns = await looking([1, 2, 1, 2, 1, 2], () => 7);
  expect(turns).toEqual({ outcome: 'failed', reason: 'loop', calls: 5 });
});

test('7.9 calls that come to nothing new end their task at the limit', async () => {
  const round = [1, 2, 3, 4, 5];
  expect(await looking([...round, ...round], () => 7)).toEqual({
    outcome: 'failed',
    reason: 'stalled',
    calls: 9,
  });
});

test('7.9 repeated work that gets on, and a poll, are no loop', async () => {
  const progressing = await looking([1, 1, 1, 1, 1, 1], (at) => at);
  expect(progressing).toMatchObject({ outcome: 'done', calls: 6 });
  const others = await looking([1, 2, 3, 4, 5, 6, 7, 8], () => 7);
  expect(others).toMatchObject({ outcome: 'done', calls: 8 });
  const poll = await looking([1, 1, 1, 1, 1, 1, 1], (at) => (at < 6 ? 0 : 1), true);
  expect(poll).toMatchObject({ outcome: 'done', calls: 7 });
});

const hash = (name: string) => name.padEnd(64, '0');
const ref = (name: string) => ({ hash: hash(name), scope: 'local', contract: 'any' });
const call = ([tool, input, came]: readonly [string, string, string]): ToolCall => ({
  tool,
  input: ref(input),
  ...(came === 'x' ? { failed: 'threw' } : { result: ref(came) }),
});
const of = (...names: string[]) => fc.constantFrom(...names);
const past = fc.array(fc.tuple(of('look', 'poll'), of('a', 'b'), of('0', '1', 'x')), {
  maxLength: 6,
});
const standing = (calls: readonly ToolCall[], maxTurns: number, maxStalls: number): TaskContext =>
  ({
    calls,
    turn: calls.length,
    settings: { limits: { maxTurns, maxStalls }, tools: { look: {}, poll: { polls: true } } },
  }) as never;
const wanted = (tool: string, input: string): ToolCall => ({ tool, input: ref(input) });

test('7.9 nobody is ended whose last call came to something new', () => {
  fc.assert(
    fc.property(past, of('look', 'poll'), of('a', 'b'), (history, tool, input) => {
      const calls = [...history, ['look', input, 'new'] as const].map(call);
      const context = standing([...calls, wanted(tool, input)], 24, 1);
      expect([isLooping(context), isStalled(context)]).toEqual([false, false]);
    }),
  );
});

test('what the explorer keeps of the calls decides as all of them do', () => {
  const verdicts = (
    calls: readonly ToolCall[],
    ahead: readonly ToolCall[],
    maxTurns: number,
    maxStalls: number,
  ) =>
    ahead.map((next, at) => {
      const made = [...calls, ...ahead.slice(0, at)];
      if (made.length + 1 >= maxTurns) return 'turns';
      const context = standing(
        [...made, { tool: next.tool, input: next.input }],
        maxTurns,
        maxStalls,
      );
      return isLooping(context) ? 'loop' : isStalled(context) ? 'stalled' : 'on';
    });
  fc.assert(
    fc.property(
      fc.tuple(past, past, past, fc.integer({ min: 3, max: 7 }), fc.integer({ min: 1, max: 6 })),
      ([one, two, ahead, maxTurns, maxStalls]) => {
        const two_ = two.slice(0, one.length);
        fc.pre(two_.length === one.length);
        const keptOf = (history: typeof one) => {
          const context = standing(history.map(call), maxTurns, maxStalls);
          const kept = callsThatCount({ ...context, turn: history.length + 1 });
          return JSON.stringify(kept.map(([{ tool, input }, came]) => [tool, input.hash, came]));
        };
        fc.pre(keptOf(one) === keptOf(two_));
        const next = ahead.map(call);
        expect(verdicts(one.map(call), next, maxTurns, maxStalls)).toEqual(
          verdicts(two_.map(call), next, maxTurns, maxStalls),
        );
      },
    ),
    { numRuns: 3_000 },
  );
});
