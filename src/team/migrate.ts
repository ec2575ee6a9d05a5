import type { Json } from '../../machines/protocol/values.ts';
import type { ActorState, NodeSpec, World } from '../kernel/system.ts';
import { Guest } from '../kernel/xstate/guest.ts';
import type { Organisation } from './define-organisation.ts';
import type { Migrations } from './previous.ts';

type Fields = Readonly<Record<string, Json>>;
/** A guest keeps XState's own snapshot in its context: its author knows that one. */
interface Kept {
  readonly root: { readonly snapshot: ActorState };
}

/** An agent's task goes on under the limits, and with the tools, of its new version. */
function asTask({ context, ...state }: ActorState, { version, settings }: NodeSpec): ActorState {
  return { ...state, context: { ...(context as Fields), version, settings } };
}

function asGuest(state: ActorState, migrate: Migrations[number]): ActorState {
  const { root, ...rest } = state.context as unknown as Kept;
  const { value, context } = migrate(structuredClone(root.snapshot));
  const snapshot = { ...root.snapshot, value, context };
  return { value, context: { ...rest, root: { ...root, snapshot } } as unknown as Json };
}

/** What an organisation's definitions say of runs in flight whose version they do not keep. */
export function migrationsOf(
  { agents, teams = [], machines = [] }: Organisation,
  world: World,
): NonNullable<World['migrate']> {
  const nodes = new Map([...agents, ...teams, ...machines].map((node) => [node.id, node] as const));
  return ({ id, version }, state) => {
    const [owner = ''] = id.split('.');
    const migrate = nodes.get(owner)?.migrate[version];
    const spec = world.node(id);
    if (migrate === undefined || spec === undefined) return undefined;
    // A gate stands as it stood; what a fan or a plan was begun with names parts that are gone.
    if (id !== owner) return spec.machine === 'gate' ? state : undefined;
    const { logic } = world.machine(spec.machine, spec.machineVersion) ?? {};
    if (logic instanceof Guest) return asGuest(state, migrate);
    const { value, context } = migrate(structuredClone(state));
    return spec.machine === 'task' ? asTask({ value, context }, spec) : { value, context };
  };
}
