import type { Machine, MachineSchemas } from '../../kernel/system.ts';

/** An action or guard as XState keeps it: a name, a name with parameters, or a function. */
export type Named =
  | string
  | { readonly type: string }
  | (((...args: never[]) => unknown) & { readonly type?: string });

export interface TransitionView {
  readonly target: readonly StateView[] | undefined;
  readonly guard: Named | undefined;
  readonly actions: readonly Named[];
  readonly eventType: string;
  readonly source: StateView;
  readonly reenter: boolean;
}

/** The part of a state node that the lint looks at. */
export interface StateView {
  readonly id: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly parent: StateView | undefined;
  readonly states: Readonly<Record<string, StateView>>;
  readonly entry: readonly Named[];
  readonly exit: readonly Named[];
  readonly tags: readonly string[];
  readonly always: readonly TransitionView[] | undefined;
  readonly transitions: ReadonlyMap<string, readonly TransitionView[]>;
  readonly after: readonly unknown[];
  readonly invoke: readonly unknown[];
  readonly initial: { readonly target: readonly StateView[] } | undefined;
}

/** A machine as the lint looks at it. */
export interface MachineView {
  readonly id: string;
  readonly version: string | undefined;
  readonly root: StateView;
  readonly options: { readonly maxIterations: number };
  readonly schemas:
    | (Partial<MachineSchemas> & { readonly input?: unknown; readonly context?: unknown })
    | undefined;
  readonly implementations: {
    readonly actions: Readonly<Record<string, unknown>>;
    readonly guards: Readonly<Record<string, unknown>>;
  };
}

/** The machine's own definition; it is read, never run. */
export const viewOf = (machine: Machine): MachineView => machine as unknown as MachineView;

/** Every state of a machine, the root first. */
export function statesOf({ root }: MachineView): StateView[] {
  const below = (state: StateView): StateView[] => [
    state,
    ...Object.values(state.states).flatMap(below),
  ];
  return below(root);
}

/** A state's transitions by event, `always` included, with XState's own events for `after` and `invoke` left out. */
export function transitionsOf(state: StateView): TransitionView[] {
  const named = [...state.transitions].filter(([event]) => !event.startsWith('xstate.'));
  return [...named.flatMap(([, transitions]) => transitions), ...(state.always ?? [])];
}

/** The state and everything above it. */
export function lineage(state: StateView): StateView[] {
  return state.parent === undefined ? [state] : [state, ...lineage(state.parent)];
}

/** The events that a state takes, itself or by one above it. */
export const eventsAt = (state: StateView): Set<string> =>
  new Set(lineage(state).flatMap(({ transitions }) => [...transitions.keys()]));
