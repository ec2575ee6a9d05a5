import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { codeOf } from '../store/files.ts';

/**
 * Takes what the `.env` of a folder says into the environment, where that says nothing yet: only of the folder in which the person stands,
 * never of a project that is looked at.
 * @throws BadConfigError where it cannot be read.
 */
export function loadEnvironment(folder: string, env: NodeJS.ProcessEnv = process.env): void {
  const file = join(folder, '.env');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    throw new BadConfigError(file, `it cannot be read: ${(cause as Error).message}`, { cause });
  }
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
}
