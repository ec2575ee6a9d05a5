import type { Json } from '../../machines/protocol/values.ts';
import { canonical, hashOfText } from '../kernel/canonical.ts';
import type { Journal } from '../store/ports.ts';

/** Puts on record what models are sent, each piece once a run: a conversation that grows is not written anew at every turn. */
export class Prompts {
  readonly #journal: Journal;
  /** By run: what this process has written. */
  readonly #written = new Map<string, Set<string>>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Not synced: a request whose record a power cut takes has only read. @throws StoreUnavailableError, or as `signal` says. */
  async note(
    {
      run,
      effectId,
      key,
    }: { readonly run: string; readonly effectId: string; readonly key: string },
    pieces: readonly Json[],
    signal: AbortSignal,
  ): Promise<void> {
    const written = this.#written.get(run) ?? new Set();
    this.#written.set(run, written);
    const prompt = pieces.map((piece) => hashOfText(canonical(piece)));
    const byHash = new Map(prompt.map((hash, index) => [hash, pieces[index] as Json]));
    const fresh = [...byHash].filter(([hash]) => !written.has(hash));
    const blobs = fresh.map(([hash, value]) => ({ kind: 'blob', run, hash, value }) as const);
    const begun = { kind: 'begun', run, effectId, key, prompt } as const;
    // Of a run that has ended, and may be forgotten, nothing more is written.
    signal.throwIfAborted();
    await this.#journal.append([...blobs, begun], { sync: false });
    for (const [hash] of fresh) written.add(hash);
  }

  /** The run has ended. */
  release(run: string): void {
    this.#written.delete(run);
  }
}
