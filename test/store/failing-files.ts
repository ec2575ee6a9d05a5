import type { FileHandle } from 'node:fs/promises';
import { systemFiles, type Files } from '../../src/store/files.ts';

export type Fault =
  | 'open'
  | 'write'
  | 'short write'
  | 'datasync'
  | 'sync'
  | 'folder sync'
  | 'truncate'
  | 'rename'
  | 'mkdir'
  | 'read';

/** A file system that does what the faults in its list say, as long as they stand there; each call asks once. */
export function failingFiles(faults: Pick<Set<Fault>, 'has'>, code = 'EIO'): Files {
  const broken = (fault: Fault) => Object.assign(new Error(`${fault} fails`), { code });
  const fail = (fault: Fault): void => {
    if (faults.has(fault)) throw broken(fault);
  };
  const open: Files['open'] = async (path, flags, mode) => {
    fail('open');
    const handle = await systemFiles.open(path, flags, mode);
    return flags === 'r' ? failingFolder(handle, fail) : failing(handle, faults, fail, broken);
  };
  const rename: Files['rename'] = async (from, to) => {
    fail('rename');
    await systemFiles.rename(from, to);
  };
  const failingAs = <K extends 'mkdir' | 'readFile' | 'readdir'>(
    name: K,
    fault: Fault,
  ): Files[K] => {
    const own = systemFiles[name] as (...given: unknown[]) => unknown;
    return (async (...given: unknown[]) => {
      fail(fault);
      return own(...given);
    }) as unknown as Files[K];
  };
  const mkdir = failingAs('mkdir', 'mkdir');
  const readFile = failingAs('readFile', 'read');
  const readdir = failingAs('readdir', 'read');
  return { ...systemFiles, open, rename, mkdir, readFile, readdir };
}

function failingFolder(handle: FileHandle, fail: (fault: Fault) => void): FileHandle {
  const sync = handle.sync.bind(handle);
  return Object.assign(handle, {
    sync: async () => {
      fail('folder sync');
      await sync();
    },
  });
}

function failing(
  handle: FileHandle,
  faults: Pick<Set<Fault>, 'has'>,
  fail: (fault: Fault) => void,
  broken: (fault: Fault) => Error,
): FileHandle {
  let unsynced: { readonly length: number; readonly position: number }[] = [];
  const own = {
    async datasync() {
      const isFailing = faults.has('datasync');
      // As on a real disk, what a failing sync should have kept may be gone, whoever wrote it when.
      for (const { length, position } of isFailing ? unsynced : [])
        await handle.write(Buffer.alloc(length), 0, length, position);
      if (isFailing) throw broken('datasync');
      unsynced = [];
      await handle.datasync();
    },
    async sync() {
      fail('sync');
      unsynced = [];
      await handle.sync();
    },
    async truncate(size: number) {
      fail('truncate');
      await handle.truncate(size);
    },
    async writeFile(bytes: Uint8Array) {
      fail('write');
      await handle.writeFile(bytes);
    },
    async write(bytes: Buffer, offset: number, length: number, position: number) {
      // A failing write leaves half of it behind, as a full disk does.
      const isFailing = faults.has('write');
      const isShort = isFailing || faults.has('short write');
      const some = isShort ? Math.ceil(length / 2) : length;
      const { bytesWritten } = await handle.write(bytes, offset, some, position);
      unsynced.push({ length: bytesWritten, position });
      if (isFailing) throw broken('write');
      return { bytesWritten };
    },
    stat: () => handle.stat(),
    close: () => handle.close(),
  };
  return own as unknown as FileHandle;
}
