import { and, assign, enqueueActions, not, setup } from 'xstate';
import { outputs } from '../../machines/protocol/effects.ts';

const base = setup({
  types: {} as {
    context: { count: number; people: string[] };
    events: { type: 'go' } | { type: 'wait' } | { type: 'leave' };
  },
  actions: outputs,
  guards: {
    came: (_, { id }: { id: string; as: readonly string[] }) => id.length > 0,
    mayGo: ({ context }) => context.count > 0,
  },
});

/** A machine with every construct that a picture must know. */
export const everythingMachine = base.createMachine({
  id: 'everything',
  version: '7',
  options: { maxIterations: 9 },
  context: { count: 0, people: [] },
  entry: { type: 'timer', params: { id: 'deadline', delayMs: 1, event: { type: 'leave' } } },
  on: { leave: { target: '.over' } },
  initial: 'calm',
  states: {
    calm: {
      tags: ['resting'],
      entry: {
        type: 'effect',
        params: ({ context }) => ({
          id: `ask-${context.count}`,
          kind: 'person.ask',
          params: {},
          withinMs: 1,
        }),
      },
      on: {
        go: [
          { guard: { type: 'came', params: { id: 'a', as: ['x', 'y'] } }, target: 'busy' },
          { target: 'calm', reenter: true },
        ],
        wait: { actions: assign({ count: ({ context }) => context.count + 1 }) },
      },
      always: { guard: and(['mayGo', not('mayGo')]), target: 'over' },
    },
    busy: {
      type: 'parallel',
      states: {
        left: { initial: 'one', states: { one: {}, past: { type: 'history', history: 'deep' } } },
        right: { initial: 'two', states: { two: { on: { go: '#everything.calm' } } } },
      },
      entry: enqueueActions(({ context, enqueue }) => {
        for (const id of context.people)
          enqueue({ type: 'send', params: { to: { child: id }, event: { type: 'stop' } } });
      }),
    },
    over: { type: 'final' },
  },
});
