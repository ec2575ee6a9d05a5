import { stepsAhead } from '../../machines/budget/arithmetic.ts';
import type { BudgetContext } from '../../machines/budget/schemas.ts';
import { Placed, type PlanBounds } from '../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { BUDGET, rootOf, type System, type World } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import { checkPlan } from '../team/check-plan.ts';
import { parse } from '../team/contract.ts';
import { Parcel, type Reply } from './border.ts';

interface Params {
  readonly placed?: ValueRef;
  readonly bounds?: PlanBounds;
}

/** The border for plans: one that does not hold is refused with all that is wrong with it, before anything of it runs. */
export function answerPlanCheck(world: World, system: System, params: Json): Reply {
  const parcel = new Parcel(system);
  const refuse = (issues: string): Reply =>
    parcel.reply({ type: 'plan.refused', note: parcel.note(issues) });
  const { placed: ref, bounds } = params as unknown as Params;
  const placed = parse(Placed, ref === undefined ? undefined : resolve(system.values, ref));
  if (!placed.ok) return refuse(placed.issues);
  const { plan, unplaced } = placed.value as unknown as Placed;
  const budget = system.actors.get(`${rootOf(system)}/${BUDGET}`)?.state.context;
  const checked = checkPlan(plan, (node) => world.node(node), {
    ...bounds,
    ...(budget !== undefined && { stepsAhead: stepsAhead(budget as unknown as BudgetContext) }),
  });
  if (!checked.ok) return refuse(checked.issues);
  const parts = checked.parts.map(({ spec, value, ...part }) => ({
    ...part,
    input: parcel.put(`${spec.id}@${spec.version}.input`, value),
  }));
  return parcel.reply({ type: 'plan.accepted', parts, isWhole: unplaced.length === 0 });
}
