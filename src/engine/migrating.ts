import { isValueRef, type Json } from '../../machines/protocol/values.ts';
import { VersionUnavailableError } from '../errors/version-unavailable-error.ts';
import { canonical } from '../kernel/canonical.ts';
import type { ActorRecord, Incoming, Machine, System, Unvalued, World } from '../kernel/system.ts';
import { faultOfStanding } from '../kernel/xstate/standing.ts';

interface Missing {
  readonly actor: string;
  readonly what: string;
  readonly version: number;
}

const atWork = ({ actors, ended }: System) =>
  ended === undefined ? [...actors].filter(([, actor]) => actor.ended === undefined) : [];

/** The definition that an actor at work was begun with and that is gone. */
function missingOf(
  world: World,
  actor: string,
  { machine, version, node }: ActorRecord,
): Missing | undefined {
  if (node !== undefined && world.node(node.id, node.version) === undefined)
    return { actor, what: `node ${node.id}`, version: node.version };
  if (world.machine(machine, version) === undefined)
    return { actor, what: `machine ${machine}`, version };
  return undefined;
}

/** Where an actor at work cannot stand, in a definition that is here. */
export function faultIn(
  world: World,
  system: System,
): { readonly actor: string; readonly state: string; readonly why: string } | undefined {
  for (const [actor, { machine, version, state }] of atWork(system)) {
    const logic = world.machine(machine, version)?.logic;
    const why = logic && faultOfStanding(logic, state);
    if (why !== undefined) return { actor, state: JSON.stringify(state.value), why };
  }
  return undefined;
}

/**
 * The event that takes a run on whose definitions are gone, by what was declared for them; undefined where nothing is gone.
 * @throws VersionUnavailableError for an actor for which nothing is declared, or nothing that holds.
 */
export function migrationOf(world: World, system: System): Incoming | undefined {
  const moved = atWork(system).flatMap(([path, record]) => {
    const missing = missingOf(world, path, record);
    return missing === undefined ? [] : [[path, migrated(world, system, record, missing)] as const];
  });
  if (moved.length === 0) return undefined;
  const { values, ...rest } = system;
  const actors = { ...system.actors.toJSON(), ...Object.fromEntries(moved) };
  // As a replay will read it: the order of its tables too.
  const plain = canonical({ ...rest, actors } as unknown as Json);
  return {
    kind: 'migrated',
    at: 0,
    values: values.toJSON(),
    system: JSON.parse(plain) as Unvalued,
  };
}

/** An actor as it goes on in the newest definition of its node, everything checked that would be checked at its start. */
function migrated(
  world: World,
  { run, values }: System,
  { node, machine, state }: ActorRecord,
  missing: Missing,
): ActorRecord {
  const refuse = (why?: string, cause?: unknown): never => {
    throw new VersionUnavailableError(run, missing, why, { cause });
  };
  const spec = node && world.node(node.id);
  const found = spec && world.machine(spec.machine, spec.machineVersion);
  if (node === undefined || spec?.machine !== machine || found === undefined) return refuse();
  let next: ReturnType<NonNullable<World['migrate']>>;
  try {
    next = world.migrate?.(node, state);
    if (next !== undefined) canonical(next as unknown as Json);
  } catch (cause) {
    return refuse(`its migration threw: ${String(cause)}`, cause);
  }
  if (next === undefined) return refuse();
  const fault = faultOf(found.logic, next);
  if (fault !== undefined) return refuse(`its migration does not hold: ${fault}`);
  const { input } = next.context as { readonly input?: unknown };
  const parsed = isValueRef(input) && spec.parseInput(values.get(input.hash) as Json);
  if (parsed && !parsed.ok) return refuse(`its input is none of the new version: ${parsed.issues}`);
  const now = { id: spec.id, version: spec.version };
  return { machine, version: found.version, node: now, state: next };
}

interface Context {
  safeParse(context: unknown): { readonly error?: { readonly message: string } };
}

/** What a migrated state has against it: its shape, then its place in the machine. */
function faultOf(logic: Machine, state: ActorRecord['state']): string | undefined {
  const { value, context } = (state ?? {}) as Partial<ActorRecord['state']>;
  if (value === undefined || typeof context !== 'object' || context === null)
    return 'it gave no { value, context }';
  const { context: schema } = logic.schemas as { readonly context?: Context };
  return schema?.safeParse(context).error?.message ?? faultOfStanding(logic, state);
}
