import type { AnyAgent } from './agent.ts';
import { organised, type Organisation } from './define-organisation.ts';
import { membersOf } from './members.ts';
import { editionsOf } from './previous.ts';
import type { AnyMachineNode, AnyTeam } from './team.ts';

/** Whatever can be given work by its id. */
export type AnyNode = AnyAgent | AnyTeam | AnyMachineNode;

/**
 * Nodes with everybody who works in them, and in what they keep, as an organisation of their own.
 * @throws DefinitionError as `defineOrganisation`.
 */
export function gathered(id: string, nodes: readonly AnyNode[]): Organisation {
  const all = new Set(nodes);
  for (const node of all)
    if (node.kind === 'team')
      for (const team of editionsOf(node))
        for (const inside of Object.values(team.nodes))
          for (const one of membersOf(inside)) if ('id' in one) all.add(one);
  // Whoever has a newer edition here stands in that one.
  const everybody = [...all].filter(
    (node) => ![...all].some((other) => other.id === node.id && other.version > node.version),
  );
  const definition = {
    id,
    agents: everybody.filter((node) => node.kind === 'agent'),
    teams: everybody.filter((node) => node.kind === 'team'),
    machines: everybody.filter((node) => node.kind === 'machine'),
  };
  return organised(definition, true);
}
