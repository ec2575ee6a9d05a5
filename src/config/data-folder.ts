import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the journal lies by default: `NOVA_HOME`, else the folder that the system keeps for state. */
export function dataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  if (env['NOVA_HOME']) return env['NOVA_HOME'];
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'nova');
  // A path that is not absolute counts as none, says its specification.
  const state = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'nova');
}
