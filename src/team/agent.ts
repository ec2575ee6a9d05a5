import type * as z from 'zod';
import type { Sharing } from '../../machines/lease.ts';
import type { TaskLimits } from '../../machines/protocol/handoff.ts';
import type { Contract } from './contract.ts';
import type { Tool } from './define-tool.ts';
import type { Succession } from './previous.ts';
import type { Refusal } from './refusal.ts';

export type Outcomes = Readonly<Record<string, Contract>>;
/** What `act` returns: one declared outcome with its value; made by `say` only. */
export interface Said {
  readonly outcome: string;
  readonly value: unknown;
}
/** One function an outcome: `say.audited(value)` compiles only for declared outcomes and right values. */
export type Say<O extends Outcomes> = {
  readonly [K in keyof O & string]: (value: z.input<O[K]>) => Said;
} & { readonly refused: (why: Refusal) => Said };

/** How code asks for the world: each call goes through the task's machine, so gates, limits and stop see it. */
export interface Io<T extends readonly Tool[]> {
  /** Calls a declared tool; rejects with a ToolCallError where it failed, was refused or timed out. */
  tool<X extends T[number]>(tool: X, input: z.input<X['input']>): Promise<z.output<X['output']>>;
}

/** A way in which the agent is known to go wrong, what catches it, and an example that shows it. */
export type FailsBy<I extends Contract, O extends Outcomes> =
  | { readonly when: string; readonly caughtBy: 'input'; readonly example: unknown }
  | {
      readonly when: string;
      readonly caughtBy: 'outcome';
      readonly example: Readonly<Record<string, unknown>>;
    }
  | { readonly when: string; readonly caughtBy: 'check'; readonly example: Example<I, O> };

export type SaysOne<O extends Outcomes> = {
  readonly [K in keyof O]: { readonly [P in K]: z.input<O[P]> };
}[keyof O];
export interface Example<I extends Contract, O extends Outcomes> {
  /** In a person's words; the router learns from it. */
  readonly ask: string;
  readonly input: z.input<I>;
  readonly says: SaysOne<O> | { readonly refused: Refusal };
}

interface Mind<I extends Contract, O extends Outcomes, T extends readonly Tool[]> {
  /**
   * In code; runs in a worker thread and must be the same for the same input and tool answers. Beside `instructions` it is what is
   * done where no model is configured, or the model came to nothing that holds.
   */
  readonly act?: (input: z.output<I>, say: Say<O>, io: Io<T>) => Said | Promise<Said>;
  /**
   * For a model. Of the input it sees numbers, truth values and the words that the contract spells out; every other text is
   * `[text]`: the model has it in its input, where what others wrote is no order.
   */
  readonly instructions?: (input: z.output<I>) => string;
  /**
   * How a model is held to the outcomes: `strict` (default), by a schema that its endpoint enforces; `prompt`, in words, for contracts
   * that cannot be said so. What it says is parsed by the contract either way.
   */
  readonly structured?: 'strict' | 'prompt';
  /** What of its input a model is shown, as JSON; default all. The code, and the check, have it whole. */
  readonly shows?: (input: z.output<I>) => unknown;
  /** True: a model is told what is known from earlier about the words of its input, the last runs among it, and of its conversation. */
  readonly recalls?: boolean;
  /**
   * True: what a model writes is shown to observers while it writes, marked as a draft, where no person is still to decide on it. Nothing
   * else hears of a draft.
   */
  readonly streams?: boolean;
}

/** What a tool answered in the course of a piece of work. */
export interface Heard {
  readonly tool: string;
  readonly value: unknown;
}

/** How far up an outcome may cross from a run below: to the run of its project, or of its tenant as well. */
export type Releases = 'project' | 'tenant';

export interface Agent<
  Id extends string = string,
  I extends Contract = Contract,
  O extends Outcomes = Outcomes,
  T extends readonly Tool[] = readonly Tool[],
>
  extends Mind<I, O, T>, Succession<AnyAgent> {
  readonly kind: 'agent';
  readonly id: Id;
  readonly version: number;
  readonly does: string;
  /** The near misses, and who has them. */
  readonly doesNot: Readonly<Record<string, string>>;
  readonly failsBy: readonly FailsBy<I, O>[];
  readonly input: I;
  readonly outcomes: O;
  /** The decisions that are this agent's alone. */
  readonly decides: readonly string[];
  readonly tools: T;
  readonly limits: TaskLimits;
  /**
   * Its work is shared by all runs of a scope: the same in flight twice is done once, and what it came to may be given to others for
   * `freshMs` (default 0). An owner silent for `leaseMs` (default 30 s) is taken for dead; after
   * `maxGrants` (5) of them those who wait are told `failed { hung }`.
   */
  readonly shared?: Partial<Sharing>;
  /** How far up its outcomes may cross from a run below; default not at all. */
  readonly releases?: Releases;
  /**
   * What no schema can say: a sentence where the outcome does not follow from the input, or from what its tools answered. What these
   * answered is not there where an example is checked.
   */
  readonly check?: (
    input: z.output<I>,
    said: { readonly outcome: string; readonly value: unknown },
    heard?: readonly Heard[],
  ) => string | undefined;
  readonly examples: readonly Example<I, O>[];
  /** More asks in a person's words, without a worked outcome. */
  readonly asks: readonly string[];
}

type Optional =
  | 'doesNot'
  | 'failsBy'
  | 'decides'
  | 'tools'
  | 'limits'
  | 'asks'
  | 'previous'
  | 'migrate';
/** `act`, or `instructions`, or both. */
type OneMind<I extends Contract, O extends Outcomes, T extends readonly Tool[]> =
  | (Pick<Mind<I, O, T>, 'act'> & {
      readonly instructions: NonNullable<Mind<I, O, T>['instructions']>;
    } & Pick<Mind<I, O, T>, 'structured' | 'streams' | 'recalls' | 'shows'>)
  | {
      readonly act: NonNullable<Mind<I, O, T>['act']>;
      readonly instructions?: never;
      readonly structured?: never;
      readonly streams?: never;
      readonly recalls?: never;
      readonly shows?: never;
    };
export type AgentDefinition<
  Id extends string,
  I extends Contract,
  O extends Outcomes,
  T extends readonly Tool[],
> = Omit<Agent<Id, I, O, T>, 'kind' | keyof Mind<I, O, T> | Optional> &
  Partial<Omit<Pick<Agent<Id, I, O, T>, Optional>, 'limits'>> & {
    readonly limits?: Partial<TaskLimits>;
  } & OneMind<I, O, T>;

/** An agent whatever its contracts are, as the runtime holds it. */
export interface AnyAgent extends Omit<
  Agent,
  'act' | 'instructions' | 'shows' | 'check' | 'failsBy' | 'examples' | 'tools'
> {
  readonly act?: (input: never, say: never, io: never) => unknown;
  readonly instructions?: (input: never) => string;
  readonly shows?: (input: never) => unknown;
  readonly check?: (
    input: never,
    said: { readonly outcome: string; readonly value: unknown },
    heard?: readonly Heard[],
  ) => string | undefined;
  readonly failsBy: readonly {
    readonly when: string;
    readonly caughtBy: 'input' | 'outcome' | 'check';
    readonly example: unknown;
  }[];
  readonly examples: readonly {
    readonly ask: string;
    readonly input: unknown;
    readonly says: object;
  }[];
  readonly tools: readonly AnyTool[];
}
/** A tool whatever its contracts are. */
export interface AnyTool extends Omit<Tool, 'run'> {
  run(input: never, context: Parameters<Tool['run']>[1]): Promise<unknown>;
}
