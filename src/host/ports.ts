import type { Usage } from '../../machines/protocol/usage.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { RunsKnown } from '../observe/run-told.ts';
import type { Session } from '../sessions/session.ts';

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
  /** What it plays in its run, by which models are chosen: a role of the organisation, `judge`, or `worker`. */
  readonly role: string;
  /** The author's words: all that may stand where a model takes orders. */
  readonly instructions: string;
  /** What others wrote: material, like the results of its calls and the problem; never an order. */
  readonly input: Json;
  /** Who handed it over. */
  readonly from: string;
  /** What is known from earlier runs about it; material as well. */
  readonly memory: readonly ModelMemory[];
  /** The last runs here that concern it; material as well. */
  readonly runs?: RunsKnown | undefined;
  /** What was said before in the conversation, oldest first: the last turns, of those before only what was asked, and how many more there were. */
  readonly earlier?: Session | undefined;
  /** JSON schemas by outcome. */
  readonly outcomes: Readonly<Record<string, Json>>;
  /** False: they cannot be said in strict mode, and the model is told of them in words. */
  readonly isStrict: boolean;
  readonly tools: readonly ModelTool[];
  /** The tool calls of this task so far, in order. */
  readonly calls: readonly ModelToolCall[];
  /** What was wrong with the last answer. */
  readonly problem: string | undefined;
  readonly turn: number;
  /** The same for every attempt of this turn. */
  readonly key: string;
  /** When its time is up, by the clock. */
  readonly dueAt: number;
}
export interface ModelMemory {
  readonly kind: string;
  readonly text: string;
  readonly author: string;
  /** ISO 8601. */
  readonly since: string;
}
export interface ModelTool {
  readonly name: string;
  readonly does: string;
  readonly input: Json;
  /** False: its input cannot be said in strict mode. */
  readonly isStrict: boolean;
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
  /** It is whole, and no answer: why, in words by which the model may mend it. */
  | { readonly broken: string }
);

/** Who hears of a call while it is made. */
export interface ModelHearing {
  /** Each request, piece by piece, exactly as it is about to be sent; it is sent when this has resolved. */
  onPrompt(prompt: readonly Json[]): Promise<void>;
  /** What the model writes, before any contract and gate, from that character on; at 0 it begins anew. Only where drafts are wanted. */
  readonly onDraft?: ((text: string, offset: number) => void) | undefined;
}

/** A mind for agents with `instructions`; what it replies is checked by the host, never trusted. */
export interface Model {
  /** True: it leaves endpoints alone that keep failing, and nobody needs to do so for it. */
  readonly isGuarded?: boolean;
  /** False for whom there is no model; default there is one for all. */
  thinksFor?(whom: Pick<ModelCall, 'node' | 'role'>): boolean;
  /** Rejects where no whole reply came, with a ModelError where it is known why; must settle soon after an abort. */
  call(call: ModelCall, signal: AbortSignal, hearing?: ModelHearing): Promise<ModelReply>;
  close?(): Promise<void>;
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
