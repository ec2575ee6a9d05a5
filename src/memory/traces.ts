import type { LocalEngine } from '../engine/local.ts';
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
 * Takes a text out of all runs of a scope, and of those below it: out of none where one of them has not ended.
 * @returns a run that has not ended and has it. @throws StoreUnavailableError.
 */
export async function struckOut(
  { engine, journal }: { readonly engine: LocalEngine; readonly journal: Journal },
  scope: string,
  text: string,
): Promise<string | undefined> {
  const traces = new Map<string, Set<string>>();
  const { runs } = await journal.list({});
  for (const { run, outcome } of runs) {
    if (!run.startsWith(`${scope}/`)) continue;
    const hashes = await holding(journal, run, text);
    if (hashes.size === 0) continue;
    if (outcome === undefined) return run;
    traces.set(run, hashes);
  }
  for (const [run, hashes] of traces) await engine.strike(run, hashes);
  return undefined;
}
