import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { RequestLimits } from '../host/asks.ts';
import { BreakerInput } from '../../machines/breaker.ts';
import { Quota } from '../host/quotas.ts';
import { RestartLimits } from '../host/restarts.ts';
import { TenantBudget } from '../host/tenant-budget.ts';
import { ModelsSettings } from '../model/settings.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Config } from './define-config.ts';
import { loadModule } from './load-module.ts';

const NAMES = ['nova.config.ts', 'nova.config.js', 'nova.config.mjs'];

const Calls = z.looseObject({ call: z.custom((value) => typeof value === 'function') });
/** What the rest of the runtime relies on; an organisation is known by what defineOrganisation makes of it. */
const Shape = z.object({
  organisation: z.custom<Organisation>(
    (value) => {
      const { kind, agents, byId, tools } = (value ?? {}) as Partial<Organisation>;
      const isMade = byId instanceof Map && tools instanceof Map && Array.isArray(agents);
      return kind === 'organisation' && isMade;
    },
    { error: 'is not made by defineOrganisation' },
  ),
  limits: RequestLimits.partial().optional(),
  tenantBudget: TenantBudget.optional(),
  tokens: z
    .record(z.string().min(1), z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex'))
    .optional(),
  quota: Quota.optional(),
  breakers: z.union([BreakerInput, z.literal(false)]).optional(),
  restarts: z.union([RestartLimits, z.literal(false)]).optional(),
  maxDeadLetters: z.int().min(0).optional(),
  // Whole when they are kept: cron patterns are read by those alone who plan something.
  schedules: z.array(z.looseObject({ id: z.string(), cron: z.string() })).optional(),
  projects: z.array(z.string().min(1)).optional(),
  mcp: z
    .array(z.custom((value) => (value as { kind?: unknown } | null)?.kind === 'mcp-server'))
    .optional(),
  model: Calls.optional(),
  models: ModelsSettings.optional(),
  tools: Calls.optional(),
});

/** The configuration that lies in a folder, if one does. */
export const configIn = (folder: string): string | undefined =>
  NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));

/**
 * Reads the configuration of a folder: code, so only of the folder in which the person stands, never of a project that is looked at.
 * @returns undefined where there is none.
 * @throws BadConfigError where it does not load, or its default export is no configuration.
 */
export async function loadConfig(folder: string): Promise<Config | undefined> {
  const file = configIn(folder);
  if (file === undefined) return undefined;
  const module = (await loadModule(file)) as { readonly default?: Config };
  try {
    const config = { ...module.default } as Config;
    const { error } = Shape.safeParse(config);
    if (error !== undefined)
      throw new BadConfigError(file, `its default export: ${z.prettifyError(error)}`);
    return config;
  } catch (cause) {
    if (cause instanceof BadConfigError) throw cause;
    throw new BadConfigError(file, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
