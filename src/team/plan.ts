import { MAX_PARTS, Plan, PlanReport, type PlanBounds } from '../../machines/protocol/roles.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireName } from './names.ts';
import type { Node, Planned } from './team.ts';

/** A node that stands in the organisation under an id of its own. */
type Named = Node & { readonly id: string };

interface PlanDefinition extends PlanBounds {
  readonly nodes: Readonly<Record<string, Named>>;
  readonly maxParallel?: number;
}

/**
 * A plan as a node of a team: it is handed a graph of parts as data, checks it, and runs what is ready.
 * @param definition `nodes` may play a part; at most `maxParallel` at once, 1 to 12, default 12. A plan of more than `maxParts`,
 * `maxWidth` that wait for none of each other, `maxDepth` one after another (1 to 12, default 12), or whose agents may take more than
 * `maxSteps` turns or `maxTokens` by their own limits (default unbounded), is refused before anything of it runs.
 * @throws DefinitionError for no node, and for a limit out of its bounds.
 */
export function plan({ nodes, maxParallel = MAX_PARTS, ...bounds }: PlanDefinition): Planned {
  for (const name of Object.keys(nodes)) requireName('plan node', name);
  if (Object.keys(nodes).length === 0) throw new DefinitionError('plan', 'it has no nodes');
  for (const [name, limit] of Object.entries({ maxParallel, ...bounds })) {
    const isCost = name === 'maxSteps' || name === 'maxTokens';
    if (!Number.isInteger(limit) || limit < 1 || (!isCost && limit > MAX_PARTS))
      throw new DefinitionError(
        'plan',
        `${name} is ${limit}, not ${isCost ? 'a whole number above 0' : `1 to ${MAX_PARTS}`}`,
      );
  }
  return {
    kind: 'plan',
    input: Plan,
    outcomes: { all: PlanReport, some: PlanReport },
    nodes: nodes as unknown as Planned['nodes'],
    bounds,
    maxParallel,
  };
}
