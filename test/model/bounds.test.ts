// Goal: a model that is never right, or never done, ends its task by name, within the limits, and is paid for as the budget says.
// Method: the whole host over an endpoint on loopback that says the same wrong thing for ever, by both APIs.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  Nova,
  type NovaOptions,
} from 'nova-agents';
import { Models } from 'nova-agents/models';
import { json, loopback, said, type Loopback } from './loopback.ts';
import { ways, type Saying, type Way } from './ways.ts';

let at: Loopback;
beforeAll(async () => {
  at = await loopback((_, response) => json(response, {}));
});
const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => at.close());

const Count = z.strictObject({ n: z.int() });
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: Count,
  output: Count,
  effect: 'reads',
  run: async (count) => count,
});
const peek = defineTool({
  ...look,
  name: 'peek',
  input: z.strictObject({ n: z.int().optional() }),
  run: async () => ({ n: 1 }),
});
const thinker = defineAgent({
  id: 'thinker',
  version: 1,
  does: 'Thinks.',
  input: Count,
  outcomes: { done: Count },
  tools: [look, peek],
  limits: { maxTurns: 6, maxRepairs: 2, maxTokens: 1_000 },
  examples: [],
  instructions: () => 'think',
});
const other = defineAgent({ ...thinker, id: 'other', tools: [] } as never) as typeof thinker;
/** First the one; where it fails, the other. */
const team = defineTeam({
  id: 'pair',
  version: 1,
  does: 'Thinks twice.',
  input: Count,
  outcomes: { done: Count },
  nodes: { first: other, second: thinker },
  start: { to: 'first' },
  routes: {
    first: { done: { end: 'done' }, failed: { to: 'second', with: () => ({ n: 1 }) } },
    second: { done: { end: 'done' } },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
const organisation = defineOrganisation({
  id: 'bounds',
  agents: [thinker, other],
  teams: [team],
  roles: {},
});

type Budget = NonNullable<NovaOptions['limits']>['budget'];
/** How a run comes out whose model says this at each request, and how many it makes. */
async function ended(
  { api, pieces }: Way,
  saying: (count: number) => Saying,
  { budget, node = 'thinker' }: { budget?: Budget; node?: string } = {},
) {
  at.asked.length = 0;
  at.answer = (_, response, count) => json(response, JSON.parse(pieces(saying(count)).join('')));
  // 2.00 an answer: of 20 tokens in and 10 out.
  const price = { input: 50_000, output: 100_000 };
  const worker = { model: 'm', baseURL: at.url, api, price };
  const model = new Models({ worker }, { env: {} });
  const nova = new Nova({ organisation, model, ...(budget && { limits: { budget } }) });
  open.push(nova);
  const shown: unknown[] = [];
  const run = nova.run(node, { n: 1 } as never, {
    onReviews: ([review]) => {
      if (review === undefined) return;
      shown.push(review.subject);
      void nova.decide(review.id, { is: 'reject' });
    },
  });
  const { outcome, reason } = await run;
  return { outcome, reason, asked: at.asked.length, shown };
}

describe.each(ways.filter(({ isStream }) => !isStream))('by $api', (way) => {
  const call = (name: string, input: object | string) => ({
    call: { name, input: typeof input === 'string' ? input : JSON.stringify(input) },
  });
  test.each([
    ['another schema', { text: said('done', { m: 1 }) }, 'contract', 3],
    ['an outcome that is not declared', { text: said('finished', { n: 1 }) }, 'contract', 3],
    ['an outcome of every object', { text: said('constructor', { n: 1 }) }, 'contract', 3],
    ['no JSON', { text: 'Hm.' }, 'contract', 3],
    ['nothing', { text: '' }, 'contract', 3],
    ['input that is no JSON', call('look', '{"n":'), 'contract', 3],
    ['input of another schema', call('look', { m: 1 }), 'contract', 3],
    // Those of one chunk that was lost, say.
    ['a call without arguments', call('peek', ''), 'contract', 3],
    ['the same call', call('look', { n: 1 }), 'loop', 3],
    ['a tool that is not granted', call('shoot', { n: 1 }), 'tool_not_granted', 1],
    ['a tool without a name', call('', { n: 1 }), 'tool_not_granted', 1],
    ['a text that is too long', { text: said('done', { n: 1 }), finish: 'length' }, 'cut', 1],
    ['what is withheld', { text: said('done', { n: 1 }), finish: 'content_filter' }, 'filtered', 1],
  ] as const)('%s, for ever', async (_, saying, reason, asked) => {
    const came = await ended(way, () => saying);
    expect(came).toEqual({ outcome: 'failed', reason, asked, shown: [] });
  });

  test('always another call', async () => {
    const came = await ended(way, (n) => call('look', { n }));
    expect(came).toMatchObject({ outcome: 'failed', reason: 'turns', asked: 6 });
  });

  test('7.10 what it says is paid for, whatever it is worth', async () => {
    const paid = (...answers: readonly [string, number][]) => ({
      outcome: 'failed',
      reason: 'budget',
      asked: answers.reduce((sum, [, count]) => sum + count, 0),
      shown: [
        {
          spent: answers.map(([agent, count]) => ({
            agent,
            tokens: 30 * count,
            steps: count,
            cost: 2 * count,
          })),
        },
      ],
    });
    const calls = (n: number) => call('look', { n });
    const wrong = () => ({ text: said('done', { m: 1 }) });
    const thought = (count: number) => paid(['thinker', count]);
    expect(await ended(way, calls, { budget: { tokens: 70 } })).toMatchObject(thought(3));
    expect(await ended(way, calls, { budget: { cost: 5 } })).toMatchObject(thought(3));
    expect(await ended(way, wrong, { budget: { cost: 3 } })).toMatchObject(thought(2));
    // A call that is not granted has been paid for as well.
    const both = paid(['other', 1], ['thinker', 2]);
    expect(await ended(way, calls, { budget: { cost: 5 }, node: 'pair' })).toMatchObject(both);
  });
});
