import type { AnyTeam } from './team.ts';

type TeamNode = AnyTeam['nodes'][string];

/** Who works at a node of a team: itself, or those between whom it divides the work or who advise and decide. */
export function membersOf(node: TeamNode): readonly TeamNode[] {
  if (node.kind === 'below') return [node.node];
  if (node.kind === 'fan') return Object.values(node.branches);
  if (node.kind === 'decision') {
    const advisers = Object.values(node.advisers).map(({ agent }) => agent);
    const deciding = [node.owner, node.ruler].filter((one) => one !== undefined && 'id' in one);
    return [...new Set([...advisers, ...deciding])];
  }
  return node.kind === 'plan' ? Object.values(node.nodes) : [node];
}
