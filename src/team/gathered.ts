import type { AnyAgent } from './agent.ts';
import { defineOrganisation, type Organisation } from './define-organisation.ts';
import { membersOf } from './members.ts';
import type { AnyMachineNode, AnyTeam } from './team.ts';

/** Whatever can be given work by its id. */
export type AnyNode = AnyAgent | AnyTeam | AnyMachineNode;

/**
 * Nodes with everybody who works in them, as an organisation of their own.
 * @throws DefinitionError as `defineOrganisation`.
 */
export function gathered(id: string, nodes: readonly AnyNode[]): Organisation {
  const all = new Set(nodes);
  for (const node of all)
    if (node.kind === 'team')
      for (const inside of Object.values(node.nodes))
        for (const one of membersOf(inside)) if ('id' in one) all.add(one);
  const everybody = [...all];
  return defineOrganisation({
    id,
    agents: everybody.filter((node) => node.kind === 'agent'),
    teams: everybody.filter((node) => node.kind === 'team'),
    machines: everybody.filter((node) => node.kind === 'machine'),
  });
}
