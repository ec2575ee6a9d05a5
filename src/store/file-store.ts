import { join } from 'node:path';
import { Low } from 'lowdb';
import type * as z from 'zod';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import { decodeName, encodeFolder, encodeName } from './document-name.ts';
import { decodeDocument, encodeDocument } from './document-text.ts';
import { Drafts, DurableFile } from './durable-file.ts';
import { codeOf, systemFiles, unavailable, type Files } from './files.ts';
import type { Store } from './ports.ts';

const ENDING = '.json';
/** Reads and writes that may wait for one document. */
const MAX_WAITING_CALLS = 1_000;
/** What `list` walks over before it gives up: such a folder is not ours. */
const MAX_LISTED_NAMES = 1_000_000;

export interface FileStoreOptions {
  readonly files?: Files;
}

/**
 * Documents in `<folder>/documents/<name>.json`, for people to open; see `encodeName` for odd names.
 * A write is on the disk when it resolves, and after a crash a document is the old or the new one.
 * Calls for one document run one after the other. Beside what the port says, they reject with a
 * StoreUnavailableError, and a write with a TooLargeError above 1 MB, a NotKeepableError for a bad name
 * or a value that does not fit, a NotJsonError for one that is not JSON.
 */
export function fileStore(folder: string, options: FileStoreOptions = {}): Store {
  return new FileStore(folder, options.files ?? systemFiles);
}

interface Line {
  last: Promise<unknown>;
  waiting: number;
}

class FileStore implements Store {
  readonly #folder: string;
  readonly #files: Files;
  readonly #drafts: Drafts;
  readonly #lines = new Map<string, Line>();
  #isClosed = false;

  constructor(folder: string, files: Files) {
    this.#folder = join(folder, 'documents');
    this.#drafts = new Drafts(files, join(folder, 'drafts'));
    this.#files = files;
  }

  async read<S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | undefined> {
    return this.#inTurn(name, async (low, file) => {
      await low.read();
      return low.data === null ? undefined : decodeDocument(file, schema, low.data);
    });
  }

  async write<S extends z.ZodType>(name: string, schema: S, value: z.input<S>): Promise<void> {
    // Before the wait for its turn: the caller may change the value.
    const bytes = encodeDocument(name, schema, value);
    return this.#inTurn(name, async (low) => {
      low.data = bytes;
      await low.write();
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    this.#requireOpen();
    const names: string[] = [];
    await this.#walk(encodeFolder(prefix), prefix, names);
    return names.toSorted();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#lines.values()].map(({ last }) => last));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new StoreUnavailableError(this.#folder, 'it is closed');
  }

  /** Runs after all that was asked of this document before, whatever became of that. */
  #inTurn<T>(
    name: string,
    work: (low: Low<Uint8Array | null>, file: string) => Promise<T>,
  ): Promise<T> {
    this.#requireOpen();
    const file = join(this.#folder, ...encodeName(name)) + ENDING;
    const line = this.#lines.get(name) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= MAX_WAITING_CALLS)
      throw new StoreUnavailableError(file, 'the disk does not keep up with what is asked of it');
    this.#lines.set(name, line);
    line.waiting += 1;
    const durable = new DurableFile(this.#files, file, this.#drafts);
    const low = new Low<Uint8Array | null>(durable, null);
    const done = line.last.then(() => work(low, file));
    const leave = (): void => {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(name);
    };
    line.last = done.then(leave, leave);
    return done;
  }

  async #walk(path: readonly string[], prefix: string, names: string[]): Promise<void> {
    const folder = join(this.#folder, ...path);
    const entries = await this.#files
      .readdir(folder, { withFileTypes: true })
      .catch((cause: unknown) => {
        if (codeOf(cause) === 'ENOENT') return [];
        throw unavailable(folder, cause);
      });
    for (const entry of entries) {
      if (names.length >= MAX_LISTED_NAMES)
        throw new StoreUnavailableError(
          this.#folder,
          `it has more than ${MAX_LISTED_NAMES} documents`,
        );
      if (entry.isDirectory()) {
        await this.#walk([...path, entry.name], prefix, names);
      } else if (entry.name.endsWith(ENDING)) {
        const name = decodeName([...path, entry.name.slice(0, -ENDING.length)]);
        if (name?.startsWith(prefix)) names.push(name);
      }
    }
  }
}
