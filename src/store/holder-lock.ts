import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { FILE_MODE, makeFolder, systemFiles, unavailable } from './files.ts';
import { resultCodeOf, sqlite } from './sqlite.ts';

/** Who holds a data folder, as it stands in `holder.json`. */
export const Holder = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** The address at which it answers. */
  socket: z.string(),
});
export type Holder = z.infer<typeof Holder>;

/** This process holds the folder, until it releases it or ends in whatever way. */
export interface Held {
  readonly held: true;
  /** The folder as an absolute path. */
  readonly folder: string;
  /** False once released. */
  readonly isHeld: boolean;
  release(): void;
}

/** Another one does; `holder` is undefined in the moment before it has written who it is. */
export interface NotHeld {
  readonly held: false;
  readonly holder: Holder | undefined;
}

const MAX_HOLDER_BYTES = 64 * 1024;
const BUSY = 5;
const NOT_A_DATABASE = 26;

/**
 * Takes a data folder for this process, or says at once who has it; makes the folder where it is missing.
 * The lock is the operating system's, on `holder.lock`, and is free again the moment its holder is killed.
 * Nothing else may open that file: closing it anywhere in this process would give the lock away.
 * @param me when this process began and where it answers.
 * @throws StoreUnavailableError where the folder cannot be made or written, CorruptFileError where
 *   `holder.lock` is another program's.
 */
export async function acquire(
  folder: string,
  me: { readonly startedAt: string; readonly socket: string },
): Promise<Held | NotHeld> {
  const path = resolve(folder);
  await makeFolder(systemFiles, path).catch((cause: unknown) => {
    throw unavailable(path, cause);
  });
  const lock = lockFile(join(path, 'holder.lock'));
  if (lock === undefined) return { held: false, holder: readHolder(path) };
  const holder: Holder = { pid: process.pid, host: hostname(), ...me };
  try {
    const draft = join(path, 'holder.json.new');
    writeFileSync(draft, `${JSON.stringify(holder, null, 2)}\n`, { mode: FILE_MODE });
    renameSync(draft, join(path, 'holder.json'));
  } catch (cause) {
    lock.close();
    throw unavailable(path, cause);
  }
  return held(path, lock);
}

function held(folder: string, lock: DatabaseSync): Held {
  let isHeld = true;
  return {
    held: true,
    folder,
    get isHeld() {
      return isHeld;
    },
    release() {
      if (!isHeld) return;
      isHeld = false;
      // First the name, then the lock: afterwards the file is the next holder's.
      try {
        rmSync(join(folder, 'holder.json'), { force: true });
      } catch {
        // It only helps others to find the holder; who is gone is not looked for.
      } finally {
        lock.close();
      }
    },
  };
}

/** The open lock, or undefined where another process has it. */
function lockFile(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new (sqlite().DatabaseSync)(file, { timeout: 0 });
    // Not EXCLUSIVE, which is two locks: of two that race for them, each may get one and both give up.
    database.exec('BEGIN IMMEDIATE');
    return database;
  } catch (cause) {
    database?.close();
    const code = resultCodeOf(cause);
    if (code === BUSY) return undefined;
    if (code === NOT_A_DATABASE)
      throw new CorruptFileError(file, 'byte 0', "it is another program's file", { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailableError(file, `it cannot be opened and locked (${why})`, { cause });
  }
}

/** What lies there may be the last holder's, killed before the present one wrote its own. */
function readHolder(folder: string): Holder | undefined {
  const file = join(folder, 'holder.json');
  try {
    if (statSync(file).size > MAX_HOLDER_BYTES) return undefined;
    const holder = Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
    return holder.host === hostname() && !isAlive(holder.pid) ? undefined : holder;
  } catch {
    // None, or somebody else's file; the lock is what counts, this only helps to find its holder.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // Another user's process is alive, though not ours to signal.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
