import { dirname, join } from 'node:path';
import { codeOf, makeFolder, replaceFile, unavailable, type Files } from './files.ts';

let drafts = 0;

/** lowdb's adapter for one file that outlives a power cut: old or new, never half. */
export class DurableFile {
  readonly #files: Files;
  readonly #file: string;

  constructor(files: Files, file: string) {
    this.#files = files;
    this.#file = file;
  }

  /** Null for a missing file. @throws StoreUnavailableError. */
  async read(): Promise<Uint8Array | null> {
    try {
      return await this.#files.readFile(this.#file);
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw unavailable(this.#file, cause);
    }
  }

  /** On the disk when it resolves. @throws StoreUnavailableError: then the old file lies there. */
  async write(bytes: Uint8Array | null): Promise<void> {
    if (bytes === null) return;
    const folder = dirname(this.#file);
    // A name of its own, so that two writers never share a draft.
    drafts += 1;
    const draft = join(folder, `.draft-${process.pid}-${drafts}`);
    try {
      await makeFolder(this.#files, folder);
      await replaceFile(this.#files, this.#file, draft, bytes);
    } catch (cause) {
      throw unavailable(this.#file, cause);
    }
  }
}
