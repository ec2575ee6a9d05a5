import type { Charter, Hop } from '../../machines/team.ts';
import { DefinitionError } from '../errors/definition-error.ts';

/** The routes that a node has, its own before those for everybody. */
const hopsOf = ({ routes, otherwise }: Charter, key: string): readonly (readonly [string, Hop])[] =>
  Object.entries({ ...otherwise, ...routes[key] });

/** Everything that can be reached from a node by routes that pass a filter. */
export function reachedFrom(
  charter: Charter,
  from: string,
  passes: (hop: Hop) => boolean,
): Set<string> {
  const reached = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop())
    for (const [, hop] of hopsOf(charter, key))
      if ('to' in hop && passes(hop) && !reached.has(hop.to)) {
        reached.add(hop.to);
        open.push(hop.to);
      }
  return reached;
}

/** States that every compiled charter has. */
const RESERVED = ['stopping', 'ended'];
/** What every node may come to and every charter must route. */
const LOST = ['refused', 'failed', 'expired'];

/**
 * Holds a charter to what no type can say, and to what the compiler would have said: not everybody asks it.
 * @throws DefinitionError for a name that leads nowhere or is taken, a node that is never reached, a cycle of which no route has a `max`,
 *   a `max` that is no whole number from 1 on, and an outcome that no route ends in.
 */
export function requireCharter(
  where: string,
  charter: Charter,
  outcomes: readonly string[],
  says: Readonly<Record<string, readonly string[]>>,
): void {
  const { nodes, routes, start } = charter;
  const refuse = (problem: string): never => {
    throw new DefinitionError(where, problem);
  };
  for (const lost of LOST)
    if (charter.otherwise[lost] === undefined) refuse(`otherwise says nothing of ${lost}`);
  for (const [key, said] of Object.entries(says)) {
    const own = routes[key];
    if (own === undefined) refuse(`the node ${key} has no routes`);
    for (const outcome of said)
      if (own?.[outcome] === undefined) refuse(`${key}.${outcome} leads nowhere`);
    const strange = Object.keys(own ?? {}).find(
      (outcome) => !said.includes(outcome) && !LOST.includes(outcome),
    );
    if (strange !== undefined) refuse(`${key} never says ${strange}`);
  }
  const taken = RESERVED.find((name) => Object.hasOwn(nodes, name));
  if (taken !== undefined) refuse(`a node cannot be called ${taken}`);
  const all = [
    ...Object.keys(nodes).flatMap((key) => hopsOf(charter, key)),
    ['start', start] as const,
  ];
  for (const [outcome, hop] of all) {
    if ('to' in hop && !Object.hasOwn(nodes, hop.to))
      refuse(`${outcome} leads to ${hop.to}, who is nobody here`);
    if ('max' in hop && !(Number.isInteger(hop.max) && Number(hop.max) >= 1))
      refuse(`${outcome} has a max of ${String(hop.max)}, not a whole number from 1 on`);
  }
  const reached = reachedFrom(charter, start.to, () => true).add(start.to);
  for (const key of Object.keys(nodes))
    if (!reached.has(key)) refuse(`the node ${key} cannot be reached`);
  for (const key of Object.keys(nodes))
    if (reachedFrom(charter, key, (hop) => !('max' in hop)).has(key))
      refuse(`a cycle through ${key} has no route with a max`);
  const ends = new Set(all.flatMap(([, hop]) => ('end' in hop ? [hop.end] : [])));
  for (const outcome of outcomes)
    if (!ends.has(outcome)) refuse(`the outcome ${outcome} can never happen`);
}
