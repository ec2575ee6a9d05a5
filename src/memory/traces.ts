import * as z from 'zod';
import { mayRead, tenantOf } from '../../machines/protocol/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import { sharedIn } from '../kernel/tells.ts';
import type { Journal } from '../store/ports.ts';

/** What crossed up from a run below says so. */
const Released = z.looseObject({ from: z.string() });

interface Trace {
  /** Of the values that have it: what was recalled, what models were told, what was said again. */
  readonly hashes: ReadonlySet<string>;
  /** True: an event has it beside values, as those of a machine of a user's own do. */
  readonly isInEvents: boolean;
  /** Runs below it of which it was told. */
  readonly from: readonly string[];
}

async function traceIn(
  journal: Journal,
  run: string,
  has: (written: string) => boolean,
): Promise<Trace | undefined> {
  const records = await journal.read(run);
  const hashes = new Set<string>();
  const from: string[] = [];
  let isInEvents = false;
  for (const record of records)
    if (record.kind === 'blob') {
      if (!has(JSON.stringify(record.value) ?? '')) continue;
      hashes.add(record.hash);
      from.push(Released.safeParse(record.value).data?.from ?? '');
    } else if (has(JSON.stringify(record))) isInEvents = true;
  return hashes.size > 0 || isInEvents ? { hashes, isInEvents, from } : undefined;
}

export interface Striking {
  readonly engine: LocalEngine;
  readonly journal: Journal;
  /** Takes values out of what runs share. @throws RunOpenError for a run to which one is on its way. */
  readonly unshare: (shared: string, values: ReadonlySet<string>) => Promise<void>;
}

/**
 * Takes what has a text out of all runs of a scope, and of those below it, out of what they share, and out of runs above that were told of it: out
 * of none where one of them has not ended.
 * @throws RunOpenError for a run that has not ended and has it; StoreUnavailableError.
 */
export async function strikeOut(
  { engine, journal, unshare }: Striking,
  scope: string,
  has: (written: string) => boolean,
): Promise<void> {
  const traces: (readonly [run: string, trace: Trace])[] = [];
  const { runs } = await journal.list({ scope: tenantOf(scope), withShared: true });
  for (const { run, outcome } of runs) {
    const isWithin = run.startsWith(`${scope}/`);
    if (!isWithin && !mayRead(scope, run.slice(0, run.lastIndexOf('/')))) continue;
    // Other memories have records of their own, and what else all runs of a tenant share has no words.
    if (sharedIn(run)?.startsWith('~') === true) continue;
    const trace = await traceIn(journal, run, has);
    if (trace === undefined) continue;
    // What is said above is its own, but for what came from here.
    if (!isWithin && !trace.from.some((one) => one.startsWith(`${scope}/`))) continue;
    if (outcome === undefined && sharedIn(run) === undefined) throw new RunOpenError(run);
    traces.push([run, trace]);
  }
  // What is shared may be on its way to a run: that is known before any other has lost something.
  for (const [run, { hashes }] of traces)
    if (sharedIn(run) !== undefined) await unshare(run, hashes);
  for (const [run, { hashes, isInEvents }] of traces)
    if (isInEvents && sharedIn(run) === undefined) await engine.forget(run);
    else if (sharedIn(run) === undefined) await engine.strike(run, hashes);
}
