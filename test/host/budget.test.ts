// Goal: what a run may take is reserved before it is taken, and where it is used up a person decides, shown what went where.
// Method: agents in code and by a scripted model under small budgets, over the whole host; every answer of the person.
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  fan,
  Nova,
  type NovaOptions,
} from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import type { Model } from '../../src/host/ports.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const Count = z.strictObject({ n: z.int() });
const step = defineTool({
  name: 'step',
  does: 'Takes a step.',
  input: Count,
  output: Count,
  effect: 'reads',
  run: async (count) => count,
});
const walker = defineAgent({
  id: 'walker',
  version: 1,
  does: 'Takes so many turns.',
  input: Count,
  outcomes: { done: Count },
  tools: [step],
  examples: [],
  act: async ({ n }, say, io) => {
    for (let at = 1; at < n; at += 1) await io.tool(step, { n: at });
    return say.done({ n });
  },
});
const thinker = defineAgent({
  id: 'thinker',
  version: 1,
  does: 'Thinks.',
  input: Count,
  outcomes: { done: Count },
  tools: [step],
  limits: { maxTokens: 1_000 },
  examples: [],
  instructions: () => 'think',
});
const both = fan({
  input: z.strictObject({}),
  branches: { a: walker, b: walker, c: walker },
  with: { a: () => ({ n: 2 }), b: () => ({ n: 3 }), c: () => ({ n: 4 }) },
});
const teamOf = (all: typeof both) =>
  defineTeam({
    id: 'walkers',
    version: 1,
    does: 'Walks.',
    input: z.strictObject({}),
    outcomes: { walked: z.array(z.string()) },
    nodes: { both: all },
    start: { to: 'both' },
    routes: {
      both: {
        all: { end: 'walked', with: ({ got }) => got.map(({ id }) => id) },
        some: {
          end: 'walked',
          with: ({ lost }) => lost.map(({ id, reason }) => `${id} ${reason ?? ''}`),
        },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
const team = teamOf(both);
const organisation = defineOrganisation({
  id: 'budgets',
  agents: [walker, thinker],
  teams: [team],
  roles: {},
});

function nova(
  budget: NonNullable<NonNullable<NovaOptions['limits']>['budget']>,
  more: Partial<NovaOptions> = {},
) {
  const made = new Nova({ organisation, limits: { budget }, ...more });
  open.push(made);
  return made;
}
/** Goes on until nobody is asked any more; says what was shown. */
async function decided(
  one: Nova,
  node: string,
  input: object,
  verdicts: readonly ('approve' | 'reject')[],
) {
  const shown: unknown[] = [];
  const left = [...verdicts];
  const settled = one.run(node, input as never, {
    id: 'r',
    onReviews: (reviews) => {
      const [review] = reviews;
      const is = review && left.shift();
      if (review === undefined || is === undefined) return;
      shown.push(review.purpose, review.subject);
      void one.decide(review.id, { is });
    },
  });
  const { outcome, reason, value } = await settled;
  return { outcome, reason, value, shown };
}

test('7.10 a budget that is used up asks a person, who is shown what was spent on what and may grant as much again', async () => {
  expect(await decided(nova({ steps: 3 }), 'walker', { n: 5 }, ['approve'])).toEqual({
    outcome: 'done',
    reason: undefined,
    value: { n: 5 },
    shown: [
      'budget',
      {
        granted: { tokens: null, steps: 3, cost: null },
        spent: [{ agent: 'walker', tokens: 0, steps: 3, cost: 0 }],
        wanting: ['walker'],
      },
    ],
  });
});

test('7.10 where nobody grants more, or no raise is left, the work ends as failed by its budget', async () => {
  expect(await decided(nova({ steps: 3 }), 'walker', { n: 5 }, ['reject'])).toMatchObject({
    outcome: 'failed',
    reason: 'budget',
  });
  const raised = await decided(nova({ steps: 2, maxRaises: 1 }), 'walker', { n: 9 }, ['approve']);
  expect(raised).toMatchObject({ outcome: 'failed', reason: 'budget' });
  expect(raised.shown).toHaveLength(2);
});

test('7.10 what is within its budget is not asked about, and what one does not take another gets', async () => {
  const walked = await decided(nova({ steps: 26 }), 'walkers', {}, []);
  expect(walked).toMatchObject({ outcome: 'walked', value: ['a', 'b', 'c'], shown: [] });
});

test('7.10 who has used up its own budget holds up nobody else', async () => {
  const budget = { agents: { walker: { steps: 7 } }, maxRaises: 0 };
  const walked = await decided(nova(budget), 'walkers', {}, []);
  expect(walked).toMatchObject({ outcome: 'walked', value: ['c budget'] });
});

test('7.10 tokens and money count as the model says, and an agent keeps to its own', async () => {
  let calls = 0;
  const model: Model = {
    call: async () => {
      calls += 1;
      const usage = { model: 'm', tokens: { input: 300, output: 100 }, cost: 0.5 };
      return { usage, wants: { tool: 'step', input: { n: calls } } };
    },
  };
  // Three turns of 400 tokens are over its own 1,000.
  const own = await decided(nova({ tokens: 5_000 }, { model }), 'thinker', { n: 1 }, []);
  expect([own, calls]).toMatchObject([{ outcome: 'failed', reason: 'budget', shown: [] }, 3]);
  calls = 0;
  const money = await decided(nova({ cost: 1, maxRaises: 0 }, { model }), 'thinker', { n: 1 }, []);
  expect([money, calls]).toMatchObject([{ outcome: 'failed', reason: 'budget' }, 2]);
});

test('7.10 2.12 where the money is gone the code goes on, which costs none, and nobody is asked', async () => {
  const twofold = defineAgent({
    id: 'twofold',
    version: 1,
    does: 'Counts, in one way or the other.',
    input: Count,
    outcomes: { done: Count },
    tools: [step],
    instructions: () => 'Count.',
    act: async (count, say, io) => say.done(await io.tool(step, count)),
    examples: [],
  });
  let calls = 0;
  const model: Model = {
    call: async () => {
      calls += 1;
      const usage = { model: 'm', tokens: { input: 3, output: 1 }, cost: 1 };
      return { usage, wants: { tool: 'step', input: { n: calls } } };
    },
  };
  const office = defineOrganisation({ id: 'one', agents: [twofold] });
  const limits = { budget: { cost: 2, maxRaises: 0 } };
  const one = new Nova({ organisation: office, model, limits });
  const { outcome } = await one.run('twofold', { n: 40 });
  await one.close();
  expect([outcome, calls]).toEqual(['done', 2]);
});

test('7.10 a budget for an agent that is not there bounds nobody, and is refused', async () => {
  const one = nova({ agents: { wlaker: { steps: 1 } } });
  await expect(one.run('walker', { n: 1 })).rejects.toMatchObject({ code: 'bad_request' });
});

test('7.10 what is given back in a pause is granted when the run goes on, and nobody is asked or told no', async () => {
  const gates: (() => void)[] = [];
  const wait = defineTool({
    ...step,
    name: 'wait',
    timeoutMs: 1_000_000,
    run: async (count) => {
      if (gates.length === 0) await new Promise<void>((go) => gates.push(go));
      return count;
    },
  });
  const waiter = defineAgent({
    id: 'walker',
    version: 1,
    does: 'Waits.',
    input: Count,
    outcomes: { done: Count },
    tools: [wait],
    limits: { deadlineMs: 900_000 },
    examples: [],
    act: async (count, say, io) => say.done(await io.tool(wait, count)),
  });
  const two = fan({
    input: z.strictObject({}),
    branches: { a: waiter, b: waiter },
    with: { a: () => ({ n: 1 }), b: () => ({ n: 2 }) },
  });
  const clock = new ManualClock(1_000);
  const one = nova(
    { steps: 20, maxRaises: 0 },
    {
      clock,
      organisation: defineOrganisation({
        id: 'waiters',
        agents: [waiter],
        teams: [teamOf(two as never)],
        roles: {},
      }),
    },
  );
  const rest = async () => {
    for (let at = 0; at < 100; at += 1) await new Promise((go) => setImmediate(go));
  };
  const settled = one.run('walkers', {}, { scope: 'local', id: 'r' });
  await rest();
  await one.send('local/r#solo', { type: 'run.paused' });
  clock.advance(60_001);
  await rest();
  gates[0]?.();
  await rest();
  await one.send('local/r#solo', { type: 'run.resumed' });
  expect(await settled).toMatchObject({ outcome: 'walked', value: ['a', 'b'] });
});
