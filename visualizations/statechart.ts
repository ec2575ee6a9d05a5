import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { actionsOf, type ChartAction } from './statechart/actions.ts';
import { guardText } from './statechart/guards.ts';

export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** A state as it can be drawn: plain data, its nested states (or regions) in it. */
export interface ChartState {
  readonly id: string;
  readonly key: string;
  readonly kind: StateKind;
  readonly history?: 'shallow' | 'deep';
  /** Ids of where it begins; for a history state, of where it leads to while nothing is remembered. */
  readonly initial: readonly string[];
  readonly entry: readonly ChartAction[];
  readonly exit: readonly ChartAction[];
  readonly tags: readonly string[];
  readonly states: readonly ChartState[];
}

/** A transition; without targets it stays inside its source. */
export interface ChartArrow {
  readonly source: string;
  readonly targets: readonly string[];
  /** Undefined for one that is taken as soon as it can be. */
  readonly event?: string;
  /** `else` where an earlier transition of the same event has a guard and this one has none. */
  readonly guard?: string;
  readonly actions: readonly ChartAction[];
  readonly isReentering: boolean;
}

export interface Statechart {
  readonly id: string;
  readonly version?: string;
  /** How many transitions one event may set off at most. */
  readonly maxIterations?: number;
  readonly root: ChartState;
  readonly arrows: readonly ChartArrow[];
}

/** The graph of a machine, from its own definition; states and arrows in the order in which they are defined. */
export function statechartOf(machine: AnyStateMachine): Statechart {
  const { root, version, options } = machine;
  const maxIterations = (options as { maxIterations?: number } | undefined)?.maxIterations;
  return {
    id: machine.id,
    ...(version !== undefined && { version }),
    ...(Number.isFinite(maxIterations) && { maxIterations }),
    root: stateOf(root),
    arrows: arrowsBelow(root),
  };
}

/** A state and everything in it, outermost first. */
export const statesWithin = (state: ChartState): ChartState[] => [
  state,
  ...state.states.flatMap(statesWithin),
];

function stateOf(node: AnyStateNode): ChartState {
  const kind = node.type as StateKind;
  return {
    id: node.id,
    key: node.key,
    kind,
    ...(kind === 'history' && { history: node.history === 'deep' ? 'deep' : 'shallow' }),
    initial: initialOf(node, kind),
    entry: actionsOf(node.entry),
    exit: actionsOf(node.exit),
    tags: node.tags.map(String),
    states: childrenOf(node).map(stateOf),
  };
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states as Record<string, AnyStateNode>);

function initialOf(node: AnyStateNode, kind: StateKind): string[] {
  if (kind === 'compound') return (node.initial.target ?? []).map(({ id }) => id);
  if (kind !== 'history') return [];
  const target = (node.config as { target?: unknown }).target;
  if (typeof target !== 'string' || node.parent === undefined) return [];
  const found = target.startsWith('#')
    ? node.machine.getStateNodeById(target.slice(1))
    : node.parent.states[target];
  return found === undefined ? [] : [found.id];
}

function arrowsBelow(node: AnyStateNode): ChartArrow[] {
  const taken = [...(node.always ?? []), ...[...node.transitions.values()].flat()];
  return [
    ...taken.map((transition, index) => arrowOf(transition, taken.slice(0, index))),
    ...childrenOf(node).flatMap(arrowsBelow),
  ];
}

function arrowOf(
  transition: AnyTransitionDefinition,
  earlier: readonly AnyTransitionDefinition[],
): ChartArrow {
  const { source, target, eventType, guard, actions, reenter } = transition;
  const isElse =
    guard === undefined &&
    earlier.some((other) => other.eventType === eventType && other.guard !== undefined);
  const text = isElse ? 'else' : guardText(guard);
  return {
    source: source.id,
    targets: (target ?? []).map(({ id }) => id),
    ...(eventType !== '' && { event: eventText(eventType) }),
    ...(text !== undefined && { guard: text }),
    actions: actionsOf(actions),
    isReentering: reenter,
  };
}

/** XState's own events under short names. */
function eventText(type: string): string {
  const [, what, name] =
    /^xstate\.(after|done\.state|done\.actor|error\.actor)\.([^.]+)/.exec(type) ?? [];
  switch (what) {
    case 'after':
      return /^\d+$/.test(name ?? '') ? `after ${name} ms` : `after ${name}`;
    case 'done.state':
      return 'done';
    case 'done.actor':
      return `${name} done`;
    case 'error.actor':
      return `${name} failed`;
    default:
      return type;
  }
}
