import type { NovaOptions } from '../host/nova-options.ts';

/** What `nova.config.ts` may say: the organisation that works here, its model and its limits. */
export type Config = Pick<
  NovaOptions,
  'organisation' | 'model' | 'tools' | 'limits' | 'quota' | 'maxDeadLetters'
>;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: Config): Config => config;
