import { StateMachine, type AnyActorLogic, type AnyStateMachine, type AnyStateNode } from 'xstate';
import type { Json } from '../../../machines/protocol/values.ts';
import { canonical } from '../canonical.ts';
import { kernelEvents } from './guest.ts';

/** Where something in a machine cannot be played by the kernel, and what. */
export interface GuestFault {
  readonly where: string;
  readonly what: string;
}
type Names = Readonly<Record<'actions' | 'guards' | 'actors' | 'delays', ReadonlySet<string>>>;
type Told = (what: string) => void;
/** An action or guard as it is written: a name, a name with parameters, a function, one made by XState. */
type Written =
  | string
  | { readonly type: string }
  | (((...args: never[]) => unknown) & Partial<BuiltIn>);
interface BuiltIn {
  readonly type: string;
  readonly resolve: unknown;
  readonly src: unknown;
  readonly id: unknown;
  readonly systemId: unknown;
  readonly delay: unknown;
  readonly guards: readonly Written[];
  readonly check: unknown;
}

/**
 * Everything of a user's machine that could not be kept over a crash, or be taken twice, or would do nothing: empty for one that
 * can be played. What only shows while it runs (a context that is no JSON, an actor spawned without a name) fails it then.
 */
export function faultsOf(machine: AnyStateMachine): GuestFault[] {
  const faults = faultsWithin(machine, machine.id);
  for (const { id, ownEvents } of nodesOf(machine.root))
    for (const type of ownEvents)
      if (Object.hasOwn(kernelEvents.internal, type) || Object.hasOwn(kernelEvents.answer, type))
        faults.push({
          where: `${machine.id} state #${id}`,
          what: `the event ${type} is the kernel's, which never reaches its transitions`,
        });
  if (!canEnd(machine.root))
    faults.push({
      where: machine.id,
      what: 'it has no final state on its top level, so it never ends',
    });
  return faults;
}

function faultsWithin(machine: AnyStateMachine, at: string): GuestFault[] {
  const faults: GuestFault[] = [];
  const { actions, guards, actors, delays } = machine.implementations;
  const names: Names = {
    actions: new Set(Object.keys(actions as object)),
    guards: new Set(Object.keys(guards as object)),
    actors: new Set(Object.keys(actors as object)),
    delays: new Set(Object.keys(delays as object)),
  };
  const tell =
    (where: string): Told =>
    (what) =>
      void faults.push({ where, what });
  const { context } = machine.config as { readonly context?: unknown };
  if (typeof context === 'object') checkJson(context, tell(`${at} context`));
  for (const [name, logic] of Object.entries(actors as Record<string, AnyActorLogic>)) {
    const where = `${at} actor ${name}`;
    if (logic instanceof StateMachine) faults.push(...faultsWithin(logic, where));
    else if (kindOf(logic) !== 'promise')
      tell(where)(`it is ${kindOf(logic)} logic; only promises and machines can be kept`);
  }
  for (const [name, action] of Object.entries(actions as Record<string, Written>))
    checkAction(action, names, tell(`${at} action ${name}`));
  for (const [name, guard] of Object.entries(guards as Record<string, Written>))
    checkGuard(guard, names, tell(`${at} guard ${name}`));
  for (const node of nodesOf(machine.root)) checkNode(node, names, tell(`${at} state #${node.id}`));
  return faults;
}

function checkJson(value: unknown, tell: Told): void {
  try {
    canonical(value as Json);
  } catch (error) {
    tell((error as Error).message);
  }
}

function* nodesOf(node: AnyStateNode): Generator<AnyStateNode> {
  yield node;
  for (const child of Object.values(node.states)) yield* nodesOf(child);
}

function canEnd({ type, states }: AnyStateNode): boolean {
  const inside = Object.values(states);
  if (type === 'parallel') return inside.length > 0 && inside.every(canEnd);
  return type === 'final' || inside.some((state) => state.type === 'final');
}

function checkNode(node: AnyStateNode, names: Names, tell: Told): void {
  const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  const first = node.type === 'compound' ? node.initial.actions : [];
  for (const action of [...node.entry, ...node.exit, ...first])
    checkAction(action as Written, names, tell);
  for (const { actions, guard } of transitions) {
    for (const action of actions) checkAction(action as Written, names, tell);
    if (guard !== undefined) checkGuard(guard as Written, names, tell);
  }
  for (const delay of Object.keys((node.config.after as object | undefined) ?? {}))
    if (Number.isNaN(Number(delay)) && !names.delays.has(delay))
      tell(`the delay ${delay} is not implemented`);
  for (const { src, systemId, onSnapshot } of [node.config.invoke ?? []].flat() as readonly {
    readonly src: unknown;
    readonly systemId?: string;
    readonly onSnapshot?: unknown;
  }[]) {
    checkSource(src, names, tell);
    if (systemId !== undefined) tell('an invoke has a systemId, which no snapshot keeps');
    if (onSnapshot !== undefined) tell('onSnapshot would hear other snapshots after a restart');
  }
}

function checkSource(src: unknown, names: Names, tell: Told): void {
  if (typeof src !== 'string') tell('its actor logic is inline; name it in setup({ actors })');
  else if (!names.actors.has(src)) tell(`the actor ${src} is not implemented`);
}

function checkAction(action: Written, names: Names, tell: Told): void {
  if (typeof action !== 'function') {
    const name = typeof action === 'string' ? action : action.type;
    if (!names.actions.has(name)) tell(`the action ${name} is not implemented`);
    return;
  }
  if (action.resolve === undefined)
    return tell(
      `the action ${action.name || '(inline)'} is code of its own, which a replay would run again; invoke a promise instead`,
    );
  if (typeof action.delay === 'string' && !names.delays.has(action.delay))
    tell(`the delay ${action.delay} is not implemented`);
  if (action.type !== 'xstate.spawnChild') return;
  checkSource(action.src, names, tell);
  if (action.id === undefined) tell('spawnChild has no id, by which it could be found again');
  if (action.systemId !== undefined) tell('spawnChild has a systemId, which no snapshot keeps');
}

function checkGuard(guard: Written, names: Names, tell: Told): void {
  if (typeof guard === 'function') {
    for (const inner of guard.guards ?? []) checkGuard(inner, names, tell);
    return;
  }
  const name = typeof guard === 'string' ? guard : guard.type;
  if (!names.guards.has(name)) tell(`the guard ${name} is not implemented`);
}

/** XState marks no kind of logic, so it is known by what it does with what only a promise understands. */
function kindOf(
  logic: AnyActorLogic,
): 'promise' | 'callback' | 'observable' | 'transition' | 'unknown' {
  const { config, start, transition, getInitialSnapshot } = logic as Partial<AnyActorLogic> & {
    readonly config?: unknown;
  };
  if (typeof config !== 'function' || transition === undefined || getInitialSnapshot === undefined)
    return 'unknown';
  if (start === undefined) return 'transition';
  try {
    const initial = getInitialSnapshot({} as never, undefined) as object;
    if ('_subscription' in initial) return 'observable';
    const event = { type: 'xstate.promise.resolve', data: 1 };
    const settled = transition(initial as never, event, { self: {} } as never) as {
      readonly output?: unknown;
    };
    return settled.output === 1 ? 'promise' : 'unknown';
  } catch {
    // A callback looks its actor up before anything else, and there is none.
    return 'callback';
  }
}
