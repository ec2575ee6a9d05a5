import { userInfo } from 'node:os';
import { dataFolder } from '../config/data-folder.ts';
import type { Config } from '../config/define-config.ts';
import { syncMode } from '../config/sync-mode.ts';
import { oneLine } from './print.ts';

/** What every command may be told. */
export interface Globals {
  readonly store?: string;
  readonly cutDamage?: true;
}

/** Whose desk is opened, on which folder, by which organisation. */
export const deskHere = (organise: () => Promise<Config>, { store, cutDamage }: Globals) => ({
  folder: store ?? dataFolder(),
  principal: { id: userName(), proof: 'os-user' } as const,
  organise,
  onDamage: cutDamage ? ('cut' as const) : ('refuse' as const),
  sync: syncMode(),
  onNotice: (line: string) => void process.stderr.write(`nova: ${oneLine(line)}\n`),
});

/** A container's user may have a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}
