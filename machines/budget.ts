//   open ⟲ budget.wanted ▶ budget.granted, as far as it goes; budget.settled gives back what was not taken
//     │ nothing is left for anybody who wants
//     ├── others may give back ──▶ short (budget.delayed) ── budget.settled ──▶ open; deadline.passed ──▶ exhausted
//     └── nobody holds anything ──▶ exhausted ── a raise is left ──▶ asking ── approved ──▶ open, with as much again
//   what is borrowed of the tenant's fund is used up ──▶ borrowing ▶ block.wanted ── block.lent ──▶ open; block.refused ──▶ short, exhausted
//   asking, and the fund lends again ──▶ open: the question is taken back
//   exhausted, asking (rejected, expired) ──▶ refusing ── budget.refused to all who wait ──▶ open, for good with what there is
//   from anywhere: stop.requested ──▶ closed, where nothing is granted any more; actor.closed ▶ block.settled
//
// The purse of one run: what its tasks may take is reserved before they begin, and settled when they end.
import { assign } from 'xstate';
import { account, blockOf, grantable, NOTHING, offer, taken } from './budget/arithmetic.ts';
import type { BudgetContext, BudgetEvent } from './budget/schemas.ts';
import { base, BUDGET_GATE, FUND, raiseOf, TENANT_GATE } from './budget/setup.ts';
import type { Fact } from './protocol/effects.ts';
import { SERVING } from './protocol/tags.ts';

type Wanted = Extract<BudgetEvent, { type: 'budget.wanted' }>;

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

/** Asks the fund for a block; how the fund is meant to be it says with its first word. */
const wanting = base.enqueueActions(({ context, enqueue }) => {
  const { tenant, lent, isGranted = false } = context;
  const { block: _, ...terms } = tenant ?? { block: {}, allowance: {} };
  const event = {
    type: 'block.wanted',
    amount: blockOf(context),
    isGranted,
    ...(lent === undefined && { terms }),
  };
  enqueue({ type: 'tell', params: { to: FUND, event, isSigned: true } });
  enqueue.assign({ lent: lent ?? NOTHING, isGranted: undefined });
});

/** What the run has taken of what it borrowed; what is held now is not given back by anybody. */
const settling = base.enqueueActions(({ context, enqueue }) => {
  const { lent } = context;
  if (lent === undefined) return;
  const event = { type: 'block.settled', lent, used: taken(context) };
  enqueue({ type: 'tell', params: { to: FUND, event, isSigned: true } });
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

const lent = {
  type: 'borrow' as const,
  params: ({ event }: { event: Extract<BudgetEvent, { type: 'block.lent' }> }) => event.amount,
};
const wait = {
  type: 'timer' as const,
  params: ({ context: { waitMs } }: { context: BudgetContext }) => ({
    id: 'wait',
    delayMs: waitMs,
    event: { type: 'deadline.passed' },
  }),
};
const waited = { type: 'clear', params: { id: 'wait' } } as const;
const open = { target: 'open', actions: lent } as const;

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
    'actor.closed': { actions: settling },
    'block.lent': { actions: lent },
    // A question that was taken back.
    'child.ended': {},
    'run.paused': { actions: assign({ isPaused: () => true }) },
    'run.resumed': { actions: assign({ isPaused: () => false }) },
  },
  initial: 'open',
  states: {
    open: {
      tags: SERVING,
      always: [
        { guard: 'isGrantable', actions: grant },
        { guard: 'isBorrowable', target: 'borrowing' },
        { guard: 'isShort', target: 'short' },
        { guard: 'isExhausted', target: 'exhausted' },
      ],
    },
    borrowing: {
      entry: [wanting, wait],
      exit: waited,
      on: {
        'block.lent': open,
        'block.refused': {
          target: 'open',
          actions: { type: 'refuse', params: ({ event }) => event.taken },
        },
        // Nobody answers for the fund: a person does.
        'deadline.passed': { target: 'open', actions: { type: 'refuse', params: NOTHING } },
      },
    },
    short: {
      entry: [wait, tell('budget.delayed')],
      exit: waited,
      always: [
        { guard: 'isGrantable', target: 'open' },
        { guard: 'isLone', target: 'open' },
      ],
      on: { 'deadline.passed': 'exhausted', 'budget.wanted': delayed, 'block.lent': open },
    },
    exhausted: {
      // In a pause others may have given back, or whoever waited may have gone.
      always: [
        { guard: 'isGrantable', target: 'open' },
        { guard: 'isIdle', target: 'open' },
        { guard: 'mayAsk', target: 'asking' },
        { guard: 'mustRefuse', target: 'refusing' },
      ],
      on: { 'block.lent': open },
    },
    asking: {
      entry: [
        {
          type: 'hand',
          params: ({ context }) => ({
            id: raiseOf(context),
            node: context.refused === undefined ? BUDGET_GATE : TENANT_GATE,
            input: account(context),
          }),
        },
        tell('budget.delayed'),
      ],
      always: { guard: 'isGrantable', actions: grant },
      on: {
        'budget.wanted': delayed,
        'block.lent': {
          guard: 'isRefused',
          target: 'open',
          actions: [
            lent,
            {
              type: 'send',
              params: ({ context }) => ({
                to: { child: raiseOf(context) },
                event: { type: 'stop.requested' },
              }),
            },
            assign({ dropped: ({ context: { dropped = 0 } }) => dropped + 1 }),
          ],
        },
        'child.ended': [
          {
            guard: 'isOverdraft',
            target: 'open',
            actions: assign(({ context: { overdrafts = 0 } }) => ({
              overdrafts: overdrafts + 1,
              isGranted: true as const,
              refused: undefined,
            })),
          },
          {
            guard: 'isApproved',
            target: 'open',
            actions: assign({ raises: ({ context }) => context.raises + 1 }),
          },
          {
            guard: 'isCurrent',
            target: 'refusing',
            actions: assign({ isFinal: () => true }),
          },
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
