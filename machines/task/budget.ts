import { and, assign } from 'xstate';
import type { Amount } from '../budget/schemas.ts';
import type { Fact } from '../protocol/effects.ts';
import type { TaskContext } from './schemas.ts';
import { taskSetup } from './setup.ts';

const NOTHING = { tokens: 0, steps: 0, cost: 0, isOut: false } as const;

/** To the budget of the run. */
const toPurse = ({ purse = '' }: TaskContext, event: Fact) => ({
  to: { path: purse },
  event,
  isSigned: true,
});

/** What it took of what it was granted: of a turn that never came back nobody knows, and it counts as all. */
function taken({ used = NOTHING, granted }: TaskContext): Amount {
  const { isOut, tokens, steps, cost } = used;
  return { tokens: isOut ? Math.max(tokens, granted?.tokens ?? 0) : tokens, steps, cost };
}

/** Gives back what it did not take; nothing where it never asked. */
export const settle = taskSetup.enqueueActions(({ context, enqueue }) => {
  const { node, used } = context;
  if (used === undefined) return;
  const event = { type: 'budget.settled', node, ...taken(context) };
  enqueue({ type: 'send', params: toPurse(context, event) });
});

const want = taskSetup.enqueueActions(({ context, enqueue }) => {
  const { node, settings, tokens = 0, turn, isDeputed } = context;
  const { maxTokens, maxTurns } = settings.limits;
  const isThought = settings.performer === 'model' && isDeputed !== true;
  const event = {
    type: 'budget.wanted',
    node,
    tokens: isThought ? Math.max(0, maxTokens - tokens) : 0,
    steps: maxTurns - turn + 1,
    ...(!isThought && { isFree: true }),
  };
  enqueue({ type: 'send', params: toPurse(context, event) });
});

/** Before each turn: whether there is anything left for it. */
export const affording = taskSetup.createStateConfig({
  always: [
    { guard: and(['isUsedUp', 'hasDeputy']), actions: 'depute' },
    {
      guard: 'isUsedUp',
      target: 'ended',
      actions: { type: 'end', params: { outcome: 'failed', reason: 'budget' } },
    },
    { guard: 'isUngranted', target: 'reserving' },
    { target: 'thinking' },
  ],
});

/** It has nothing to give back; code takes neither tokens nor money. */
const refused = [
  {
    guard: 'hasDeputy' as const,
    target: 'affording',
    actions: ['forgetBudget' as const, 'depute' as const],
  },
  {
    target: 'ended',
    actions: [
      'forgetBudget' as const,
      { type: 'end', params: { outcome: 'failed', reason: 'budget' } } as const,
    ],
  },
];
export const reserving = taskSetup.createStateConfig({
  entry: [settle, assign({ used: () => NOTHING, granted: () => undefined }), want],
  on: {
    'budget.granted': { target: 'thinking', actions: 'take' },
    'budget.delayed': 'delayed',
    'budget.refused': refused,
  },
});

/** Its time stands still while others work, or a person is asked: what it is granted then begins it anew. */
export const delayed = taskSetup.createStateConfig({
  entry: { type: 'clear', params: { id: 'deadline' } },
  on: {
    'budget.granted': {
      target: 'thinking',
      actions: ['take', { type: 'timer', params: ({ context }) => deadline(context) }],
    },
    // Also told again when a person is asked.
    'budget.delayed': {},
    'budget.refused': refused,
  },
});

/** For the whole task. */
export const deadline = ({ settings }: TaskContext) => ({
  id: 'deadline',
  delayMs: settings.limits.deadlineMs,
  event: { type: 'deadline.passed' },
  work: true,
});
