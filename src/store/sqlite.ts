import type * as Sqlite from 'node:sqlite';

let loaded: typeof Sqlite | undefined;

/**
 * Node's own SQLite, loaded at the first use.
 * Node 22 warns about it on stderr, where a command's user would take it for a fault of ours.
 */
export function sqlite(): typeof Sqlite {
  loaded ??= withoutWarning(() => process.getBuiltinModule('node:sqlite'));
  return loaded;
}

function withoutWarning<T>(load: () => T): T {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    Object.defineProperty(process, 'emitWarning', { ...own });
  }
}

/** SQLite's own result code of an error, without its extension; undefined for any other error. */
export function resultCodeOf(cause: unknown): number | undefined {
  if (typeof cause !== 'object' || cause === null || !('errcode' in cause)) return undefined;
  return typeof cause.errcode === 'number' ? cause.errcode & 0xff : undefined;
}
