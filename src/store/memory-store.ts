import type * as z from 'zod';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { encodeFolder, encodeName } from './document-name.ts';
import { decodeDocument, encodeDocument } from './document-text.ts';
import type { Store } from './ports.ts';

/** What a store in memory holds: the text of each document, by its name. */
export type MemoryDocuments = Map<string, Uint8Array>;

/**
 * A store that lasts as long as the process, for tests and for embedders who want no files.
 * It refuses what the one on disk refuses, and shares no object with its callers.
 * @param kept documents to go on with; pass the same map again to reopen it.
 */
export function memoryStore(kept: MemoryDocuments = new Map()): Store {
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw new StoreUnavailableError('store in memory', 'it is closed');
  };
  return {
    async read<S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | undefined> {
      requireOpen();
      encodeName(name);
      const bytes = kept.get(name);
      return bytes === undefined ? undefined : decodeDocument(name, schema, bytes);
    },
    async write(name, schema, value) {
      requireOpen();
      encodeName(name);
      kept.set(name, encodeDocument(name, schema, value));
    },
    async list(prefix) {
      requireOpen();
      encodeFolder(prefix);
      return [...kept.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    },
    async close() {
      isClosed = true;
    },
  };
}
