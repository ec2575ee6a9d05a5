/** An MCP server cannot be spoken with. */
export class McpError extends Error {
  readonly code = 'mcp';
  /** The server's id. */
  readonly where: string;
  /** `unreachable`: what was wanted was not sent; `lost`: it was, and no answer came. */
  readonly why: 'unreachable' | 'lost';

  constructor(where: string, why: 'unreachable' | 'lost', problem: string, options?: ErrorOptions) {
    super(`MCP server ${where}: ${problem}`, options);
    this.name = 'McpError';
    this.where = where;
    this.why = why;
  }
}
