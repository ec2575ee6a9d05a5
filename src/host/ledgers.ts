import { scopeOfRun } from '../../machines/protocol/scope.ts';
import { FUND } from '../../machines/budget/setup.ts';
import { ledgerOf } from '../../machines/lease.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import { sharingOf } from '../team/define-agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { tenancyOf, type TenantBudget } from './tenant-budget.ts';

/** What a system that runs share begins as. */
export interface Shared {
  readonly machine: 'ledger' | 'fund';
  readonly input: Json;
}

/** What a system that runs share begins as, by its name: the ledger of an agent, the fund of a tenant; undefined where there is none. */
export const sharedOf =
  ({ byId }: Organisation, budget: TenantBudget | undefined) =>
  (run: string): Shared | undefined => {
    const node = sharedIn(run) ?? '';
    const scope = scopeOfRun(run);
    if (ledgerOf(node) === FUND) {
      const { block: _, ...terms } = tenancyOf(budget, scope) ?? {};
      return 'allowance' in terms ? { machine: 'fund', input: terms as Json } : undefined;
    }
    const agent = byId.get(node);
    return agent?.shared && { machine: 'ledger', input: { ...sharingOf(agent) } };
  };

/** What a run has told something that other runs share with it. */
export const sharedTold = ({ peers }: System): string[] =>
  [...(peers?.keys() ?? [])].filter((run) => sharedIn(run) !== undefined);
