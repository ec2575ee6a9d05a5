import type { FileHandle } from 'node:fs/promises';
import { systemFiles, type Files } from '../../src/store/files.ts';

/** Where a process kills itself: the n-th of a kind, counted from 1. */
export interface Point {
  readonly at: 'append' | 'rename' | 'call';
  readonly n: number;
  /** `half`: some of the bytes are written; `lost`: a call has happened, and its answer never comes. */
  readonly when: 'before' | 'half' | 'after' | 'synced' | 'lost';
}

/** All ways of a kind. */
export const WAYS: Readonly<Record<Point['at'], readonly Point['when'][]>> = {
  append: ['before', 'half', 'after', 'synced'],
  rename: ['before', 'after'],
  call: ['before', 'after', 'lost'],
};

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Counts what happens, and ends the process where the point says so. */
export class Killer {
  readonly counts = { append: 0, rename: 0, call: 0 };
  readonly #point: Point | undefined;
  constructor(point: Point | undefined) {
    this.#point = point;
  }
  count(at: Point['at']): (when: Point['when']) => void {
    const n = (this.counts[at] += 1);
    return (when) => {
      if (this.isAt(at, n, when)) die();
    };
  }
  isAt(at: Point['at'], n: number, when: Point['when']): boolean {
    return this.#point?.at === at && this.#point.n === n && this.#point.when === when;
  }
}

/** The machine's own files, in which the process dies at its point: by SIGKILL, in the middle of a journal's bytes. */
export function killingFiles(killer: Killer): Files {
  const open: Files['open'] = async (path, flags, mode) => {
    const handle = await systemFiles.open(path, flags, mode);
    return String(path).endsWith('.log') && flags === 'r+' ? killing(handle, killer) : handle;
  };
  const rename: Files['rename'] = async (from, to) => {
    const kill = killer.count('rename');
    kill('before');
    await systemFiles.rename(from, to);
    kill('after');
  };
  return { ...systemFiles, open, rename };
}

function killing(handle: FileHandle, killer: Killer): FileHandle {
  let kill = (_when: Point['when']): void => {};
  const own = {
    async write(bytes: Buffer, offset: number, length: number, position: number) {
      kill = killer.count('append');
      kill('before');
      if (killer.isAt('append', killer.counts.append, 'half'))
        await handle.write(bytes, offset, length >> 1, position);
      kill('half');
      const done = await handle.write(bytes, offset, length, position);
      kill('after');
      return done;
    },
    async datasync() {
      await handle.datasync();
      kill('synced');
    },
    sync: () => handle.sync(),
    truncate: (size: number) => handle.truncate(size),
    stat: () => handle.stat(),
    close: () => handle.close(),
  };
  return own as unknown as FileHandle;
}
