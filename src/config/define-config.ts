import type { Tokens } from './tokens.ts';
import type * as z from 'zod';
import type { ModelsSettings } from '../model/settings.ts';
import type { McpServer } from '../mcp/server.ts';
import type { NovaOptions } from '../host/nova-options.ts';

/** What `nova.config.ts` may say: the organisation that works here, its model, its limits, and who else decides than its user. */
export type Config = {
  readonly tokens?: Tokens;
  /** Which models think for whom, where `model` is not somebody of one's own; default those that `NOVA_MODEL` names. */
  readonly models?: z.input<typeof ModelsSettings>;
  /** The folders of the projects over which one run may look (`nova ask --all`). */
  readonly projects?: readonly string[];
  /** MCP servers of which no agent has a tool yet; those of the agents' tools are known. */
  readonly mcp?: readonly McpServer[];
} & Pick<
  NovaOptions,
  | 'organisation'
  | 'model'
  | 'tools'
  | 'limits'
  | 'tenantBudget'
  | 'quota'
  | 'breakers'
  | 'restarts'
  | 'maxDeadLetters'
  | 'schedules'
>;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: Config): Config => config;
