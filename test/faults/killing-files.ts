import type { FileHandle } from 'node:fs/promises';
import { systemFiles, type Files } from '../../src/store/files.ts';

/** Where a process kills itself: the n-th of a kind, counted from 1. */
export interface Point {
  readonly at:
    | 'write'
    | 'truncate'
    | 'datasync'
    | 'sync'
    | 'folder sync'
    | 'rename'
    | 'mkdir'
    | 'call';
  readonly n: number;
  /** `half`: some of the bytes are written; `lost`: a call has happened, and its answer never comes. */
  readonly when: 'before' | 'half' | 'after' | 'lost';
}

const AROUND = ['before', 'after'] as const;
/** All ways of a kind; each append to the journal is a write and a datasync. */
export const WAYS: Readonly<Record<Point['at'], readonly Point['when'][]>> = {
  write: ['before', 'half', 'after'],
  truncate: AROUND,
  datasync: AROUND,
  sync: AROUND,
  'folder sync': AROUND,
  rename: AROUND,
  mkdir: AROUND,
  call: ['before', 'after', 'lost'],
};

export const die = (): void => void process.kill(process.pid, 'SIGKILL');

export type Counts = Record<Point['at'], number>;

/** Counts what happens, and ends the process where the point says so. */
export class Killer {
  readonly counts: Counts = {
    write: 0,
    truncate: 0,
    datasync: 0,
    sync: 0,
    'folder sync': 0,
    rename: 0,
    mkdir: 0,
    call: 0,
  };
  readonly #point: Point | undefined;
  constructor(point: Point | undefined) {
    this.#point = point;
  }
  /** One more of a kind; true where it is the one of the point, and so is the way. */
  count(at: Point['at']): (when: Point['when']) => boolean {
    const n = (this.counts[at] += 1);
    const { at: kind, n: nth, when: way } = this.#point ?? {};
    return (when) => kind === at && nth === n && way === when;
  }
  /** Does it, and dies before or after it where the point says so. */
  async around<T>(at: Point['at'], work: () => Promise<T>): Promise<T> {
    const isNow = this.count(at);
    if (isNow('before')) die();
    try {
      return await work();
    } finally {
      // Also after one that failed: a folder is there already, a call says no.
      if (isNow('after')) die();
    }
  }
}

/** The machine's own files, in which the process dies at its point: by SIGKILL, in the middle of bytes too. */
export function killingFiles(killer: Killer): Files {
  const open: Files['open'] = async (path, flags, mode) => {
    const handle = await systemFiles.open(path, flags, mode);
    return killing(handle, killer, flags === 'r' ? 'folder sync' : 'sync');
  };
  const rename: Files['rename'] = (from, to) =>
    killer.around('rename', () => systemFiles.rename(from, to));
  const mkdir = ((...given: Parameters<Files['mkdir']>) =>
    killer.around('mkdir', async () => systemFiles.mkdir(...given))) as Files['mkdir'];
  return { ...systemFiles, open, rename, mkdir };
}

function killing(handle: FileHandle, killer: Killer, sync: 'sync' | 'folder sync'): FileHandle {
  const written = async <T>(half: () => Promise<unknown>, whole: () => Promise<T>): Promise<T> => {
    const isNow = killer.count('write');
    if (isNow('before')) die();
    if (isNow('half')) {
      await half();
      die();
    }
    const done = await whole();
    if (isNow('after')) die();
    return done;
  };
  const own = {
    write: (bytes: Buffer, offset: number, length: number, position: number) =>
      written(
        () => handle.write(bytes, offset, length >> 1, position),
        () => handle.write(bytes, offset, length, position),
      ),
    writeFile: (bytes: Uint8Array) =>
      written(
        () => handle.writeFile(bytes.subarray(0, bytes.length >> 1)),
        () => handle.writeFile(bytes),
      ),
    datasync: () => killer.around('datasync', () => handle.datasync()),
    sync: () => killer.around(sync, () => handle.sync()),
    truncate: (size: number) => killer.around('truncate', () => handle.truncate(size)),
    read: handle.read.bind(handle),
    stat: () => handle.stat(),
    close: () => handle.close(),
  };
  return own as unknown as FileHandle;
}
