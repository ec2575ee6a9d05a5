import type * as z from 'zod';
import type { ToolEffect } from '../../machines/protocol/handoff.ts';
import type { CatalogueEntry, KnownTurn } from '../../machines/protocol/roles.ts';
import type { Recalled } from '../memory/recall.ts';
import type { MemoryRecord, Note, TaughtRecord } from '../memory/record.ts';
import type { RunsKnown, RunsTold, RunWindow } from '../observe/run-told.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireJson, type Contract } from './contract.ts';
import { requireApproval, type Approval } from './gate-terms.ts';
import { requireName } from './names.ts';

/** What a tool knows while it runs. */
export interface ToolContext {
  readonly scope: string;
  /** The project's folder; the tool must not look outside of it. */
  readonly project: string;
  /** Aborted when the call is no longer wanted or its time is up. */
  readonly signal: AbortSignal;
  /** The idempotency key: the same for every attempt of one call. */
  readonly key: string;
  /** What is known in the run's scope; what is noted is held until a person accepts it. None where a host runs tools by itself. */
  readonly memory?: {
    recall(words: string, maxTokens: number): Promise<Recalled>;
    note(note: Note): Promise<MemoryRecord>;
    /** What people have said of who takes requests like some words. */
    lessons(words: string): Promise<readonly TaughtRecord[]>;
  };
  /** Who else of the organisation can be asked. None where a host runs tools by itself. */
  readonly colleagues?: readonly CatalogueEntry[];
  /** What ran lately in the run's scope and those above it, without the run itself. None in `public`, and where a host runs tools by itself. */
  readonly lately?: (window: RunWindow) => Promise<RunsTold>;
  /** The last of these that concern some words, so many at most. None where a host runs tools by itself, or work is shared by runs. */
  readonly recent?: (words: string, limit: number) => Promise<RunsKnown>;
  /** The turn before in the run's conversation. Likewise, and none in `public`. */
  readonly said?: () => Promise<KnownTurn | undefined>;
}

/** What holds something open for its tools, such as the connection to a server. */
export interface ToolSource {
  /** Somebody uses it from now on; what is returned lets go, and who lets go last closes it. */
  attach(): () => Promise<void>;
}

/** What is done when it is unknown whether a writing call happened. */
export type InDoubt = 'reissue' | 'ask' | { readonly lookup: (key: string) => Promise<unknown> };

export interface Tool<
  Name extends string = string,
  In extends Contract = Contract,
  Out extends Contract = Contract,
> {
  readonly kind: 'tool';
  readonly name: Name;
  readonly does: string;
  readonly input: In;
  readonly output: Out;
  readonly effect: ToolEffect;
  /** Milliseconds; default 10,000. */
  readonly timeoutMs: number;
  readonly inDoubt: InDoubt;
  /** Who approves what it writes, and says what became of a doubtful write; default: whoever asked for the run, within 24 hours. */
  readonly approval?: Approval;
  /** True: it is asked again with the same input until something has come, and that is no loop; its agent's turns bound it. */
  readonly polls?: boolean;
  /** Why each call of it is refused, where that is known beforehand. */
  readonly refused?: string;
  /** Where it comes from; a Nova holds on to it until it is closed. */
  readonly source?: ToolSource;
  /**
   * Rejects only where it is out of order, which is counted (`breakers`), or with a ToolRefusedError: what it did not find is said by
   * its output.
   */
  run(input: z.output<In>, context: ToolContext): Promise<z.input<Out>>;
}

export type ToolDefinition<Name extends string, In extends Contract, Out extends Contract> = Omit<
  Tool<Name, In, Out>,
  'kind' | 'timeoutMs' | 'inDoubt'
> & { readonly timeoutMs?: number; readonly inDoubt?: InDoubt };

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Defines a tool: the only way by which an agent touches the world.
 * A tool that `writes` runs only after a person has approved exactly its input, or as many as its `approval` says.
 * @throws DefinitionError where the name or a contract cannot be kept, and for an `approval` that nobody could give.
 */
export function defineTool<const Name extends string, In extends Contract, Out extends Contract>(
  definition: ToolDefinition<Name, In, Out>,
): Tool<Name, In, Out> {
  const where = `tool ${definition.name}`;
  requireName(where, definition.name);
  if (definition.does.trim() === '') throw new DefinitionError(where, '`does` is empty');
  requireJson(`${where} input`, definition.input);
  requireJson(`${where} output`, definition.output);
  const timeoutMs = definition.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1)
    throw new DefinitionError(where, `timeoutMs is ${timeoutMs}, not a whole number of at least 1`);
  if (definition.approval !== undefined) {
    if (definition.effect === 'reads')
      throw new DefinitionError(where, 'nobody approves of reading');
    requireApproval(where, definition.approval);
  }
  return { ...definition, kind: 'tool', timeoutMs, inDoubt: definition.inDoubt ?? 'ask' };
}
