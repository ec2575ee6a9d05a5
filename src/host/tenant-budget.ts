import * as z from 'zod';
import { Allowance, type BudgetInput } from '../../machines/budget/schemas.ts';
import { scopeOf, tenantOf } from '../../machines/protocol/scope.ts';

const UNITS = ['tokens', 'steps', 'cost'] as const;
const bounds = (allowance: Allowance): boolean =>
  UNITS.some((unit) => allowance[unit] !== undefined);

/** What all runs of a tenant, the first part of their scopes, may take together. */
export const TenantBudget = Allowance.extend({
  /** As much again after this time, counted from the first that is taken; without it never. */
  perMs: z.int().min(1).optional(),
  /** How much a run borrows at a time; default a twentieth. */
  block: Allowance.optional(),
  /** Other limits of single tenants, by name, in the place of those for all. */
  tenants: z.record(z.string().min(1), Allowance).optional(),
  /** Who may grant a run a block beyond the limit, by the ids of principals; default whoever asked for the run. */
  by: z.array(z.string().min(1)).min(1).max(64).optional(),
}).refine((budget) => [budget, ...Object.values(budget.tenants ?? {})].some(bounds), {
  error: 'names neither tokens nor steps nor cost',
});
export type TenantBudget = z.input<typeof TenantBudget>;

/** The terms on which the runs of a scope borrow; undefined where their tenant is not bounded. */
export function tenancyOf(budget: TenantBudget | undefined, scope: string): BudgetInput['tenant'] {
  if (budget === undefined) return undefined;
  const { perMs, block = {}, tenants = {}, by: _, ...rest } = TenantBudget.parse(budget);
  const tenant = tenantOf(scope);
  // A scope has names encoded.
  const [, own] = Object.entries(tenants).find(([name]) => scopeOf(name) === tenant) ?? [];
  const allowance = own ?? rest;
  if (!bounds(allowance)) return undefined;
  const blocks = UNITS.flatMap((unit) => {
    const most = allowance[unit];
    if (most === undefined) return [];
    const share = unit === 'cost' ? most / 20 : Math.ceil(most / 20);
    return [[unit, Math.min(most, block[unit] ?? share)]];
  });
  return {
    allowance,
    ...(perMs !== undefined && { perMs }),
    block: Object.fromEntries(blocks) as Allowance,
  };
}
