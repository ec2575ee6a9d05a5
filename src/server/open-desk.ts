import { setTimeout as wait } from 'node:timers/promises';
import type { Principal } from '../../machines/protocol/principal.ts';
import { HolderGoneError } from '../errors/holder-gone-error.ts';
import type { Desk } from '../host/desk.ts';
import { Nova, type NovaOptions } from '../host/nova.ts';
import { fileJournal } from '../store/file-journal.ts';
import { fileStore } from '../store/file-store.ts';
import { acquire, type Held } from '../store/holder-lock.ts';
import { socketAddress } from './address.ts';
import { connect } from './client.ts';
import { deskHandler, remoteDesk } from './desk-calls.ts';
import { serve } from './socket.ts';

/** Between two tries to take a folder whose holder is just coming or going. */
const RETRY_MS = 50;
const MAX_TRIES = 40;

export interface OpenDeskOptions {
  readonly folder: string;
  /** The process of this user. */
  readonly principal: Principal;
  /** Called only where this process comes to hold the folder. */
  readonly organise: () => Promise<Omit<NovaOptions, 'journal' | 'store'>>;
  /** How long a holder may take to answer; default 1,000. */
  readonly timeoutMs?: number;
}

/**
 * Opens a data folder: takes it where nobody holds it, else speaks to the process that does.
 * @throws HolderSilentError naming that process where it does not answer in time; StoreUnavailableError,
 *   CorruptFileError where the folder cannot be used.
 */
export async function openDesk(options: OpenDeskOptions): Promise<Desk> {
  const { folder, timeoutMs = 1_000 } = options;
  for (let tries = 1; ; tries += 1) {
    const startedAt = new Date().toISOString();
    const lock = await acquire(folder, { startedAt, socket: socketAddress(folder) });
    if (lock.held) return hold(options, lock);
    const address = lock.holder?.socket ?? socketAddress(folder);
    try {
      return remoteDesk(
        await connect(address, { timeoutMs, ...(lock.holder && { holder: lock.holder }) }),
      );
    } catch (error) {
      // The holder has gone, or has not begun to listen: the folder may be free the next moment.
      if (!(error instanceof HolderGoneError) || tries >= MAX_TRIES) throw error;
      await wait(RETRY_MS);
    }
  }
}

async function hold({ folder, principal, organise }: OpenDeskOptions, lock: Held): Promise<Desk> {
  try {
    const journal = fileJournal(folder);
    const store = fileStore(folder);
    const nova = new Nova({ ...(await organise()), journal, store });
    // A journal that cannot be read is a reason to say so now, not at the first answer.
    await journal.runs();
    const server = await serve(folder, deskHandler(nova, principal), { lock });
    return closing(nova, async () => {
      await nova.idle();
      await server.close();
      await nova.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The same desk with another way to close: what was begun for other processes is finished first. */
function closing(nova: Nova, close: () => Promise<void>): Desk {
  return {
    ask: (text, options) => nova.ask(text, options),
    resume: (run, options) => nova.resume(run, options),
    reviews: () => nova.reviews(),
    decide: (id, verdict, options) => nova.decide(id, verdict, options),
    stop: (run, principal) => nova.stop(run, principal),
    runs: () => nova.runs(),
    show: (run) => nova.show(run),
    close,
  };
}
