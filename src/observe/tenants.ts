import type { Allowance, Amount } from '../../machines/budget/schemas.ts';
import { formerMachines } from '../../machines/builtin.ts';
import { FUND } from '../../machines/budget/setup.ts';
import { fundMachine, takenOf, type FundContext } from '../../machines/fund.ts';
import { tenantOf } from '../../machines/protocol/scope.ts';
import { fold, recordedOf } from '../engine/fold.ts';
import { DEFAULT_KERNEL_LIMITS } from '../kernel/limits.ts';
import type { Machine, World } from '../kernel/system.ts';
import type { Journal } from '../store/ports.ts';

/** How a tenant stands that is bounded: in this period, where there are periods. */
export interface TenantStats {
  readonly tenant: string;
  readonly allowance: Allowance;
  readonly perMs?: number;
  /** Lent to runs that go on, or taken by those that have ended. */
  readonly taken: Amount;
  /** Beyond the limit, by people. */
  readonly granted: Amount;
  /** Runs that have borrowed and not ended, and those that wait for something to be left. */
  readonly borrowing: number;
  readonly waiting: number;
}

/** All that a fund is interpreted with. */
const world: World = {
  machine(id, version) {
    const all = [['fund', fundMachine] as const, ...formerMachines];
    const found = all.find(
      ([name, { version: of }]) => name === id && (version ?? Number(of)) === Number(of),
    );
    return found && { version: Number(found[1].version), logic: found[1] as Machine };
  },
  node: () => undefined,
  mapping: () => undefined,
  limits: DEFAULT_KERNEL_LIMITS,
};

/** How the tenants stand that are bounded, from the journal alone; with a scope only the one whose it is. */
export async function tenantsOf(
  journal: Pick<Journal, 'list' | 'read'>,
  scope?: string,
): Promise<TenantStats[]> {
  const { runs } = await journal.list({ isOpen: true, withShared: true });
  const all: TenantStats[] = [];
  for (const { run } of runs) {
    const tenant = run.slice(0, -FUND.length - 1);
    if (run !== `${tenant}/${FUND}` || (scope !== undefined && tenantOf(scope) !== tenant))
      continue;
    const { system } = fold(world, run, recordedOf(await journal.read(run)));
    const context = system.actors.get('fund')?.state.context as unknown as FundContext;
    const { allowance, perMs, granted, loans, waiting } = context;
    const borrowing = Object.keys(loans).length;
    const taken = takenOf(context);
    all.push({
      tenant,
      allowance,
      ...(perMs !== undefined && { perMs }),
      taken,
      granted,
      borrowing,
      waiting: waiting.length,
    });
  }
  return all;
}
