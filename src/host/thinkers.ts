import type { AnyAgent } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Model } from './ports.ts';

/** What an agent plays in its organisation: a role, `judge` where it decides between advisers, or `worker`. */
export function roleOf({ roles, teams = [] }: Organisation, { id }: AnyAgent): string {
  const isJudge = teams
    .flatMap(({ nodes }) => Object.values(nodes))
    .some((node) => node.kind === 'decision' && node.ruler?.id === id);
  const [role] = Object.entries(roles).find(([, player]) => player === id) ?? [];
  return role ?? (isJudge ? 'judge' : 'worker');
}

/** For whom a model thinks. */
export const thinkers =
  (organisation: Organisation, model: Model | undefined) =>
  (agent: AnyAgent): boolean =>
    model !== undefined &&
    (model.thinksFor?.({ node: agent.id, role: roleOf(organisation, agent) }) ?? true);
