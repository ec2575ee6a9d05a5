import type { Json } from '../../machines/protocol/values.ts';
import { NondeterministicError } from '../errors/nondeterministic-error.ts';
import { ToolCallError } from '../errors/tool-call-error.ts';
import { canonical } from '../kernel/canonical.ts';
import type { AnyAgent, AnyTool, Said } from '../team/agent.ts';
import { parse } from '../team/contract.ts';

/** A tool call of the task as it is on record; its answer is fed by its order. */
export interface RecordedCall {
  readonly tool: string;
  readonly input: Json;
  readonly result: { readonly value: Json } | { readonly failed: string };
}

/** What one turn of an agent in code came to. */
export type TurnResult =
  | { readonly kind: 'says'; readonly said: Said }
  | { readonly kind: 'wants'; readonly tool: string; readonly input: Json }
  | { readonly kind: 'threw' | 'unavailable'; readonly message: string }
  | { readonly kind: 'nondeterministic'; readonly message: string };

/**
 * One run of an agent's `act`, turn by turn: it is suspended at each tool call until the answer is on record.
 * A session that is begun anew with recorded calls goes through them without asking for them again.
 */
export class ActSession {
  private readonly agent: AnyAgent;
  private readonly input: Json;
  private recorded: readonly RecordedCall[];
  private asked = 0;
  /** Calls go one by one, in the order in which the code made them. */
  private line: Promise<unknown> = Promise.resolve();
  private report: ((result: TurnResult) => void) | undefined;
  private resume: (() => void) | undefined;
  private begun = false;
  private over = false;

  constructor(agent: AnyAgent, input: Json, recorded: readonly RecordedCall[]) {
    this.agent = agent;
    this.input = input;
    this.recorded = recorded;
  }

  /** True once the code has come to its end; a repair begins a new session. */
  get isOver(): boolean {
    return this.over;
  }

  /** Goes on with what is on record now, until the code says an outcome or wants a tool. */
  turn(recorded: readonly RecordedCall[]): Promise<TurnResult> {
    this.recorded = recorded;
    return new Promise((report) => {
      this.report = report;
      if (!this.begun) {
        this.begun = true;
        void this.run();
      } else {
        this.resume?.();
        this.resume = undefined;
      }
    });
  }

  private tell(result: TurnResult): void {
    this.report?.(result);
    this.report = undefined;
  }

  private async run(): Promise<void> {
    const names = [...Object.keys(this.agent.outcomes), 'refused'];
    const say = Object.fromEntries(
      names.map((outcome) => [outcome, (value: unknown) => ({ outcome, value })]),
    );
    const io = { tool: (tool: AnyTool, input: unknown) => this.enqueue(tool, input) };
    try {
      const said = await this.agent.act?.(this.input as never, say as never, io as never);
      if (this.asked < this.recorded.length)
        throw new NondeterministicError(
          `it made ${this.recorded.length} calls and now only ${this.asked}`,
        );
      this.over = true;
      this.tell({ kind: 'says', said: said as Said });
    } catch (error) {
      this.over = true;
      const message = error instanceof Error ? error.message : String(error);
      this.tell({
        kind: error instanceof NondeterministicError ? 'nondeterministic' : 'threw',
        message,
      });
    }
  }

  private enqueue(tool: AnyTool, input: unknown): Promise<unknown> {
    const call = this.line.then(() => this.call(tool, input));
    this.line = call.catch(() => {});
    return call;
  }

  private async call(tool: AnyTool, input: unknown): Promise<unknown> {
    const parsed = parse(tool.input, input);
    if (!parsed.ok) throw new ToolCallError(tool.name, 'contract', parsed.issues);
    const ordinal = this.asked++;
    let record = this.recorded[ordinal];
    while (record === undefined) {
      const resumed = new Promise<void>((resume) => {
        this.resume = resume;
      });
      this.tell({ kind: 'wants', tool: tool.name, input: parsed.value });
      await resumed;
      record = this.recorded[ordinal];
    }
    this.requireSame(ordinal, record, tool.name, parsed.value);
    if ('failed' in record.result)
      throw new ToolCallError(tool.name, 'failed', record.result.failed);
    return record.result.value;
  }

  private requireSame(ordinal: number, record: RecordedCall, tool: string, input: Json): void {
    // A person may have edited the input of a writing tool: then the record is what was done, and the wish is not compared.
    const isWrite = this.agent.tools.find(({ name }) => name === tool)?.effect === 'writes';
    if (record.tool === tool && (isWrite || canonical(record.input) === canonical(input))) return;
    const message = `call ${ordinal + 1} was ${record.tool} and is now ${tool} with ${record.tool === tool ? 'another' : 'its'} input`;
    this.tell({ kind: 'nondeterministic', message });
    throw new NondeterministicError(message);
  }
}
