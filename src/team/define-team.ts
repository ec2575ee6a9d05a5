import type { Charter, Hop } from '../../machines/team.ts';
import type { Outcomes } from './agent.ts';
import { requireCharter } from './charter.ts';
import type { Contract } from './contract.ts';
import { requireContracts } from './contracts.ts';
import { requireName } from './names.ts';
import { succession } from './previous.ts';
import type { Nodes, Team, TeamDefinition } from './team.ts';

/** A route as it is written: where it leads, and a function instead of its name. */
type Written = Readonly<Record<string, unknown>> & {
  readonly with?: (value: never, request: never) => unknown;
};
type Mappings = Map<string, (value: never, request: never) => unknown>;

/** Takes the function out of a route and leaves its name. */
function named(route: Written, name: string, mappings: Mappings): Hop {
  const { with: map, ...hop } = route;
  if (map === undefined) return hop as unknown as Hop;
  mappings.set(name, map);
  return { ...hop, with: name } as unknown as Hop;
}

/** The id of a node of a team in the world: agents and teams have their own, a gate is the team's. */
const idOf = (team: string, key: string, node: Nodes[string]): string =>
  'id' in node ? String(node.id) : `${team}.${key}`;

/** A team hands to the definitions it was written with; what is its own has its version. */
const versionOf = (node: Nodes[string], own: number): number =>
  'version' in node ? Number(node.version) : own;

/**
 * Defines a team: a charter of nodes and routes, compiled to one state machine.
 * An outcome without a route, an unknown target, or a payload that does not fit its target does not compile.
 * @throws DefinitionError for a cycle without `max`, a node that cannot be reached, a declared outcome that can never happen.
 */
export function defineTeam<
  const Id extends string,
  I extends Contract,
  O extends Outcomes,
  const N extends Nodes,
>(definition: TeamDefinition<Id, I, O, N>): Team<Id, I, O> {
  const {
    id,
    version,
    does,
    asks = [],
    releases,
    input,
    outcomes,
    nodes,
    start,
    routes,
    otherwise,
  } = definition;
  const where = `team ${id}`;
  requireName(where, id);
  const kept = succession(where, { kind: 'team', id, version }, definition);
  requireContracts(where, input, outcomes);
  for (const key of Object.keys(nodes)) requireName(`${where} node`, key);
  const mappings: Mappings = new Map();
  const hops = (of: object | undefined, path: string): Record<string, Hop> =>
    Object.fromEntries(
      Object.entries(of ?? {}).map(([outcome, route]) => [
        outcome,
        named(route as Written, `${path}.${outcome}`, mappings),
      ]),
    );
  const charter: Charter = {
    id,
    version,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([key, node]) => [key, idOf(id, key, node)]),
    ),
    versions: Object.fromEntries(
      Object.entries(nodes).map(([key, node]) => [key, versionOf(node, version)]),
    ),
    start: named(start, `${id}.start`, mappings) as Charter['start'],
    routes: Object.fromEntries(
      Object.entries(routes).map(([key, of]) => [key, hops(of as object, `${id}.${key}`)]),
    ),
    otherwise: hops(otherwise, `${id}.otherwise`),
  };
  const says = Object.fromEntries(
    Object.entries(nodes).map(([key, node]) => [key, Object.keys(node.outcomes)]),
  );
  requireCharter(where, charter, Object.keys(outcomes), says);
  return {
    kind: 'team',
    id,
    version,
    does,
    asks,
    ...(releases !== undefined && { releases }),
    input,
    outcomes,
    nodes: nodes as unknown as Team['nodes'],
    charter,
    mappings,
    ...kept,
  };
}
