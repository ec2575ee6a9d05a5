import type { Fact } from '../../machines/protocol/effects.ts';
import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Machine, MachineSchemas } from '../kernel/system.ts';

/** Stands for what is not shown. */
const VEIL = '…';

/** What a machine declares: the shapes of its events by kind, and of its context. */
interface Declared extends MachineSchemas {
  readonly context?: { readonly shape?: object };
}
const declaredBy = (machine: Machine | undefined): Declared | undefined =>
  machine?.schemas as Declared | undefined;

/** The keys that an event may have, where its machine declares it, of whatever kind; XState's own are everybody's. */
function keysOf(machine: Machine | undefined, type: string): readonly string[] | undefined {
  if (type === 'xstate.init' || type === 'xstate.stop') return ['input'];
  const { events } = declaredBy(machine) ?? {};
  const shapes = (events === undefined ? [] : Object.values(events)).find((declared) =>
    Object.hasOwn(declared, type),
  );
  return shapes && Object.keys(shapes[type]?.shape ?? {});
}

/** Of an object those of the keys that it has, of anything else nothing. */
const veiled = (value: unknown, keys: readonly string[]): { readonly [key: string]: Json } =>
  Object.fromEntries(
    keys.filter((key) => Object.hasOwn(Object(value), key)).map((key) => [key, VEIL]),
  );

/** What an inspector is shown of a run. */
export interface View {
  context(context: Json, machine: Machine | undefined): Json;
  event(event: Fact, machine: Machine | undefined): Fact;
  output(ending: Ending): Json;
}

/** Everything as it is; the values of a run are references even there. */
export const openView: View = {
  context: (context) => context,
  event: (event) => event,
  output: (ending) => ending as unknown as Json,
};

/**
 * Names that the code declares, and nothing that came into the run: contexts and events by their keys, ends by
 * outcome and reason. An event that its receiver does not know is not even named: its name and keys came from outside.
 */
export const veiledView: View = {
  context: (context, machine) =>
    veiled(context, Object.keys(declaredBy(machine)?.context?.shape ?? {})),
  event: ({ type, ...rest }, machine) => {
    const keys = keysOf(machine, type);
    if (keys === undefined) return { type: VEIL };
    return { type, ...veiled(rest, keys) };
  },
  output: ({ outcome, reason }) => ({ outcome, ...(reason !== undefined && { reason }) }),
};

/** Says nothing about the graph of a machine: contracts, and what is computed from its input. */
const NOT_DRAWN = ['schemas', 'types', 'context', 'output'];
const known = new WeakMap<Machine, string>();

/**
 * A machine's definition as the inspector takes it: JSON of its configuration, a function by its name.
 * Undefined for a machine that has none.
 */
export function definitionOf(machine: Machine | undefined): string | undefined {
  if (machine === undefined || !('config' in machine)) return undefined;
  const before = known.get(machine);
  if (before !== undefined) return before;
  const config = Object.entries(machine.config as object).filter(
    ([key]) => !NOT_DRAWN.includes(key),
  );
  const text = JSON.stringify(Object.fromEntries(config), (_, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
  known.set(machine, text);
  return text;
}
