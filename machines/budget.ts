//   open ⟲ budget.wanted ▶ budget.granted, as far as it goes; budget.settled gives back what was not taken
//     │ nothing is left for anybody who wants
//     ├── others may give back ──▶ short (budget.delayed) ── budget.settled ──▶ open; deadline.passed ──▶ exhausted
//     └── nobody holds anything ──▶ exhausted ── a raise is left ──▶ asking ── approved ──▶ open, with as much again
//   exhausted, asking (rejected, expired) ──▶ refusing ── budget.refused to all who wait ──▶ open, for good with what there is
//   from anywhere: stop.requested ──▶ closed, where nothing is granted any more
//
// The purse of one run: what its tasks may take is reserved before they begin, and settled when they end.
import { assign, setup } from 'xstate';
import { account, grantable, offer, plus } from './budget/arithmetic.ts';
import {
  BudgetContext,
  budgetEvents,
  BudgetInput,
  type Amount,
  type BudgetEvent,
  type Want,
} from './budget/schemas.ts';
import { outputs, type Fact } from './protocol/effects.ts';
import { SERVING } from './protocol/tags.ts';

/** The node by which a person is asked for more. */
export const BUDGET_GATE = '~budget';

const mayRaise = ({ isFinal, raises, maxRaises }: BudgetContext): boolean =>
  !isFinal && raises < maxRaises;

type Wanted = Extract<BudgetEvent, { type: 'budget.wanted' }>;

const base = setup({
  types: {} as { input: BudgetInput; context: BudgetContext; events: BudgetEvent },
  schemas: { input: BudgetInput, events: budgetEvents, context: BudgetContext },
  actions: {
    ...outputs,
    queue: assign({
      waiting: ({ context }, want: Want) => [
        ...context.waiting.filter(({ from }) => from !== want.from),
        want,
      ],
    }),
    hold: assign(
      ({ context }, { from, node, amount }: { from: string; node: string; amount: Amount }) => ({
        waiting: context.waiting.filter((want) => want.from !== from),
        held: { ...context.held, [from]: { node, ...amount } },
      }),
    ),
    settle: assign(
      ({ context }, { from, node, ...used }: Amount & { from: string; node: string }) => {
        const { [from]: _, ...held } = context.held;
        const isHeld = Object.hasOwn(context.held, from);
        const before = context.spent[node] ?? { tokens: 0, steps: 0, cost: 0 };
        return {
          held,
          waiting: context.waiting.filter((want) => want.from !== from),
          // Who was granted nothing has taken nothing.
          spent: isHeld ? { ...context.spent, [node]: plus(before, used) } : context.spent,
        };
      },
    ),
  },
  guards: {
    isGrantable: ({ context }) => grantable(context) !== undefined,
    isShort: ({ context }) => context.waiting.length > 0 && Object.keys(context.held).length > 0,
    isIdle: ({ context }) => context.waiting.length === 0,
    isExhausted: ({ context }) => context.waiting.length > 0,
    // In a pause nobody is asked, nor told no.
    mayAsk: ({ context }) => !context.isPaused && mayRaise(context),
    mustRefuse: ({ context }) => !context.isPaused && !mayRaise(context),
    /** Whoever holds nothing and waits for nothing has settled before. */
    isKnown: ({ context: { held, waiting }, event }) =>
      event.type === 'budget.settled' &&
      (Object.hasOwn(held, event.from) || waiting.some(({ from }) => from === event.from)),
    isApproved: ({ event }) => event.type === 'child.ended' && event.outcome === 'approved',
    /** Nobody is left who could give anything back. */
    isLone: ({ context }) => Object.keys(context.held).length === 0,
  },
});

/** Grants the first who can be granted something as much as there is of what it wants. */
const grant = base.enqueueActions(({ context, enqueue }) => {
  const want = grantable(context);
  const amount = want && offer(context, want);
  if (want === undefined || amount === undefined) return;
  const { from, node } = want;
  const { tokens, steps } = amount;
  enqueue({ type: 'hold', params: { from, node, amount } });
  enqueue({
    type: 'send',
    params: { to: { path: from }, event: { type: 'budget.granted', tokens, steps } as Fact },
  });
});

/** Tells all who wait. */
const tell = (type: string) =>
  base.enqueueActions(({ context, enqueue }) => {
    for (const { from } of context.waiting)
      enqueue({ type: 'send', params: { to: { path: from }, event: { type } } });
  });

/** Who comes while nothing is left is told so at once. */
const delayed = {
  actions: [
    {
      type: 'queue',
      params: ({ event: { type: _, ...want } }: { event: Wanted }) => want,
    } as const,
    {
      type: 'send',
      params: ({ event: { from } }: { event: Wanted }) => ({
        to: { path: from },
        event: { type: 'budget.delayed' },
      }),
    } as const,
  ],
};

export const budgetMachine = base.createMachine({
  id: 'budget',
  version: '1',
  options: { maxIterations: 1_000 },
  context: ({ input }) => ({
    ...input,
    spent: {},
    held: {},
    waiting: [],
    raises: 0,
    isFinal: false,
    isPaused: false,
  }),
  on: {
    'budget.wanted': {
      actions: { type: 'queue', params: ({ event: { type: _, ...want } }) => want },
    },
    'budget.settled': {
      guard: 'isKnown',
      actions: { type: 'settle', params: ({ event: { type: _, ...settled } }) => settled },
    },
    'stop.requested': '.closed',
    'run.paused': { actions: assign({ isPaused: () => true }) },
    'run.resumed': { actions: assign({ isPaused: () => false }) },
  },
  initial: 'open',
  states: {
    open: {
      tags: SERVING,
      always: [
        { guard: 'isGrantable', actions: grant },
        { guard: 'isShort', target: 'short' },
        { guard: 'isExhausted', target: 'exhausted' },
      ],
    },
    short: {
      entry: [
        {
          type: 'timer',
          params: ({ context: { waitMs } }) => ({
            id: 'wait',
            delayMs: waitMs,
            event: { type: 'deadline.passed' },
          }),
        },
        tell('budget.delayed'),
      ],
      exit: { type: 'clear', params: { id: 'wait' } },
      always: [
        { guard: 'isGrantable', target: 'open' },
        { guard: 'isLone', target: 'open' },
      ],
      on: { 'deadline.passed': 'exhausted', 'budget.wanted': delayed },
    },
    exhausted: {
      // In a pause others may have given back, or whoever waited may have gone.
      always: [
        { guard: 'isGrantable', target: 'open' },
        { guard: 'isIdle', target: 'open' },
        { guard: 'mayAsk', target: 'asking' },
        { guard: 'mustRefuse', target: 'refusing' },
      ],
    },
    asking: {
      entry: [
        {
          type: 'hand',
          params: ({ context }) => ({
            id: `raise-${context.raises + 1}`,
            node: BUDGET_GATE,
            input: account(context),
          }),
        },
        tell('budget.delayed'),
      ],
      always: { guard: 'isGrantable', actions: grant },
      on: {
        'budget.wanted': delayed,
        'child.ended': [
          {
            guard: 'isApproved',
            target: 'open',
            actions: assign({ raises: ({ context }) => context.raises + 1 }),
          },
          { target: 'refusing', actions: assign({ isFinal: () => true }) },
        ],
      },
    },
    refusing: {
      entry: [tell('budget.refused'), assign({ waiting: () => [] })],
      always: { target: 'open' },
    },
    // Who still works is being stopped, and settles.
    closed: { tags: SERVING, on: { 'budget.wanted': {} } },
  },
});
