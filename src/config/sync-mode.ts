import { BadConfigError } from '../errors/bad-config-error.ts';
import type { SyncMode } from '../store/file-journal.ts';

const MODES: readonly string[] = ['always', 'interval', 'never'] satisfies SyncMode[];

/** When the journal is synced: `NOVA_SYNC`, else `always`. @throws BadConfigError for anything else. */
export function syncMode(env: NodeJS.ProcessEnv = process.env): SyncMode {
  const mode = env['NOVA_SYNC'] || 'always';
  if (MODES.includes(mode)) return mode as SyncMode;
  throw new BadConfigError('NOVA_SYNC', `it is ${mode}, not one of ${MODES.join(', ')}`);
}
