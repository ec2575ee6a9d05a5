import type { Tokens } from './tokens.ts';
import type { McpServer } from '../mcp/server.ts';
import type { NovaOptions } from '../host/nova-options.ts';

/** What `nova.config.ts` may say: the organisation that works here, its model, its limits, and who else decides than its user. */
export type Config = {
  readonly tokens?: Tokens;
  /** MCP servers of which no agent has a tool yet; those of the agents' tools are known. */
  readonly mcp?: readonly McpServer[];
} & Pick<
  NovaOptions,
  | 'organisation'
  | 'model'
  | 'tools'
  | 'limits'
  | 'quota'
  | 'breakers'
  | 'restarts'
  | 'maxDeadLetters'
>;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: Config): Config => config;
