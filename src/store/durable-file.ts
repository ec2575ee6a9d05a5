import { dirname, join } from 'node:path';
import { MAX_DOCUMENT_BYTES } from './document-text.ts';
import { codeOf, makeFolder, readAtMost, replaceFile, unavailable, type Files } from './files.ts';

let drafts = 0;

/** The folder in which files are written before they take their places; whoever begins to write there clears away what a crash left. */
export class Drafts {
  readonly #files: Files;
  readonly #folder: string;
  #isCleared = false;

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** A name of its own, so that two writers never share a draft. */
  async next(): Promise<string> {
    await makeFolder(this.#files, this.#folder);
    if (!this.#isCleared) await this.#clear().catch(() => undefined);
    drafts += 1;
    return join(this.#folder, `${process.pid}-${drafts}`);
  }

  async #clear(): Promise<void> {
    this.#isCleared = true;
    for (const name of await this.#files.readdir(this.#folder))
      if (!name.startsWith(`${process.pid}-`)) await this.#files.rm(join(this.#folder, name));
  }
}

/** lowdb's adapter for one file that outlives a power cut: old or new, never half. */
export class DurableFile {
  readonly #files: Files;
  readonly #file: string;
  readonly #drafts: Drafts;

  constructor(files: Files, file: string, from: Drafts) {
    this.#files = files;
    this.#file = file;
    this.#drafts = from;
  }

  /** Null for a missing file. @throws StoreUnavailableError; CorruptFileError for one that is too large. */
  async read(): Promise<Uint8Array | null> {
    try {
      return await readAtMost(this.#files, this.#file, MAX_DOCUMENT_BYTES);
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw unavailable(this.#file, cause);
    }
  }

  /** On the disk when it resolves. @throws StoreUnavailableError: then the old file lies there. */
  async write(bytes: Uint8Array | null): Promise<void> {
    if (bytes === null) return;
    try {
      await makeFolder(this.#files, dirname(this.#file));
      await replaceFile(this.#files, this.#file, await this.#drafts.next(), bytes);
    } catch (cause) {
      throw unavailable(this.#file, cause);
    }
  }
}
