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
  | 'rename';

/** A file system that does what the faults in its list say, as long as they stand there. */
export function failingFiles(faults: Set<Fault>): Files {
  const fail = (fault: Fault): void => {
    if (faults.has(fault)) throw Object.assign(new Error(`${fault} fails`), { code: 'EIO' });
  };
  const open: Files['open'] = async (path, flags, mode) => {
    fail('open');
    const handle = await systemFiles.open(path, flags, mode);
    return flags === 'r' ? failingFolder(handle, fail) : failing(handle, faults, fail);
  };
  const rename: Files['rename'] = async (from, to) => {
    fail('rename');
    await systemFiles.rename(from, to);
  };
  return { ...systemFiles, open, rename };
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

function failing(handle: FileHandle, faults: Set<Fault>, fail: (fault: Fault) => void): FileHandle {
  let unsynced: { readonly length: number; readonly position: number }[] = [];
  const own = {
    async datasync() {
      // As on a real disk, what a failing sync should have kept may be gone, whoever wrote it when.
      for (const { length, position } of faults.has('datasync') ? unsynced : [])
        await handle.write(Buffer.alloc(length), 0, length, position);
      fail('datasync');
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
      const isShort = faults.has('short write') || faults.has('write');
      const some = isShort ? Math.ceil(length / 2) : length;
      const { bytesWritten } = await handle.write(bytes, offset, some, position);
      unsynced.push({ length: bytesWritten, position });
      fail('write');
      return { bytesWritten };
    },
    stat: () => handle.stat(),
    close: () => handle.close(),
  };
  return own as unknown as FileHandle;
}
