//   serving ⟲ block.wanted ▶ block.lent, as far as it goes; where nothing is left block.refused, and who asked waits in line
//           ⟲ block.settled by a run that has ended: what it did not take comes back ─┐
//           ⟲ period.passed: as much again ──────────────────────────────────────────┴─▶ block.lent to who waits longest
//
// What all runs of a tenant may take together, a system of its own. A block counts from the moment in which it is lent, in the
// period in which it was; so a run that is never heard of again has spent its last one, and nothing is spent twice.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { NOTHING, UNITS } from './budget/arithmetic.ts';
import { Allowance, Amount, FundTerms } from './budget/schemas.ts';
import { outputs, type Fact } from './protocol/effects.ts';
import { stopRequested, type EventsOf } from './protocol/events.ts';
import type { Output } from './protocol/outcomes.ts';
import { SERVING } from './protocol/tags.ts';

/** Runs that may have borrowed, or wait, at once; who comes after is refused, and its person asked. */
const MOST_RUNS = 900;

/** Who tells: a run, and the actor in it. */
const told = { from: z.string(), actor: z.string() };
export const fundEvents = {
  external: {},
  answer: {},
  internal: { 'period.passed': z.strictObject({}), ...stopRequested },
  told: {
    /** `isGranted`: by a person, beyond the limit. `terms`: as the tenant's fund is meant to be from now on. */
    'block.wanted': z.strictObject({
      ...told,
      amount: Allowance,
      isGranted: z.boolean(),
      terms: FundTerms.optional(),
    }),
    'block.settled': z.strictObject({ ...told, lent: Amount, used: Amount }),
  },
} as const;
type FundEvent = EventsOf<typeof fundEvents>;

const Asking = z.strictObject({ who: z.string(), amount: Allowance, isGranted: z.boolean() });
type Asking = z.infer<typeof Asking>;
/** What a run has borrowed in all, and what of that counts in this period. */
const Loan = z.strictObject({ lent: Amount, counted: Amount });
export const FundContext = FundTerms.extend({
  /** By runs that have settled, in this period. */
  spent: Amount,
  /** Beyond the limit, by people, in this period. */
  granted: Amount,
  /** By address. */
  loans: z.record(z.string(), Loan),
  waiting: z.array(Asking),
  /** True: a period has begun. */
  isOpen: z.boolean(),
});
export type FundContext = z.infer<typeof FundContext>;

const addressOf = ({ from, actor }: { readonly from: string; readonly actor: string }): string =>
  `${from}#${actor}`;
type Unit = (typeof UNITS)[number];
const each = (amount: (unit: Unit) => number): Amount => ({
  tokens: amount('tokens'),
  steps: amount('steps'),
  cost: amount('cost'),
});
const NO_LOAN = { lent: NOTHING, counted: NOTHING };

/** What was lent, or taken for good, in this period. */
export const takenOf = ({ spent, loans }: FundContext): Amount =>
  each((unit) =>
    Object.values(loans).reduce((sum, { counted }) => sum + counted[unit], spent[unit]),
  );

const left = (context: FundContext, unit: Unit): number => {
  const most = context.allowance[unit];
  if (most === undefined) return Infinity;
  return Math.max(0, most + context.granted[unit] - takenOf(context)[unit]);
};

/**
 * What can be lent now of what is asked for: at most an equal share of what is left among those who borrow, so that many runs at once
 * do not hold all of it unspent. Undefined where of one unit there is nothing.
 */
function loanOf(context: FundContext, { who, amount, isGranted }: Asking): Amount | undefined {
  const wants = UNITS.filter((unit) => amount[unit] !== undefined);
  const others = Object.keys(context.loans).filter((one) => one !== who).length;
  if (others >= MOST_RUNS) return undefined;
  if (!isGranted && wants.some((unit) => left(context, unit) === 0)) return undefined;
  return each((unit) => {
    const wanted = amount[unit] ?? 0;
    if (isGranted) return wanted;
    const share = left(context, unit) / (others + 1);
    return Math.min(wanted, unit === 'cost' ? share : Math.ceil(share));
  });
}
const lendable = (context: FundContext): Asking | undefined =>
  context.waiting.find((asking) => loanOf(context, asking) !== undefined);

const askingOf = ({ amount, isGranted, ...who }: Wanted): Asking => ({
  who: addressOf(who),
  amount,
  isGranted,
});
type Wanted = Extract<FundEvent, { type: 'block.wanted' }>;
type Settled = Extract<FundEvent, { type: 'block.settled' }>;

