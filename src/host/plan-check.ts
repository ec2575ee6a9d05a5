import { Placed } from '../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { System, World } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import { parse } from '../team/contract.ts';
import { Parcel, type Reply } from './border.ts';

/**
 * Checks a plan, whoever made it, before anything of it runs: its shape and bounds, that each node exists,
 * that no part stands twice, that each input meets its node's contract.
 */
export function checkPlan(world: World, system: System, params: Json): Reply {
  const parcel = new Parcel(system);
  const { placed: ref } = params as unknown as { placed?: ValueRef };
  const placed = parse(Placed, ref === undefined ? undefined : resolve(system.values, ref));
  if (!placed.ok) return parcel.reply({ type: 'plan.refused', note: parcel.note(placed.issues) });
  const { plan, unplaced } = placed.value as unknown as Placed;
  const faults: string[] = [];
  const parts = plan.parts.map(({ id, node, input }, index) => {
    const spec = world.node(node);
    if (plan.parts.findIndex((part) => part.id === id) !== index)
      faults.push(`two parts are called ${id}`);
    if (spec === undefined) {
      faults.push(`part ${id}: there is no node ${node}`);
      return { id, node };
    }
    const parsed = spec.parseInput(input);
    if (parsed.ok)
      return { id, node, input: parcel.put(`${spec.id}@${spec.version}.input`, parsed.value) };
    faults.push(`part ${id}: ${parsed.issues}`);
    return { id, node };
  });
  if (faults.length > 0)
    return parcel.reply({ type: 'plan.refused', note: parcel.note(faults.join('\n')) });
  return parcel.reply({ type: 'plan.accepted', parts, isWhole: unplaced.length === 0 });
}
