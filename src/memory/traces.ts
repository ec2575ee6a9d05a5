import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Journal } from '../store/ports.ts';

/** The words that some runs have of a text: what they recalled, what models were told, what was said again. */
async function holding(journal: Journal, run: string, text: string): Promise<Set<string>> {
  // As it stands in JSON, and as it stands in JSON within a text of JSON.
  const inJson = JSON.stringify(text).slice(1, -1);
  const within = JSON.stringify(inJson).slice(1, -1);
  const has = (value: unknown): boolean => {
    const written = JSON.stringify(value) ?? '';
    return written.includes(inJson) || written.includes(within);
  };
  const records = await journal.read(run);
  return new Set(
    records.flatMap((record) => (record.kind === 'blob' && has(record.value) ? [record.hash] : [])),
  );
}

/**
 * Takes a text out of all runs of a scope, and of those below it, that have ended.
 * @returns the runs that have not ended and still have it. @throws StoreUnavailableError.
 */
export async function struckOut(
  { engine, journal }: { readonly engine: LocalEngine; readonly journal: Journal },
  scope: string,
  text: string,
): Promise<string[]> {
  const left: string[] = [];
  const { runs } = await journal.list({});
  for (const { run } of runs) {
    if (!run.startsWith(`${scope}/`)) continue;
    const hashes = await holding(journal, run, text);
    if (hashes.size === 0) continue;
    await engine.strike(run, hashes).catch((error: unknown) => {
      if (!(error instanceof RunOpenError)) throw error;
      left.push(run);
    });
  }
  return left;
}
