import type { Json, ValueRef } from '../../machines/protocol/values.ts';

export type Parsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly issues: string };

/** What the kernel knows of a node: which machine plays it, and its contract. */
export interface NodeSpec {
  readonly id: string;
  readonly version: number;
  readonly machine: string;
  /** Of the machine, where it is the node's own; default the newest. */
  readonly machineVersion?: number;
  readonly settings: Json;
  /** True where the same work in flight twice is done once. */
  readonly isSingle?: boolean;
  /** Where its work is shared with other runs: what the lease is begun with, beside the work itself. */
  readonly shared?: Readonly<Record<string, number>>;
  /** True where they depend on more than its version: then each handoff keeps its own. */
  readonly isVaried?: boolean;
  parseInput(value: Json): Parsed;
  /** For nodes whose own machine puts its value together; others have parsed it at their border. */
  parseOutcome?(outcome: string, value: Json): Parsed;
  /** What its machine is started with, where that is not a `NodeInput`; `keep` puts a part of the input among the values, `by` wrote it. */
  begin?(
    input: ValueRef,
    value: Json,
    keep: (contract: string, value: Json) => ValueRef,
    /** Those of then, where they are varied. */
    settings: Json,
    by?: string,
  ): Readonly<Record<string, unknown>>;
  /** Its declared outcomes, each with the keys that every value of it has: what a plan's edge may take. */
  readonly outcomes?: Readonly<Record<string, readonly string[]>>;
  /** The JSON schema of what an outcome gives, whole or under a key; empty where nothing is known. */
  gives?(outcome: string, key?: string): object;
  /** The JSON schema of what is taken under a key of the input. */
  accepts?(key: string): object;
  /** Parses an input of which some keys come from other parts of a plan. */
  parseGiven?(value: Json, later: readonly string[]): Parsed;
}
