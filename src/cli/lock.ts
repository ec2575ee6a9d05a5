import { writeFile } from 'node:fs/promises';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import type { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { readDocument } from '../store/document-text.ts';
import { codeOf } from '../store/files.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { differenceOf, Lock, lockOf } from '../verify/lock.ts';

const FILE = 'nova.lock.json';
const REFUSED = 1;
/** A team has thousands of definitions at most. */
const MAX_BYTES = 1_000_000;
const NO_LOCK = 'it is no lock of nova: where it is deleted, nova lock writes one';

/** The lock that lies where one stands; undefined where none does. @throws BadConfigError for one that is no lock. */
async function readLock(): Promise<Lock | undefined> {
  try {
    return await readDocument(FILE, Lock, MAX_BYTES);
  } catch (cause) {
    if (cause instanceof CorruptFileError)
      throw new BadConfigError(FILE, `at ${cause.place}: ${cause.problem}; ${NO_LOCK}`, { cause });
    const { problem, cause: why } = cause as StoreUnavailableError;
    if (codeOf(why) === 'ENOENT') return undefined;
    throw new BadConfigError(FILE, problem, { cause });
  }
}

/** What the lock that lies here has against an organisation; undefined where none lies here, or one of another organisation. */
export async function lockFaults(organisation: Organisation): Promise<string[] | undefined> {
  const locked = await readLock();
  if (locked === undefined || locked.organisation !== organisation.id) return undefined;
  const { changed, stale } = differenceOf(locked, lockOf(organisation));
  return [
    ...changed.map(
      (one) => `${one}: raise its version, or say nova lock --accept where no run is in flight`,
    ),
    ...stale.map((one) => `${one}: nova lock writes it`),
  ];
}

export interface LockFlags {
  readonly accept?: boolean;
}

/**
 * `nova lock`: writes down which definitions there are, so that `nova check` tells when one changes under its version.
 * @returns 0 where it was written; 1 where something has changed under its version, unless that is accepted.
 */
export async function lock(
  load: () => Promise<Organisation>,
  { accept = false }: LockFlags,
): Promise<number> {
  const there = lockOf(await load());
  const locked = await readLock();
  const { changed } =
    locked?.organisation === there.organisation ? differenceOf(locked, there) : { changed: [] };
  if (changed.length > 0 && !accept) {
    const lines = changed.map((one) => `nova: ${one}\n`);
    process.stderr.write(`${lines.join('')}nova: raise the version, or accept it with --accept\n`);
    return REFUSED;
  }
  await writeFile(FILE, `${JSON.stringify(there, null, 2)}\n`);
  process.stdout.write(`${FILE}: ${Object.keys(there.definitions).length} definitions\n`);
  return 0;
}
