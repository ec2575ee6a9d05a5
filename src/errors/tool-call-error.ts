/** A tool that an agent called did not return; the agent may catch it, go on without it, or refuse. */
export class ToolCallError extends Error {
  readonly code = 'tool_call';
  readonly tool: string;
  /** `contract`: the input breaks the tool's contract; `failed`: it failed, timed out, or a person said no. */
  readonly why: 'contract' | 'failed';

  constructor(tool: string, why: 'contract' | 'failed', detail: string) {
    super(`${tool}: ${detail}`);
    this.name = 'ToolCallError';
    this.tool = tool;
    this.why = why;
  }
}
