import { Plan, PlanReport } from '../../machines/protocol/roles.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireName } from './names.ts';
import type { Node, Planned } from './team.ts';

/** What a plan can hold. */
const MAX_PARTS = 12;

/** A node that stands in the organisation under an id of its own. */
type Named = Node & { readonly id: string };

/**
 * A plan as a node of a team: it is handed a graph of parts as data, checks it, and runs what is ready.
 * @param definition `nodes` may play a part; `maxParts` and, of these at once, `maxParallel`, both 1 to 12, default 12.
 * @throws DefinitionError for no node, and for a limit out of its bounds.
 */
export function plan(definition: {
  readonly nodes: Readonly<Record<string, Named>>;
  readonly maxParts?: number;
  readonly maxParallel?: number;
}): Planned {
  const { nodes, maxParts = MAX_PARTS, maxParallel = MAX_PARTS } = definition;
  for (const name of Object.keys(nodes)) requireName('plan node', name);
  if (Object.keys(nodes).length === 0) throw new DefinitionError('plan', 'it has no nodes');
  for (const [name, limit] of Object.entries({ maxParts, maxParallel }))
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PARTS)
      throw new DefinitionError('plan', `${name} is ${limit}, not 1 to ${MAX_PARTS}`);
  return {
    kind: 'plan',
    input: Plan,
    outcomes: { all: PlanReport, some: PlanReport },
    nodes: nodes as unknown as Planned['nodes'],
    maxParts,
    maxParallel,
  };
}
