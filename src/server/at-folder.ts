import { setTimeout as wait } from 'node:timers/promises';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { HolderGoneError } from '../errors/holder-gone-error.ts';
import { HolderSilentError } from '../errors/holder-silent-error.ts';
import type { Desk } from '../host/desk.ts';
import { acquire, type Held } from '../store/holder-lock.ts';
import { socketAddress } from './address.ts';
import { connect } from './client.ts';
import { remoteDesk } from './desk-calls.ts';

/** Between two tries to take a folder whose holder is just coming or going. */
const RETRY_MS = 50;
/** How long a holder may take to come or go: it may have a long journal to read, or a slow configuration. */
const COMING_MS = 15_000;

export interface FolderOptions {
  readonly folder: string;
  /** How long a holder may take to answer; default 1,000. */
  readonly timeoutMs?: number;
}

/**
 * Does something with a data folder: as its holder where nobody else holds it, else by the desk of the process that does.
 * @throws HolderSilentError naming that process where it does not answer in time; StoreUnavailableError,
 *   CorruptFileError where the folder cannot be used.
 */
export async function atFolder<T>(
  { folder, timeoutMs = 1_000 }: FolderOptions,
  held: (lock: Held) => T | Promise<T>,
  asked: (desk: Desk) => T | Promise<T>,
): Promise<T> {
  if (folder === '') throw new BadRequestError('--store names no folder');
  const giveUpAt = performance.now() + COMING_MS;
  for (;;) {
    const startedAt = new Date().toISOString();
    const lock = await acquire(folder, { startedAt, socket: socketAddress(folder) });
    if (lock.held) return held(lock);
    const address = lock.holder?.socket ?? socketAddress(folder);
    try {
      const holder = lock.holder && { holder: lock.holder };
      return await asked(remoteDesk(await connect(address, { timeoutMs, ...holder })));
    } catch (error) {
      // The holder has gone, or has not begun to listen: the folder may be free the next moment.
      if (!(error instanceof HolderGoneError)) throw error;
      if (performance.now() > giveUpAt) {
        if (lock.holder === undefined) throw error;
        throw new HolderSilentError(address, lock.holder, COMING_MS, { cause: error });
      }
      await wait(RETRY_MS);
    }
  }
}
