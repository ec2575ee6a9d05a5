import type { AnyAgent } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Model } from './ports.ts';

/** What an agent plays in its organisation: a role, or `worker`. */
export const roleOf = ({ roles }: Organisation, { id }: AnyAgent): string =>
  Object.entries(roles).find(([, player]) => player === id)?.[0] ?? 'worker';

/** For whom a model thinks. */
export const thinkers =
  (organisation: Organisation, model: Model | undefined) =>
  (agent: AnyAgent): boolean =>
    model !== undefined &&
    (model.thinksFor?.({ node: agent.id, role: roleOf(organisation, agent) }) ?? true);
