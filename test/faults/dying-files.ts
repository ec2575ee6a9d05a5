import type { FileHandle } from 'node:fs/promises';
import { systemFiles, type Files } from '../../src/store/files.ts';

/** Where a process kills itself: at the n-th change of a file or folder, whatever it is. */
export interface Moment {
  readonly n: number;
  /** `half`: some of the bytes are written. */
  readonly when: 'before' | 'half' | 'after';
}

/** The machine's own files; at its moment the process is gone by SIGKILL. `counts.changes` is how many there have been. */
export function dyingFiles(
  moment: Moment | undefined,
): Files & { readonly counts: { changes: number } } {
  const counts = { changes: 0 };
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const change = async <T>(work: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> => {
    counts.changes += 1;
    const isNow = counts.changes === moment?.n;
    if (isNow && moment.when === 'before') die();
    if (isNow && moment.when === 'half') {
      await half?.();
      die();
    }
    const done = await work();
    if (isNow) die();
    return done;
  };
  const dying = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get(target, key) {
        const own: unknown = Reflect.get(target, key);
        if (typeof own !== 'function') return own;
        const call = (...given: unknown[]) =>
          (own as (...of: unknown[]) => Promise<unknown>).apply(target, given);
        if (key === 'write')
          return (bytes: Buffer, offset: number, length: number, position: number) =>
            change(
              () => call(bytes, offset, length, position),
              () => call(bytes, offset, length >> 1, position),
            );
        if (key === 'writeFile')
          return (bytes: Buffer) =>
            change(
              () => call(bytes),
              () => call(bytes.subarray(0, bytes.length >> 1)),
            );
        return ['sync', 'datasync', 'truncate'].includes(String(key))
          ? (...given: unknown[]) => change(() => call(...given))
          : call;
      },
    });
  return {
    ...systemFiles,
    counts,
    open: async (...given) => dying(await systemFiles.open(...given)),
    rename: (...given) => change(() => systemFiles.rename(...given)),
    rm: (...given) => change(() => systemFiles.rm(...given)),
  };
}
