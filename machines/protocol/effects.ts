import type { Wire } from './values.ts';

/** What an event is, at its least: a name in the past tense and plain JSON beside it. */
export interface Fact {
  readonly type: string;
}

/** To another actor of the run, by its path; a child is addressed by its own id with `child`. */
export interface Send {
  readonly to: { readonly child: string } | { readonly path: string };
  readonly event: Fact;
  /** True: the event is given the sender's path as `from`, which no machine knows itself. */
  readonly isSigned?: boolean;
}
/** A child actor from a machine; its end comes back as `child.ended`. */
export interface Spawn {
  readonly id: string;
  readonly machine: string;
  readonly input: Readonly<Record<string, unknown>>;
}
/** The purpose of what is done for the orchestrator begins so: nobody else hands anything over for it. */
export const ROLE = 'role:';
/** A child actor from a node: the kernel puts the input together and parses it before the node is offered it. */
export interface Hand {
  readonly id: string;
  readonly node: string;
  /** Exactly that definition; default the newest. */
  readonly version?: number;
  readonly input: Wire;
  /** The node that wrote it, where one did. */
  readonly by?: string;
  /** What it is done for: the same work for another purpose is done once more. */
  readonly purpose?: string;
  /** True: it is done here, though the node shares its work with other runs. */
  readonly isOwn?: boolean;
}
/** Work outside. `id` is unique among the actor's effects; unanswered in `withinMs` it comes back as `effect.expired`. */
export interface Effect {
  readonly id: string;
  /** Its idempotency key among the actor's effects, where the same work was wished before; default its id. */
  readonly key?: string;
  readonly kind: EffectKind;
  readonly params: Readonly<Record<string, unknown>>;
  readonly withinMs: number;
}
/** The closed list of work outside; the acting half is one switch over it. */
export type EffectKind =
  | 'agent.turn'
  | 'tool.call'
  | 'plan.check'
  | 'person.ask'
  /** Whether what is planned is due. */
  | 'schedule.look'
  /** A run in a scope below. */
  | 'run.begin'
  /** A promise of a user's own machine. */
  | 'actor.promise';

/** True for work that waits on a person, while which work timers stand still. */
export const asksPerson = (kind: EffectKind): boolean => kind === 'person.ask';

/** An open effect of the actor that is no longer wanted. */
export interface Abort {
  readonly id: string;
}
/** An instant kept outside of the actor's snapshot. A `work` timer stands still while a person is asked below the actor. */
export interface Timer {
  readonly id: string;
  readonly delayMs: number;
  readonly event: Fact;
  readonly work?: boolean;
}
export interface Clear {
  readonly id: string;
}
/**
 * A message to another system, `run` or `run#actor`, or `~name` for one that all runs of the scope share, `~~name` of the tenant;
 * it arrives once and in order, over crashes of both.
 */
export interface Tell {
  readonly to: string;
  readonly event: Fact;
  /** True: the event is given the sender's path as `actor`. */
  readonly isSigned?: boolean;
}

export interface Outputs {
  send: Send;
  spawn: Spawn;
  hand: Hand;
  effect: Effect;
  abort: Abort;
  timer: Timer;
  clear: Clear;
  tell: Tell;
}
export type OutputName = keyof Outputs;
/** One wish of a machine: the name of an output and its parameters. */
export type Wish = {
  [K in OutputName]: { readonly type: K; readonly params: Outputs[K] };
}[OutputName];

type Named = { [K in OutputName]: (args: unknown, params: Outputs[K]) => void };
const nothing = (): void => {};

/**
 * The named actions every machine is set up with. They do nothing by themselves: the kernel collects
 * their names and parameters, a live actor replaces them by `provide`.
 */
export const outputs: Named = {
  send: nothing,
  spawn: nothing,
  hand: nothing,
  effect: nothing,
  abort: nothing,
  timer: nothing,
  clear: nothing,
  tell: nothing,
};
