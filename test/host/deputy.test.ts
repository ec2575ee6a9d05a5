// Goal: where a model comes to nothing, whatever the way, the form in code takes over, once, in what time and turns are left.
// Method: one agent with both forms before a model that goes wrong in each way there is; then the roles of the organisation that comes with Nova.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTool, Nova, type Model } from 'nova-agents';
import { organisation as included } from 'nova-agents/agents';
import { ManualClock, ScriptedModel } from 'nova-agents/testing';
import { ModelError } from '../../src/errors/model-error.ts';

const Text = z.strictObject({ text: z.string() });
const seen: string[] = [];
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: Text,
  output: Text,
  effect: 'reads',
  run: async (input) => {
    seen.push(input.text);
    return input;
  },
});
const both = (limits: object = {}, isSound = true) =>
  defineAgent({
    id: 'both',
    version: 1,
    does: 'Answers, in one way or the other.',
    input: Text,
    outcomes: { told: z.strictObject({ by: z.enum(['model', 'code']) }) },
    tools: [look],
    limits: { maxTurns: 6, ...limits },
    instructions: () => 'Tell.',
    act: async (input, say, io) => {
      await io.tool(look, { text: `code ${input.text}` });
      if (!isSound) throw new Error('the code is broken too');
      return say.told({ by: 'code' });
    },
    examples: [],
  });

const usage = { model: 'm', tokens: { input: 5, output: 5 }, cost: 1 };
const says = (outcome: string, value: unknown): Model => ({
  call: async () => ({ usage, says: { outcome, value } }),
});
const wants: Model = {
  call: async ({ calls }) => ({
    usage,
    wants: { tool: 'look', input: { text: `${calls.length}` } },
  }),
};
const throws = (error: Error): Model => ({
  call: async () => {
    throw error;
  },
});

const uses = (tool: string): Model => ({
  call: async () => ({ usage, wants: { tool, input: { text: 'again' } } }),
});

async function come(model: Model | undefined, limits?: object, isSound?: boolean) {
  seen.length = 0;
  const organisation = defineOrganisation({ id: 'one', agents: [both(limits, isSound)] });
  const nova = new Nova({ organisation, ...(model && { model }), breakers: false });
  const { outcome, value, reason } = await nova.run('both', { text: 'x' });
  await nova.close();
  return { outcome, value, ...(reason && { reason }) };
}

const byCode = { outcome: 'told', value: { by: 'code' } };

describe('2.12 the form in code takes over', () => {
  test('2.12 not where the model does its work', async () => {
    expect(await come(says('told', { by: 'model' }))).toEqual({
      outcome: 'told',
      value: { by: 'model' },
    });
    expect(seen).toEqual([]);
  });

  test.each([
    ['there is none', undefined],
    ['it cannot be reached', throws(new ModelError('unavailable', 'refused'))],
    ['it broke off, and was billed', throws(new ModelError('cut', 'cut', usage))],
    ['its adapter throws', throws(new Error('broken'))],
    ['it never meets its contract', says('told', { by: 'nobody' })],
    ['it says what is not declared', says('sung', {})],
    ['it refuses', says('refused', { reason: 'I may not.' })],
    ['it wants a tool that it does not have', uses('mail')],
  ])('2.12 where %s', async (_, model) => {
    expect(await come(model)).toEqual(byCode);
    expect(seen).toEqual(['code x']);
  });

  test('2.12 where its tokens are used up, and is fed nothing of what the model called', async () => {
    expect(await come(wants, { maxTokens: 15 })).toEqual(byCode);
    expect(seen).toEqual(['0', '1', 'code x']);
  });

  test('2.12 where it goes round, or nothing new comes of what it calls', async () => {
    expect(await come(uses('look'))).toEqual(byCode);
    expect(seen).toEqual(['again', 'again', 'code x']);
  });

  test('2.12 what the model took is counted, whatever it came to', async () => {
    const organisation = defineOrganisation({ id: 'one', agents: [both()] });
    const limits = { budget: { cost: 1, maxRaises: 0 } };
    const nova = new Nova({ organisation, model: uses('mail'), limits, breakers: false });
    const { outcome, usage: took } = await nova.run('both', { text: 'x' });
    await nova.close();
    // The money is gone, and code costs none.
    expect([outcome, took?.cost]).toEqual(['told', 1]);
  });

  test('2.12 once: what the code comes to stands', async () => {
    expect(await come(throws(new Error('broken')), {}, false)).toMatchObject({
      outcome: 'failed',
      reason: 'threw',
    });
  });

  test('2.12 only where a turn is left for it', async () => {
    expect(await come(says('sung', {}), { maxTurns: 2, maxRepairs: 1 })).toMatchObject({
      outcome: 'failed',
      reason: 'contract',
    });
  });

  test('2.12 where it hangs, in half of the time', async () => {
    const clock = new ManualClock();
    const begun = Promise.withResolvers<void>();
    const model: Model = {
      call: (_, signal) => {
        begun.resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
    };
    const organisation = defineOrganisation({ id: 'one', agents: [both({ deadlineMs: 10_000 })] });
    const nova = new Nova({ organisation, model, clock });
    const come_ = nova.run('both', { text: 'x' });
    await begun.promise;
    clock.advance(5_000);
    expect(await come_).toMatchObject(byCode);
    await nova.close();
  });
});

describe('those who coordinate, with a model', () => {
  const text = 'What is in progress in this project? Sing a song.';
  const parts = [
    {
      id: 'work',
      node: 'workspace-keeper',
      input: { text: 'What is in progress in this project?' },
    },
  ];
  const left = [{ text: 'Sing a song.', nearest: [] }];
  const ask = async (scripts: ConstructorParameters<typeof ScriptedModel>[0]) => {
    const model = new ScriptedModel(scripts);
    const nova = new Nova({ organisation: included, model });
    const result = await nova.ask(text, { project: '.' });
    await nova.close();
    return { result, calls: model.calls.map(({ node, role }) => `${node} as ${role}`) };
  };
  const several = () => ({ says: { outcome: 'several', value: { candidates: [] } } });

  test('2.12 each is asked in its role, and what it says is held to the same check', async () => {
    const { result, calls } = await ask({
      router: several,
      planner: () => ({ says: { outcome: 'planned', value: { plan: { parts }, unplaced: left } } }),
      composer: () => ({
        says: {
          outcome: 'composed',
          value: {
            text: 'All is told.',
            contributors: ['workspace-keeper'],
            notDone: [{ what: '`Sing a song.`', why: 'Nobody sings here.' }],
          },
        },
      }),
    });
    expect(result).toMatchObject({ outcome: 'partial', answer: { text: 'All is told.' } });
    expect(calls).toEqual(['router as router', 'planner as planner', 'composer as composer']);
  });

  test('2.12 a plan that drops a passage, a stranger and a wrong answer are mended once, then left to the rules', async () => {
    const { result, calls } = await ask({
      router: () => {
        throw new Error('no answer');
      },
      planner: () => ({ says: { outcome: 'planned', value: { plan: { parts }, unplaced: [] } } }),
      composer: () => ({
        says: { outcome: 'composed', value: { text: 'Done.', contributors: [], notDone: [] } },
      }),
    });
    expect(result.outcome).toBe('partial');
    expect(result.answer?.contributors).toEqual(['workspace-keeper']);
    expect(calls).toEqual([
      'router as router',
      'planner as planner',
      'planner as planner',
      'composer as composer',
      'composer as composer',
    ]);
  });
});
