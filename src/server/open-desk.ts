import { setTimeout as wait } from 'node:timers/promises';
import type { Principal } from '../../machines/protocol/principal.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { HolderGoneError } from '../errors/holder-gone-error.ts';
import { HolderSilentError } from '../errors/holder-silent-error.ts';
import { messageOf } from '../host/border.ts';
import type { Desk } from '../host/desk.ts';
import { Nova, type NovaOptions } from '../host/nova.ts';
import { fileJournal, type FileJournalOptions } from '../store/file-journal.ts';
import { fileStore } from '../store/file-store.ts';
import { acquire, type Held } from '../store/holder-lock.ts';
import type { Dropped } from '../store/ports.ts';
import { socketAddress } from './address.ts';
import { connect } from './client.ts';
import { deskHandler, remoteDesk } from './desk-calls.ts';
import { followingDesk } from './following-desk.ts';
import { serve } from './socket.ts';

/** Between two tries to take a folder whose holder is just coming or going. */
const RETRY_MS = 50;
/** How long a holder may take to come or go: it may have a long journal to read, or a slow configuration. */
const COMING_MS = 15_000;
/** Whoever closes and has to wait for others longer than this is told so. */
const LINGER_MS = 300;

export interface OpenDeskOptions extends Pick<FileJournalOptions, 'onDamage' | 'sync'> {
  readonly folder: string;
  /** The process of this user. */
  readonly principal: Principal;
  /** Called only where this process comes to hold the folder. */
  readonly organise: () => Promise<Omit<NovaOptions, 'journal' | 'store'>>;
  /** How long a holder may take to answer; default 1,000. */
  readonly timeoutMs?: number;
  /** Hears in a line what a person should know: what recovery cut off, a run that cannot be read, for whom closing waits. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Opens a data folder: takes it where nobody holds it, else speaks to the process that does, and to the next one where that goes away.
 * @throws HolderSilentError naming that process where it does not answer in time; StoreUnavailableError,
 *   CorruptFileError where the folder cannot be used.
 */
export async function openDesk(options: OpenDeskOptions): Promise<Desk> {
  const open = (): Promise<Desk> => openOnce(options);
  const desk = await open();
  return desk.takeUp === undefined ? followingDesk(desk, open) : desk;
}

async function openOnce(options: OpenDeskOptions): Promise<Desk> {
  const { folder, timeoutMs = 1_000 } = options;
  if (folder === '') throw new BadRequestError('--store names no folder');
  const giveUpAt = performance.now() + COMING_MS;
  for (;;) {
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
      if (!(error instanceof HolderGoneError)) throw error;
      if (performance.now() > giveUpAt) {
        if (lock.holder === undefined) throw error;
        throw new HolderSilentError(address, lock.holder, COMING_MS, { cause: error });
      }
      await wait(RETRY_MS);
    }
  }
}

/** How often one looks whether a folder has become free. */
const LOOK_MS = 1_000;

/**
 * Opens a data folder as the process that holds it; waits until the one that does has left.
 * @param onWait told once, where there is one. @throws as `openDesk`; the signal's reason where it is aborted before.
 */
export async function holdDesk(
  options: OpenDeskOptions,
  signal: AbortSignal,
  onWait: () => void,
): Promise<Desk> {
  for (let looks = 0; ; looks += 1) {
    const desk = await openDesk(options);
    if (desk.takeUp !== undefined) return desk;
    await desk.close();
    if (looks === 0) onWait();
    await wait(LOOK_MS, undefined, { signal });
  }
}

async function hold(options: OpenDeskOptions, lock: Held): Promise<Desk> {
  const { folder, principal, organise, onNotice = () => {} } = options;
  const { onDamage = 'refuse', sync = 'always' } = options;
  try {
    const journal = fileJournal(folder, { onDamage, sync });
    const store = fileStore(folder);
    const onTrouble = (run: string, error: unknown) => onNotice(`${run}: ${messageOf(error)}`);
    const nova = new Nova({ ...(await organise()), journal, store, onTrouble });
    // A journal that cannot be read is a reason to say so now, not at the first answer.
    await journal.runs();
    for (const dropped of nova.dropped) onNotice(cutOff(dropped));
    const server = await serve(folder, deskHandler(nova, principal), { lock });
    return closing(nova, async () => {
      const line = 'finishing what other processes asked for; Ctrl-C leaves it to them';
      const lingering = setTimeout(() => onNotice(line), LINGER_MS);
      await nova.idle();
      clearTimeout(lingering);
      await server.finish();
      await nova.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function cutOff({ file, offset, bytes, records, why, keptAs }: Dropped): string {
  const whole = records === 0 ? '' : `, ${records} whole records among them`;
  const kept = keptAs === undefined ? '' : `; the file as it was is ${keptAs}`;
  return `${file}: the last ${bytes} bytes, from byte ${offset} on, were cut off${whole}: ${why}${kept}`;
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
    takeUp: () => nova.takeUp(),
    close,
  };
}
