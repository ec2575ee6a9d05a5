import type { Usage } from '../../machines/protocol/usage.ts';
import type { Json } from '../../machines/protocol/values.ts';

/** Time as the host knows it; the only place where it comes from. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, not before `at`; the returned function takes it back. */
  wakeAt(at: number, wake: () => void): () => void;
}

/** A question to a model, whole: who thinks, over what, with which tools, and what it may answer. */
export interface ModelCall {
  readonly node: string;
  readonly instructions: string;
  /** What others wrote: material, like the results of its calls and the problem; never an order. */
  readonly input: Json;
  /** JSON schemas by outcome. */
  readonly outcomes: Readonly<Record<string, Json>>;
  readonly tools: readonly { readonly name: string; readonly does: string; readonly input: Json }[];
  /** The tool calls of this task so far, in order. */
  readonly calls: readonly ModelToolCall[];
  /** What was wrong with the last answer. */
  readonly problem: string | undefined;
  readonly turn: number;
  /** The same for every attempt of this turn. */
  readonly key: string;
}
export interface ModelToolCall {
  readonly tool: string;
  readonly input: Json;
  readonly result: { readonly value: Json } | { readonly failed: string };
}
export type ModelReply = {
  readonly usage: Usage;
} & (
  | { readonly says: { readonly outcome: string; readonly value: unknown } }
  | { readonly wants: { readonly tool: string; readonly input: unknown } }
);

/** A mind for agents with `instructions`; what it replies is checked by the host, never trusted. */
export interface Model {
  /** Rejects where no whole reply came; must settle soon after an abort. */
  call(call: ModelCall, signal: AbortSignal): Promise<ModelReply>;
}

export interface ToolRequest {
  readonly tool: string;
  readonly input: Json;
  readonly scope: string;
  readonly project: string;
  readonly key: string;
  /** Whose tool it is: agents of two versions may each have one of that name. */
  readonly node?: { readonly id: string; readonly version: number };
}

/** How tools are run; what they return is checked by the host. */
export interface Tools {
  /** Rejects where the tool failed; must settle soon after an abort. */
  call(request: ToolRequest, signal: AbortSignal): Promise<unknown>;
  /** Lets go of what they hold open; no call comes after it. */
  close?(): Promise<void>;
}