const base = setup({
  types: {} as {
    input: z.infer<typeof FundTerms>;
    context: FundContext;
    events: FundEvent;
    output: Output;
  },
  schemas: { input: FundTerms, events: fundEvents, context: FundContext },
  actions: {
    ...outputs,
    queue: assign({
      waiting: ({ context }, asking: Asking) => {
        const others = context.waiting.filter(({ who }) => who !== asking.who);
        return others.length < MOST_RUNS ? [...others, asking] : others;
      },
    }),
    lend: assign(({ context }, { who, amount, isGranted }: Asking & { amount: Amount }) => {
      const { lent, counted } = context.loans[who] ?? NO_LOAN;
      const sum = (of: Amount) => each((unit) => of[unit] + amount[unit]);
      const beyond = (unit: Unit) =>
        isGranted ? Math.max(0, amount[unit] - left(context, unit)) : 0;
      return {
        loans: { ...context.loans, [who]: { lent: sum(lent), counted: sum(counted) } },
        waiting: context.waiting.filter((asking) => asking.who !== who),
        granted: each((unit) => context.granted[unit] + beyond(unit)),
      };
    }),
    /** A run says what it knows to have borrowed: a block may be on its way to it, and another may be forgotten here. */
    settle: assign(({ context }, { lent, used, ...event }: Settled) => {
      const who = addressOf(event);
      const { [who]: loan = NO_LOAN, ...loans } = context.loans;
      const back = (unit: Unit) =>
        Math.min(loan.counted[unit], Math.max(0, loan.lent[unit] - used[unit]));
      const over = (unit: Unit) => Math.max(0, used[unit] - Math.max(loan.lent[unit], lent[unit]));
      return {
        loans,
        waiting: context.waiting.filter((asking) => asking.who !== who),
        spent: each((unit) => context.spent[unit] + loan.counted[unit] - back(unit) + over(unit)),
      };
    }),
    /** Who borrowed nothing for a whole period is not remembered: what it gives back does not count any more. */
    refill: assign(({ context }) => ({
      spent: NOTHING,
      granted: NOTHING,
      isOpen: false,
      loans: Object.fromEntries(
        Object.entries(context.loans)
          .filter(([, { counted }]) => UNITS.some((unit) => counted[unit] > 0))
          .map(([who, { lent }]) => [who, { lent, counted: NOTHING }]),
      ),
    })),
  },
  guards: {
    isLendable: ({ context }) => lendable(context) !== undefined,
    /** It need not wait. */
    isServed: ({ context, event }) =>
      event.type === 'block.wanted' &&
      loanOf({ ...context, ...event.terms }, askingOf(event)) !== undefined,
  },
});

const lending = base.enqueueActions(({ context, enqueue }) => {
  const asking = lendable(context);
  const amount = asking && loanOf(context, asking);
  if (asking === undefined || amount === undefined) return;
  enqueue({ type: 'lend', params: { ...asking, amount } });
  const event = { type: 'block.lent', amount } as Fact;
  enqueue({ type: 'tell', params: { to: asking.who, event } });
});

/** Takes what is meant from now on, and begins a period with the first who asks in it. */
const open = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'block.wanted') return;
  const { allowance, perMs } = event.terms ?? context;
  const isNew = perMs !== context.perMs;
  const isBegun = context.isOpen && !isNew;
  if (perMs === undefined) enqueue({ type: 'clear', params: { id: 'period' } });
  else if (!isBegun) {
    const passed = { type: 'period.passed' } as Fact;
    enqueue({ type: 'timer', params: { id: 'period', delayMs: perMs, event: passed } });
  }
  enqueue.assign({ allowance, perMs, isOpen: perMs !== undefined });
});
const queue = {
  type: 'queue' as const,
  params: ({ event }: { event: Wanted }) => askingOf(event),
};
const refuse = {
  type: 'tell' as const,
  params: ({ context, event }: { context: FundContext; event: Wanted }) => ({
    to: addressOf(event),
    event: { type: 'block.refused', taken: takenOf(context) } as Fact,
  }),
};

export const fundMachine = base.createMachine({
  id: 'fund',
  version: '1',
  options: { maxIterations: 1_000 },
  context: ({ input }) => ({
    ...input,
    spent: NOTHING,
    granted: NOTHING,
    loans: {},
    waiting: [],
    isOpen: false,
  }),
  // Nobody does: what it lends is everybody's.
  on: { 'stop.requested': '.ended' },
  initial: 'serving',
  states: {
    serving: {
      tags: SERVING,
      always: { guard: 'isLendable', actions: lending },
      on: {
        'block.wanted': [
          { guard: 'isServed', actions: [open, queue] },
          { actions: [open, queue, refuse] },
        ],
        'block.settled': { actions: { type: 'settle', params: ({ event }) => event } },
        'period.passed': { actions: 'refill' },
      },
    },
    ended: { type: 'final' },
  },
  output: (): Output => ({ outcome: 'cancelled', reason: 'cancelled' }),
});
