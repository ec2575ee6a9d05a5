import type { Tokens } from './tokens.ts';
import type { NovaOptions } from '../host/nova-options.ts';

/** What `nova.config.ts` may say: the organisation that works here, its model, its limits, and who else decides than its user. */
export type Config = { readonly tokens?: Tokens } & Pick<
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
>;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: Config): Config => config;
