// A mutant: one defect sown into a machine or into the kernel, and the small space in which it must be found.
import { createMachine, type AnyStateMachine } from 'xstate';
import type { Machine, World } from '../../../src/kernel/system.ts';
import type { Step } from '../../../src/verify/space/plain.ts';
import { explore, type Explored } from '../../../src/verify/space/explore.ts';
import { laws } from '../../../src/verify/laws.ts';
import { brokenAlong } from '../../../src/verify/way.ts';
import { space, type SpaceOptions } from '../small-space.ts';

export interface Mutant {
  readonly name: string;
  /** Numbers of the laws by which it may be found. */
  readonly breaks: readonly number[];
  readonly in: SpaceOptions;
  readonly world?: (world: World) => World;
  readonly step?: Step;
  /** True: shows only where every delivery is a step of its own. */
  readonly deliveries?: boolean;
  /** A walk of its own, where the explorer does not keep what it is about. */
  readonly walk?: () => { readonly states: number; readonly found?: Found };
}
type Found = Pick<Explored['counterexamples'][number], 'property' | 'moves'>;
interface Hunted {
  readonly states: number;
  readonly counterexamples: readonly Found[];
}

/** Looks for the defect wherever it can be found. */
export function hunted(mutant: Mutant): Hunted {
  if (mutant.walk === undefined) return hunt(mutant);
  const { states, found } = mutant.walk();
  return { states, counterexamples: found === undefined ? [] : [found] };
}

/** Limits of one search for a mutant, in states. */
const MAX_STATES = 200_000;

/** Looks for the defect; the first counterexample ends it. */
export function hunt({ in: options, world: mutate, step, deliveries = false }: Mutant): Explored {
  const { world, environment } = space(options);
  return explore(mutate?.(world) ?? world, {
    environment,
    properties: laws(world, environment),
    first: true,
    deliveries,
    limit: { states: MAX_STATES },
    ...(step && { step }),
  });
}

/** True where the way to a mutant breaks what it broke, at its last event, and breaks nothing without the defect. */
export function isJudgedAlike(mutant: Mutant, found = hunt(mutant).counterexamples[0]): boolean {
  const { world, environment } = space(mutant.in);
  const { property = '', events = [] } = found ?? {};
  const properties = laws(world, environment).filter(({ name }) => name === property);
  const course = {
    world: mutant.world?.(world) ?? world,
    environment,
    ...(mutant.step && { step: mutant.step }),
  };
  const broken = brokenAlong(course, properties, events);
  return (
    broken?.property === property &&
    broken.at === events.length - 1 &&
    brokenAlong({ world, environment }, properties, events) === undefined
  );
}

/** A piece of a machine's configuration, to be changed in place. */
export type Piece = { [key: string]: Piece } & Piece[];
type Implementations = Record<'guards' | 'actions', Record<string, unknown>>;

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  // Contracts are objects of a class: they are shared.
  return Object.fromEntries(
    entries.map(([key, field]) => [key, key === 'schemas' ? field : copied(field)]),
  );
}

/** The world with a copy of one machine in which something is changed. */
export const machineChanged =
  (id: string, change: (config: Piece, implementations: Implementations) => void) =>
  (world: World): World => {
    const { version, logic: now } = world.machine(id) ?? {};
    const original = now as unknown as AnyStateMachine;
    const config = copied(original.config) as Piece;
    const { guards, actions, ...rest } = original.implementations;
    const implementations = { guards: { ...guards }, actions: { ...actions } };
    change(config, implementations);
    const logic = createMachine(config as object, { ...rest, ...implementations } as never);
    const changed = { version: version ?? 1, logic: logic as unknown as Machine };
    return { ...world, machine: (name) => (name === id ? changed : world.machine(name)) };
  };

/** The part of a configuration behind a way of keys. @throws RangeError where there is none. */
export function part(config: Piece, ...way: readonly (string | number)[]): Piece {
  let at: Piece = config;
  for (const key of way) {
    at = at[key as number] as Piece;
    if (at === undefined) throw new RangeError(`there is no ${way.join('.')}`);
  }
  return at;
}

export const set = (piece: Piece, key: string | number, value: unknown): void => {
  (piece as unknown as Record<string | number, unknown>)[key] = value;
};
export const remove = (piece: Piece, key: string): void => {
  Reflect.deleteProperty(piece, key);
};
/** A transition that is taken and does nothing. */
export const nothing = { actions: [] };
/** The smallest organisation that has a task. */
export const bare = { roles: ['router'] } as const;
