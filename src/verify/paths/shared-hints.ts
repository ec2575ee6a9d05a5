import type { BudgetContext } from '../../../machines/budget/schemas.ts';
import type { FundContext } from '../../../machines/fund.ts';
import type { LedgerContext } from '../../../machines/ledger.ts';
import type { SessionContext } from '../../../machines/session.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import type { Hints } from './hints.ts';

const WITHIN_MS = 1_000;
const nothing = (): readonly undefined[] => [undefined];
const firstOrNothing = (refs: readonly ValueRef[]) => [
  undefined,
  ...(refs.slice(0, 1) as unknown as readonly Json[]),
];

export const budget: Hints = {
  isFar: (context) => ((context as BudgetContext).lent?.steps ?? 0) > 0,
  inputs: () =>
    [
      { allowance: { steps: 1 }, agents: {}, maxRaises: 1, waitMs: WITHIN_MS },
      {
        allowance: {},
        agents: {},
        maxRaises: 1,
        waitMs: WITHIN_MS,
        tenant: { allowance: { steps: 2 }, block: { steps: 1 } },
      },
    ] as Json[],
  endings: { raise: ['approved', 'rejected'] },
  fields: {
    'budget.wanted': {
      from: () => ['a', 'b'],
      node: () => ['worker'],
      tokens: () => [0],
      steps: () => [1],
      isFree: nothing,
    },
    'budget.settled': {
      from: () => ['a', 'b'],
      node: () => ['worker'],
      tokens: () => [0],
      steps: () => [0, 1],
      cost: () => [0],
    },
    'child.ended': { value: nothing, reason: nothing, note: nothing },
    'block.lent': { from: () => ['fund'], amount: () => [{ tokens: 0, steps: 1, cost: 0 }] },
    'block.refused': { from: () => ['fund'], taken: () => [{ tokens: 0, steps: 2, cost: 0 }] },
  },
};

const sharings = [0, WITHIN_MS].map((freshMs) => ({
  freshMs,
  leaseMs: WITHIN_MS,
  maxGrants: 2,
}));
export const lease: Hints = {
  inputs: ([input]) =>
    [{ node: 'worker', version: 1, input, waitMs: WITHIN_MS, ...sharings[0] }] as unknown as Json[],
  endings: { work: ['done', 'failed', 'cancelled'] },
  fields: {
    'work.granted': { from: () => ['ledger'], fence: () => [1] },
    'work.settled': {
      from: () => ['ledger'],
      outcome: () => ['done'],
      value: firstOrNothing,
      reason: nothing,
      note: nothing,
    },
    'child.ended': { value: firstOrNothing, reason: nothing, note: nothing },
  },
};

const telling = { from: () => ['a', 'b'], actor: () => ['task'], work: () => ['one'] };
export const ledger: Hints = {
  isFar: (context) => ((context as LedgerContext).works['one']?.fence ?? 0) > 2,
  inputs: () => sharings,
  fields: {
    'lease.passed': { work: () => ['one'], fence: () => [1, 2] },
    'freshness.passed': { work: () => ['one'] },
    'work.wanted': {
      ...telling,
      sharing: () => sharings,
    },
    'values.forgotten': { values: () => [[], ['a']] },
    'work.left': telling,
    'work.renewed': { ...telling, fence: () => [1, 2] },
    'work.done': {
      ...telling,
      fence: () => [1, 2],
      outcome: () => ['done', 'failed'],
      value: nothing,
      reason: nothing,
      note: nothing,
    },
  },
};

const borrowing = { from: () => ['a', 'b'], actor: () => ['budget'] };
const steps = (count: number) => ({ tokens: 0, steps: count, cost: 0 });
export const fund: Hints = {
  inputs: () => [{ allowance: { steps: 1 } }],
  isFar: (context) => {
    const { spent, loans } = context as FundContext;
    return spent.steps > 1 || Object.values(loans).some(({ lent }) => lent.steps > 1);
  },
  fields: {
    'block.wanted': {
      ...borrowing,
      amount: () => [{ steps: 1 }],
      isGranted: () => [false, true],
      terms: () => [undefined, { allowance: { steps: 1 }, perMs: WITHIN_MS }],
    },
    'block.settled': { ...borrowing, lent: () => [steps(1)], used: () => [steps(0), steps(1)] },
  },
};

export const memory: Hints = {
  inputs: () => [{}] as Json[],
  fields: {
    'record.noted': {
      id: () => ['one', 'two'],
      record: (refs) => refs.slice(0, 1) as unknown as readonly Json[],
      kind: () => ['fact', 'lesson'],
      isHeld: () => [true, false],
    },
    'record.accepted': { id: () => ['one'] },
    'record.settled': { id: () => ['one'] },
    'record.forgotten': { id: () => ['one'] },
  },
};

export const schedule: Hints = {
  isFar: (context) => (context as { readonly looks: number }).looks > 2,
  inputs: ([since]) => [{ id: 'weekly', since }] as unknown as Json[],
  fields: {
    'tick.looked': { restMs: () => [WITHIN_MS] },
    'tick.failed': { reason: () => ['threw'], note: nothing },
  },
};

export const below: Hints = {
  inputs: ([input]) =>
    [
      { node: 'worker', version: 1, scope: 'path/there', input, withinMs: WITHIN_MS },
    ] as unknown as Json[],
  fields: {
    'run.ended': {
      outcome: () => ['done', 'refused'],
      value: (refs) => refs.slice(0, 1) as unknown as readonly Json[],
      reason: nothing,
      note: nothing,
    },
    'run.failed': { reason: () => ['leak'], note: nothing },
  },
};

export const session: Hints = {
  inputs: () => [{}] as Json[],
  isFar: (context) => (context as SessionContext).turns.length > 1,
  fields: { 'turn.begun': { run: () => ['a', 'b'] } },
};
