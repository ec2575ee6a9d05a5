import { resolve } from 'node:path';
import { loadModule } from '../config/load-module.ts';
import { BadConfigError } from '../errors/bad-config-error.ts';
import type { Machine } from '../kernel/system.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { gathered, type AnyNode } from '../team/gathered.ts';
import type { AnyMachineNode } from '../team/team.ts';

/** What a module of the user's exports that can be checked. */
export interface Checkable {
  readonly organisations: readonly Organisation[];
  readonly machines: readonly (readonly [string, Machine])[];
}

const isKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
const isMachine = (value: unknown): value is Machine =>
  typeof value === 'object' && value !== null && 'implementations' in value && 'root' in value;

/** What of a module's exports can be checked: organisations, teams and agents, machines. */
export function checkableIn(module: object): Checkable {
  // A configuration's organisation counts as one that is exported.
  const { default: config } = module as { default?: { organisation?: unknown } };
  const exported = [...Object.entries(module), ['organisation', config?.organisation]] as [
    string,
    unknown,
  ][];
  const all = (kind: string) =>
    exported.map(([, value]) => value).filter((value) => isKind(value, kind));
  const organisations = all('organisation') as Organisation[];
  const nodes = all('machine') as AnyMachineNode[];
  const loose = [...all('team'), ...all('agent'), ...nodes] as AnyNode[];
  if (organisations.length === 0 && loose.length > 0) organisations.push(gathered('module', loose));
  // What stands behind a node is held to the rules of `fromMachine`, not to those of the kernel's own machines.
  const behind = new Set<unknown>(
    [...nodes, ...organisations.flatMap(({ machines: own = [] }) => own)].map(
      ({ guest }) => guest.source,
    ),
  );
  const machines = exported.filter(
    (entry): entry is [string, Machine] => isMachine(entry[1]) && !behind.has(entry[1]),
  );
  return { organisations, machines };
}

/**
 * Loads a module and finds what it exports: organisations, teams and agents, machines.
 * @throws BadConfigError where it does not load, or exports nothing of these.
 */
export async function loadCheckable(path: string): Promise<Checkable> {
  const file = resolve(path);
  const found = checkableIn(await loadModule(file));
  if (found.organisations.length + found.machines.length === 0)
    throw new BadConfigError(file, 'it exports no organisation, team, agent or machine');
  return found;
}
