import { assign, setup } from 'xstate';
import { outputs } from '../protocol/effects.ts';
import { grantable, mayBorrow, NOTHING, plus } from './arithmetic.ts';
import {
  BudgetContext,
  budgetEvents,
  BudgetInput,
  type Amount,
  type BudgetEvent,
  type Want,
} from './schemas.ts';

/** The nodes by which a person is asked for more: of the run's own, and beyond the limit of its tenant. */
export const BUDGET_GATE = '~budget';
export const TENANT_GATE = '~tenant-budget';

/** The system that lends to all runs of a tenant. No node can be called so. */
export const FUND = '~~budget';

const mayRaise = ({ isFinal, raises, overdrafts = 0, maxRaises }: BudgetContext): boolean =>
  !isFinal && raises + overdrafts < maxRaises;
/** Names the question to a person that is asked now, or would be next. */
export const raiseOf = ({ raises, overdrafts = 0, dropped = 0 }: BudgetContext): string =>
  `raise-${raises + overdrafts + dropped + 1}`;

const isApproved = (context: BudgetContext, event: BudgetEvent): boolean =>
  event.type === 'child.ended' && event.outcome === 'approved' && event.id === raiseOf(context);

/** What the budget's transitions ask and do, by name. */
export const base = setup({
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
    borrow: assign({
      lent: ({ context: { lent = NOTHING } }, amount: Amount) => plus(lent, amount),
      refused: () => undefined,
    }),
    refuse: assign({ refused: (_, amount: Amount) => amount }),
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
    isApproved: ({ context, event }) => isApproved(context, event),
    isOverdraft: ({ context, event }) =>
      context.refused !== undefined && isApproved(context, event),
    isCurrent: ({ context, event }) =>
      event.type === 'child.ended' && event.id === raiseOf(context),
    isBorrowable: ({ context }) => context.refused === undefined && mayBorrow(context),
    /** It is its tenant's fund that has nothing left. */
    isRefused: ({ context }) => context.refused !== undefined,
    /** Nobody is left who could give anything back. */
    isLone: ({ context }) => Object.keys(context.held).length === 0,
  },
});
