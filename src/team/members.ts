import type { AnyTeam } from './team.ts';

type TeamNode = AnyTeam['nodes'][string];

/** Who works at a node of a team: itself, or those between whom it divides the work. */
export function membersOf(node: TeamNode): readonly TeamNode[] {
  if (node.kind === 'fan') return Object.values(node.branches);
  return node.kind === 'plan' ? Object.values(node.nodes) : [node];
}
