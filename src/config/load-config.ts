import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BadConfigError } from '../errors/bad-config-error.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Config } from './define-config.ts';

const NAMES = ['nova.config.ts', 'nova.config.js', 'nova.config.mjs'];

/**
 * Reads the configuration of a folder: code, so only of the folder in which the person stands, never of a project that is looked at.
 * @returns undefined where there is none.
 * @throws BadConfigError where it does not load, or has no organisation as `default.organisation`.
 */
export async function loadConfig(folder: string): Promise<Config | undefined> {
  const file = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  let module: { readonly default?: Partial<Config> };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (cause) {
    throw new BadConfigError(file, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  const organisation = module.default?.organisation as Organisation | undefined;
  if (organisation?.kind !== 'organisation')
    throw new BadConfigError(
      file,
      'its default export has no `organisation` made by defineOrganisation',
    );
  return { ...module.default, organisation };
}
