import type * as z from 'zod';
import type { Plan, PlanBounds, PlanReport } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Charter } from '../../machines/team.ts';
import type { Guest } from '../kernel/xstate/guest.ts';
import type { AnyAgent, Outcomes, Releases } from './agent.ts';
import type { Succession } from './previous.ts';
import type { Contract } from './contract.ts';
import type { AnyArbiter } from './decision.ts';
import type { Gate } from './gate.ts';

/** Everything that has an input and named outcomes: an agent, a gate, a fan, a decision, a plan, a team, a machine. */
export interface Node {
  readonly kind: 'agent' | 'gate' | 'fan' | 'decision' | 'plan' | 'below' | 'team' | 'machine';
  readonly input: Contract;
  readonly outcomes: Outcomes;
}
export type Nodes = Readonly<Record<string, Node>>;

/** Several nodes at once on the same value; what came back and what was lost stands in the outcome. */
export interface Fan<I extends Contract = Contract> extends Node {
  readonly kind: 'fan';
  readonly input: I;
  /** `all` came back, or `some` did; where none did, the fan ends as its branches did. */
  readonly outcomes: { readonly all: typeof PlanReport; readonly some: typeof PlanReport };
  readonly branches: Readonly<Record<string, AnyAgent | AnyTeam | AnyMachineNode>>;
  readonly with: Readonly<Record<string, (input: never) => unknown>>;
  readonly purposes: Readonly<Record<string, string>>;
  readonly maxParallel: number;
}

/** Runs whatever plan it is handed, over the nodes that it names; a plan that does not hold is refused. */
export interface Planned extends Node {
  readonly kind: 'plan';
  readonly input: typeof Plan;
  /** `all` came back, or `some` did; where none did, the plan ends as its parts did. */
  readonly outcomes: { readonly all: typeof PlanReport; readonly some: typeof PlanReport };
  /** Who may play a part, by the name that a plan has for it. */
  readonly nodes: Readonly<Record<string, AnyAgent | AnyTeam | AnyMachineNode>>;
  readonly bounds: PlanBounds;
  readonly maxParallel: number;
}

/** One node at work in several scopes below that of the run, each time in a run of its own. */
export interface Below<I extends Contract = Contract> extends Node {
  readonly kind: 'below';
  readonly input: I;
  /** In a part's value `from` is the run that it crossed up from. */
  readonly outcomes: { readonly all: typeof PlanReport; readonly some: typeof PlanReport };
  readonly node: AnyAgent | AnyTeam;
  readonly maxParallel: number;
  readonly withinMs: number;
}

/** What is known of a piece of work that did not come back. */
export interface Lost {
  readonly node: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly note: unknown;
}

type In<N extends Node> = z.input<N['input']>;
type Out<N extends Node, O extends keyof N['outcomes']> = z.output<N['outcomes'][O]>;
/** `with` may be left out only where the value fits as it is. */
type With<V, R, Wanted> = [V] extends [Wanted]
  ? { readonly with?: (value: V, request: R) => Wanted }
  : { readonly with: (value: V, request: R) => Wanted };

type To<V, R, N extends Nodes> = {
  [K in keyof N & string]: { readonly to: K; readonly max?: number } & With<V, R, In<N[K]>>;
}[keyof N & string];
type End<V, R, O extends Outcomes> = {
  [E in keyof O & string]: { readonly end: E } & With<V, R, z.input<O[E]>>;
}[keyof O & string];
/** A bad end is passed on as it is, reason and note included. */
type PassedOn = { readonly end: 'refused' | 'failed' | 'expired' };

type LostRoute<R, N extends Nodes, O extends Outcomes> =
  | To<Lost, R, N>
  | End<Lost, R, O>
  | PassedOn;
type Otherwise<R, N extends Nodes, O extends Outcomes> = {
  readonly [L in 'refused' | 'failed' | 'expired']: LostRoute<R, N, O>;
};
/** Every outcome of every node leads somewhere. */
export type Routes<R, N extends Nodes, O extends Outcomes> = {
  readonly [K in keyof N & string]: {
    readonly [W in keyof N[K]['outcomes'] & string]:
      | To<Out<N[K], W>, R, N>
      | End<Out<N[K], W>, R, O>;
  } & Partial<Otherwise<R, N, O>>;
};

export interface TeamDefinition<
  Id extends string,
  I extends Contract,
  O extends Outcomes,
  N extends Nodes,
> extends Partial<Succession<AnyTeam>> {
  readonly id: Id;
  readonly version: number;
  readonly does: string;
  /** Asks in a person's words, for the router. */
  readonly asks?: readonly string[];
  /** How far up its outcomes may cross from a run below; default not at all. */
  readonly releases?: Releases;
  readonly input: I;
  readonly outcomes: O;
  readonly nodes: N;
  readonly start: To<z.output<I>, z.output<I>, N>;
  readonly routes: Routes<z.output<I>, N, O>;
  readonly otherwise: Otherwise<z.output<I>, N, O>;
}

/** A node under an id of its own, that a request can be handed to. */
interface Own<Id extends string, I extends Contract, O extends Outcomes> extends Node {
  readonly id: Id;
  readonly version: number;
  readonly does: string;
  readonly asks: readonly string[];
  readonly input: I;
  readonly outcomes: O;
}

/** A team is a node like any other; inside it is a machine of its own. */
export interface Team<
  Id extends string = string,
  I extends Contract = Contract,
  O extends Outcomes = Outcomes,
>
  extends Own<Id, I, O>, Succession<AnyTeam> {
  readonly kind: 'team';
  readonly nodes: Readonly<
    Record<string, AnyAgent | Gate | Fan | AnyArbiter | Planned | Below | AnyTeam | AnyMachineNode>
  >;
  readonly releases?: Releases;
  readonly charter: Charter;
  /** What its routes make of values, by `<team>.<node>.<outcome>`. */
  readonly mappings: ReadonlyMap<string, (value: never, request: never) => unknown>;
}
/** A team whatever its contracts are. */
export type AnyTeam = Team;

/** A user's own XState machine as a node. */
export interface MachineNode<
  Id extends string = string,
  I extends Contract = Contract,
  O extends Outcomes = Outcomes,
>
  extends Own<Id, I, O>, Succession<AnyMachineNode> {
  readonly kind: 'machine';
  readonly guest: Guest;
  /** What it may be handed, for `nova check`; none: the smallest value of its input. */
  readonly inputs: readonly Json[];
  /** What its promises may give, for `nova check`. */
  readonly samples: Readonly<Record<string, readonly Json[]>>;
}
export type AnyMachineNode = MachineNode;
