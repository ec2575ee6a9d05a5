/** Thrown by a tool that is in order and did not do what was asked: that is no failure of the tool, and no breaker counts it. */
export class ToolRefusedError extends Error {
  readonly code = 'tool_refused';
  /** `tool_not_granted`: it may not be used as it stands, and nothing was begun; `declined`: it was asked, and said no. */
  readonly why: 'tool_not_granted' | 'declined';

  constructor(why: 'tool_not_granted' | 'declined', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolRefusedError';
    this.why = why;
  }
}
