import type { Wire } from '../protocol/values.ts';
import type { Allowance, Amount, BudgetContext, Want } from './schemas.ts';

export const UNITS = ['tokens', 'steps', 'cost'] as const;
type Unit = (typeof UNITS)[number];
export const NOTHING: Amount = { tokens: 0, steps: 0, cost: 0 };

export const plus = (a: Amount, b: Amount): Amount => ({
  tokens: a.tokens + b.tokens,
  steps: a.steps + b.steps,
  cost: a.cost + b.cost,
});

/** What was taken and what is granted, by all or by one agent. */
export function taken({ spent, held }: BudgetContext, agent?: string): Amount {
  const amounts = [
    ...Object.entries(spent).flatMap(([node, amount]) =>
      agent === undefined || node === agent ? [amount] : [],
    ),
    ...Object.values(held).filter(({ node }) => agent === undefined || node === agent),
  ];
  return amounts.reduce(plus, NOTHING);
}

/**
 * What is left of one unit: each raise grants as much as there was at first.
 * @param isLent false: whatever is borrowed of the tenant's fund.
 */
function left(context: BudgetContext, node: string, unit: Unit, isLent: boolean): number {
  const all = taken(context)[unit];
  const of = (allowance: Allowance | undefined, used: number): number => {
    const most = allowance?.[unit];
    return most === undefined ? Infinity : most * (1 + context.raises) - used;
  };
  const own = of(context.agents[node], taken(context, node)[unit]);
  const isBorrowed = isLent && context.tenant?.allowance[unit] !== undefined;
  const lent = isBorrowed ? (context.lent?.[unit] ?? 0) - all : Infinity;
  return Math.max(0, Math.min(of(context.allowance, all), own, lent));
}

/** The steps that the run may still come to, whatever a person grants it; Infinity where they are not bounded. */
export function stepsAhead(context: BudgetContext): number {
  const { allowance, raises, maxRaises, isFinal } = context;
  const grants = 1 + (isFinal ? raises : maxRaises);
  return (allowance.steps ?? Infinity) * grants - taken(context).steps;
}

/** What a task can be granted now: what it wants or what is left; undefined where that would be nothing. */
export function offer(context: BudgetContext, want: Want, isLent = true): Amount | undefined {
  const { node, isFree } = want;
  const tokens = Math.min(want.tokens, left(context, node, 'tokens', isLent));
  const money = isFree ? Infinity : left(context, node, 'cost', isLent);
  // What a turn will cost nobody knows before it: money is looked at again after each.
  const wanted = money === Infinity ? want.steps : 1;
  const steps = Math.min(wanted, left(context, node, 'steps', isLent));
  const isEmpty = steps < 1 || (want.tokens > 0 && tokens < 1) || money === 0;
  return isEmpty ? undefined : { tokens, steps, cost: 0 };
}

/** The first who could be granted something, had the run borrowed enough of its tenant. */
const borrower = (context: BudgetContext): Want | undefined =>
  context.tenant && context.waiting.find((want) => offer(context, want, false) !== undefined);

export const mayBorrow = (context: BudgetContext): boolean => borrower(context) !== undefined;

/** What is to be borrowed: a block of each unit that is short, and what was taken beyond the last one. */
export function blockOf(context: BudgetContext): Allowance {
  const { tenant, lent = NOTHING } = context;
  const want = borrower(context);
  if (tenant === undefined || want === undefined) return {};
  const all = taken(context);
  const short = UNITS.filter(
    (unit) =>
      tenant.allowance[unit] !== undefined &&
      (unit !== 'tokens' || want.tokens > 0) &&
      (unit !== 'cost' || want.isFree !== true) &&
      lent[unit] - all[unit] <= 0,
  );
  return Object.fromEntries(
    short.map((unit) => [unit, (tenant.block[unit] ?? 1) + Math.max(0, all[unit] - lent[unit])]),
  );
}

/** The first who can be granted something: one who has used up its own holds up nobody else. */
export const grantable = (context: BudgetContext): Want | undefined =>
  context.waiting.find((want) => offer(context, want) !== undefined);

const literal = (value: number | string | null): Wire => ({ literal: value });
const units = (amount: Allowance): Record<string, Wire> =>
  Object.fromEntries(UNITS.map((unit) => [unit, literal(amount[unit] ?? null)]));
const record = (amount: Allowance): Wire => ({ record: units(amount) });

/** What a person is shown: what was granted so far, what was spent on what, and who wants more; and how the tenant stands. */
export function account(context: BudgetContext): Wire {
  const { allowance, raises, spent, waiting, tenant, refused } = context;
  const granted = Object.fromEntries(
    UNITS.map((unit) => {
      const most = allowance[unit];
      return [unit, literal(most === undefined ? null : most * (1 + raises))];
    }),
  );
  // By name: two accounts that are equal are shown alike.
  const byName = Object.entries(spent).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rows = byName.map(([agent, amount]) => ({
    record: { agent: literal(agent), ...units(amount) },
  }));
  const names = [...new Set(waiting.map(({ node }) => node))];
  return {
    record: {
      granted: { record: granted },
      spent: { list: rows },
      wanting: { list: names.map(literal) },
      ...(tenant &&
        refused && {
          tenant: { record: { allowance: record(tenant.allowance), taken: record(refused) } },
        }),
    },
  };
}
