// Goal: where a model gave nothing whole, whoever asks why is told so, of the agent whose model it was.
// Method: a team of two that think, of whom the second is failed by its model in each way there is.
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, defineTeam, ModelError, Nova } from 'nova-agents';

const agent = (id: string) =>
  defineAgent({
    id,
    version: 1,
    does: 'Thinks.',
    input: Ask,
    outcomes: { told: Ask },
    instructions: () => 'Think.',
    examples: [],
  });
const [first, second] = [agent('first'), agent('second')];
const pair = defineTeam({
  id: 'pair',
  version: 1,
  does: 'Thinks twice.',
  input: Ask,
  outcomes: { told: Ask },
  nodes: { first, second },
  start: { to: 'first' },
  routes: { first: { told: { to: 'second' } }, second: { told: { end: 'told' } } },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
const organisation = defineOrganisation({ id: 'two', agents: [first, second], teams: [pair] });

test.each(['cut', 'denied', 'filtered', 'garbled', 'unavailable'] as const)(
  '10.7 a model whose answer was %s is named with its agent and what was said of it',
  async (reason) => {
    const nova = new Nova({
      organisation,
      model: {
        call: async ({ node }) => {
          if (node === 'second') throw new ModelError(reason, 'the endpoint said so');
          const usage = { model: 'm', tokens: { input: 1, output: 1 }, cost: 0 };
          return { usage, says: { outcome: 'told', value: { text: 'fine' } } };
        },
      },
    });
    const { run } = await nova.run('pair', { text: 'x' });
    const { blame } = await nova.why(run);
    await nova.close();
    expect(blame).toMatchObject({
      node: 'second',
      kind: 'model',
      objection: 'the endpoint said so',
    });
  },
);
