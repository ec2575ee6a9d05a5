import type { FileHandle } from 'node:fs/promises';
import type { Files } from '../../src/store/files.ts';

const OF_FILES = ['mkdir', 'readdir', 'readFile', 'rename', 'rm', 'stat'] as const;
const OF_HANDLES = ['write', 'writeFile', 'read', 'datasync', 'sync', 'truncate', 'stat'] as const;

type Call = (...given: readonly unknown[]) => Promise<unknown>;
const never = (): Promise<never> => new Promise(() => {});

/** The files of a process that may die: then nobody hears of what is under way, nothing more begins, and all is closed. */
export function mortalFiles(files: Files) {
  const handles = new Set<FileHandle>();
  const underWay = new Set<Promise<unknown>>();
  let isDead = false;
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) return never();
    const done = work();
    underWay.add(done);
    const [settled] = await Promise.allSettled([done]);
    underWay.delete(done);
    if (isDead) return never();
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  };
  const living = (target: object, names: readonly string[]): object =>
    Object.fromEntries(
      names.map((name): [string, Call] => {
        const own = (target as Record<string, Call>)[name]?.bind(target) ?? never;
        return [name, (...given) => alive(() => own(...given))];
      }),
    );
  const open: Files['open'] = async (...given) => {
    const handle = await alive(() => files.open(...given));
    handles.add(handle);
    const close = (): Promise<void> => {
      handles.delete(handle);
      return alive(() => handle.close());
    };
    return { ...living(handle, OF_HANDLES), close } as FileHandle;
  };
  return {
    files: { ...living(files, OF_FILES), open } as Files,
    die: async (): Promise<void> => {
      isDead = true;
      await Promise.allSettled(underWay);
      await Promise.allSettled([...handles].map((handle) => handle.close()));
    },
  };
}
