import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { BadConfigError } from '../errors/bad-config-error.ts';
import type { Machine } from '../kernel/system.ts';
import { defineOrganisation, type Organisation } from '../team/define-organisation.ts';
import type { AnyAgent } from '../team/agent.ts';
import { membersOf } from '../team/members.ts';
import type { AnyTeam } from '../team/team.ts';

/** What a module of the user's exports that can be checked. */
export interface Checkable {
  readonly organisations: readonly Organisation[];
  readonly machines: readonly (readonly [string, Machine])[];
}

const isKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
const isMachine = (value: unknown): value is Machine =>
  typeof value === 'object' && value !== null && 'implementations' in value && 'root' in value;

/** Teams with everybody who works in them, as an organisation of their own. */
export function gathered(
  id: string,
  teams: readonly AnyTeam[],
  agents: readonly AnyAgent[],
): Organisation {
  const all = new Set(teams);
  const nodesOf = ({ nodes }: AnyTeam) => Object.values(nodes).flatMap(membersOf);
  for (const team of all) for (const node of nodesOf(team)) if (node.kind === 'team') all.add(node);
  const inside = [...all].flatMap(nodesOf).filter((node) => node.kind === 'agent');
  return defineOrganisation({ id, agents: [...new Set([...agents, ...inside])], teams: [...all] });
}

/** What of a module's exports can be checked: organisations, teams and agents, machines. */
export function checkableIn(module: object): Checkable {
  const exported = Object.entries(module) as [string, unknown][];
  const all = (kind: string) =>
    exported.map(([, value]) => value).filter((value) => isKind(value, kind));
  const organisations = all('organisation') as Organisation[];
  const loose = { teams: all('team') as AnyTeam[], agents: all('agent') as AnyAgent[] };
  const machines = exported.filter((entry): entry is [string, Machine] => isMachine(entry[1]));
  if (organisations.length === 0 && loose.teams.length + loose.agents.length > 0)
    organisations.push(gathered('module', loose.teams, loose.agents));
  return { organisations, machines };
}

/**
 * Loads a module and finds what it exports: organisations, teams and agents, machines.
 * @throws BadConfigError where it does not load, or exports nothing of these.
 */
export async function loadCheckable(path: string): Promise<Checkable> {
  const file = resolve(path);
  let module: object;
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (cause) {
    throw new BadConfigError(file, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  const found = checkableIn(module);
  if (found.organisations.length + found.machines.length === 0)
    throw new BadConfigError(file, 'it exports no organisation, team, agent or machine');
  return found;
}
