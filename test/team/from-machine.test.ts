// Goal: a machine of one's own is a node like any other, and outlives a crash.
// Method: x
import { expect, test } from 'vitest';
import { assign, fromPromise, setup } from 'xstate';
import * as z from 'zod';
import {
  Ask,
  defineOrganisation,
  fromMachine,
  Nova,
  defineAgent,
  roleContracts,
} from 'nova-agents';

const machine = setup({
  types: {} as {
    input: { text: string };
    context: { text: string; user?: string };
    output: { outcome: 'found'; value: string };
  },
  actors: {
    fetchUser: fromPromise(async ({ input }: { input: { text: string } }) => `user ${input.text}`),
  },
  delays: { pause: 20 },
}).createMachine({
  id: 'lookup',
  context: ({ input }) => ({ text: input.text }),
  initial: 'waiting',
  states: {
    waiting: { after: { pause: 'fetching' } },
    fetching: {
      invoke: {
        src: 'fetchUser',
        input: ({ context }) => ({ text: context.text }),
        onDone: { target: 'done', actions: assign({ user: ({ event }) => event.output }) },
      },
    },
    done: { type: 'final' },
  },
  output: ({ context }) => ({ outcome: 'found' as const, value: context.user ?? '' }),
});
const lookup = fromMachine(machine, {
  id: 'lookup',
  version: 1,
  does: 'Looks up.',
  input: Ask,
  outcomes: { found: z.string() },
});
const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Plans one part.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) =>
    say.planned({ plan: { parts: [{ id: 'p', node: 'lookup', input: { text } }] }, unplaced: [] }),
});
test('thin', async () => {
  const nova = new Nova({
    organisation: defineOrganisation({
      id: 'o',
      agents: [planner],
      machines: [lookup],
      roles: { planner: 'planner' },
    }),
  });
  const result = await nova.ask('ada');
  console.log(JSON.stringify(result, null, 1));
  expect(result.report?.got[0]?.value).toBe('user ada');
  await nova.close();
});
