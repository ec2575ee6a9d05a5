import { assign } from 'xstate';
import { completed, personOn, taskSetup } from './setup.ts';

/** It may have written, or not. Once it is tried again; twice in doubt, and its agent is told. */
export const doubting = taskSetup.createStateConfig({
  always: [
    {
      guard: 'isAgain',
      target: 'returning',
      actions: assign({ calls: ({ context }) => completed(context, { failed: 'in_doubt' }) }),
    },
    { guard: 'asksInDoubt', target: 'asking' },
    {
      target: 'calling',
      actions: assign({ calls: ({ context }) => completed(context, { again: true }) }),
    },
  ],
});

/** A person approves that it is done again, gives what it returned, or leaves it. */
export const asking = taskSetup.createStateConfig({
  entry: {
    type: 'spawn',
    params: ({ context }) => personOn(context, 'doubt'),
  },
  on: {
    'child.ended': [
      {
        guard: 'isApproved',
        target: 'calling',
        actions: assign({ calls: ({ context }) => completed(context, { again: true }) }),
      },
      {
        guard: 'isEdited',
        target: 'returning',
        actions: assign({
          calls: ({ context, event: { value } }) =>
            completed(context, value ? { result: value } : { failed: 'in_doubt' }),
        }),
      },
      {
        target: 'returning',
        actions: assign({
          calls: ({ context, event: { note } }) =>
            completed(context, { failed: 'in_doubt', ...(note && { note }) }),
        }),
      },
    ],
  },
});
