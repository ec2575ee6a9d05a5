// Goal: an agent's code that is begun anew goes through its recorded calls without asking again, or is found out.
// Method: sessions are driven turn by turn, with whole, half and forged records.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineTool } from 'nova-agents';
import { ActSession, type RecordedCall } from '../../src/host/act-session.ts';

const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({ at: z.string() }),
  output: z.string(),
  effect: 'reads',
  run: async () => '',
});
const begun: string[] = [];
const agent = defineAgent({
  id: 'agent',
  version: 1,
  does: 'Looks twice, at once and once more.',
  input: Ask,
  outcomes: { done: z.array(z.string()) },
  tools: [look],
  examples: [],
  act: async ({ text }, say, io) => {
    begun.push(text);
    const both = await Promise.all([io.tool(look, { at: 'a' }), io.tool(look, { at: 'b' })]);
    const last = await io.tool(look, { at: both.join('') }).catch((error: Error) => error.message);
    return say.done([...both, last]);
  },
});
const call = (at: string, value: string): RecordedCall => ({
  tool: 'look',
  input: { at },
  result: { value },
});
const session = (recorded: readonly RecordedCall[]) =>
  new ActSession(agent, { text: 'x' }, recorded);

test('9.3 calls are asked for one by one, in the order in which the code made them', async () => {
  const one = session([]);
  const calls = [call('a', 'A'), call('b', 'B')];
  expect(await one.turn([])).toEqual({ kind: 'wants', tool: 'look', input: { at: 'a' } });
  expect(await one.turn(calls.slice(0, 1))).toEqual({
    kind: 'wants',
    tool: 'look',
    input: { at: 'b' },
  });
  expect(await one.turn(calls)).toEqual({ kind: 'wants', tool: 'look', input: { at: 'AB' } });
  const failed: RecordedCall = { tool: 'look', input: { at: 'AB' }, result: { failed: 'hung' } };
  expect(await one.turn([...calls, failed])).toEqual({
    kind: 'says',
    said: { outcome: 'done', value: ['A', 'B', 'look: hung'] },
  });
  expect(one.isOver).toBe(true);
});

test('9.3 a session that is begun anew is fed what is on record and asks only for the rest', async () => {
  const calls = [call('a', 'A'), call('b', 'B')];
  begun.length = 0;
  expect(await session(calls).turn(calls)).toEqual({
    kind: 'wants',
    tool: 'look',
    input: { at: 'AB' },
  });
  expect(begun).toEqual(['x']);
});

test.each([
  ['another input', [call('z', 'Z')]],
  ['another tool', [{ ...call('a', 'A'), tool: 'listen' }]],
  [
    'more calls than the code makes',
    [call('a', 'A'), call('b', 'B'), call('AB', 'C'), call('d', 'D')],
  ],
])('9.3 a record with %s is found out', async (_, calls) => {
  expect(await session(calls).turn(calls)).toMatchObject({ kind: 'nondeterministic' });
});
