import { setTimeout as wait } from 'node:timers/promises';
import type { Principal } from '../../machines/protocol/principal.ts';
import { messageOf } from '../host/border.ts';
import { provenBy, type Tokens } from '../config/tokens.ts';
import type { Desk } from '../host/desk.ts';
import { Nova } from '../host/nova.ts';
import type { NovaOptions } from '../host/nova-options.ts';
import { cutOff } from '../store/damage.ts';
import { fileJournal, type FileJournalOptions } from '../store/file-journal.ts';
import { fileStore } from '../store/file-store.ts';
import type { Config } from '../config/define-config.ts';
import type { Held } from '../store/holder-lock.ts';
import { atFolder, type FolderOptions } from './at-folder.ts';
import { deskHandler } from './desk-calls.ts';
import { followingDesk } from './following-desk.ts';
import { serve } from './socket.ts';
import { projectsIn } from '../workspace/project.ts';

/** Whoever closes and has to wait for others longer than this is told so. */
const LINGER_MS = 300;

export interface OpenDeskOptions
  extends FolderOptions, Pick<FileJournalOptions, 'onDamage' | 'sync'> {
  /** The process of this user. */
  readonly principal: Principal;
  /** Called only where this process comes to hold the folder. */
  readonly organise: () => Promise<
    Omit<NovaOptions, 'journal' | 'store' | 'projects'> & Pick<Config, 'tokens' | 'projects'>
  >;
  /** Hears in a line what a person should know: what recovery cut off, a run that cannot be read, for whom closing waits. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Opens a data folder: takes it where nobody holds it, else speaks to the process that does, and to the next one where that goes away.
 * @throws as `atFolder`.
 */
export async function openDesk(options: OpenDeskOptions): Promise<Desk> {
  const open = (): Promise<Desk> =>
    atFolder<Desk>(
      options,
      (lock) => hold(options, lock),
      (desk) => desk,
    );
  const desk = await open();
  return desk.takeUp === undefined ? followingDesk(desk, open) : desk;
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
    const journal = fileJournal(folder, { onDamage, sync, onNotice });
    const store = fileStore(folder);
    const onTrouble = (run: string, error: unknown) => onNotice(`${run}: ${messageOf(error)}`);
    const { tokens = {}, projects: folders = [], ...config } = await organise();
    const projects = await projectsIn(folders);
    const nova = new Nova({ ...config, projects, journal, store, onTrouble });
    // A journal that cannot be read is a reason to say so now, not at the first answer.
    await journal.list({ limit: 0 });
    for (const dropped of nova.dropped) onNotice(cutOff(dropped));
    const desk = ownDesk(nova, principal, tokens);
    const server = await serve(folder, deskHandler(desk, principal), { lock });
    return {
      ...desk,
      close: async () => {
        const line = 'finishing what other processes asked for; Ctrl-C leaves it to them';
        const lingering = setTimeout(() => onNotice(line), LINGER_MS);
        await nova.idle();
        clearTimeout(lingering);
        await server.finish();
        await nova.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The desk of the process that holds the folder: its user is who they are at anybody else's desk, and what was begun for
 * other processes is finished before it closes.
 */
function ownDesk(nova: Nova, principal: Principal, tokens: Tokens): Desk {
  return {
    ask: (text, options) => nova.ask(text, { principal, ...options }),
    resume: (run, options) => nova.resume(run, { principal, ...options }),
    reviews: () => nova.reviews(),
    async decide(id, verdict, { token, ...options } = {}) {
      const by = token === undefined ? undefined : provenBy(tokens, token);
      return nova.decide(id, verdict, { principal, ...options, ...(by && { principal: by }) });
    },
    stop: (run, by = principal) => nova.stop(run, by),
    stopAll: (by = principal) => nova.stopAll(by),
    runs: (query) => nova.runs(query),
    stats: (query) => nova.stats(query),
    show: (run) => nova.show(run),
    why: (run) => nova.why(run),
    cases: (agent, query) => nova.cases(agent, query),
    memory: (scope, command, by = principal) => nova.memory(scope, command, by),
    session: (scope, name, before) => nova.session(scope, name, before),
    prompts: (run) => nova.prompts(run),
    letters: (run) => nova.letters(run),
    redeliver: (letter, by = principal) => nova.redeliver(letter, by),
    forget: (run, hash) => nova.forget(run, hash),
    takeUp: () => nova.takeUp(),
    keepSchedules: () => nova.keepSchedules(principal),
    close: () => nova.close(),
  };
}
