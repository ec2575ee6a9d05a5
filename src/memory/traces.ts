import * as z from 'zod';
import { mayRead, tenantOf } from '../../machines/protocol/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import { sharedIn } from '../kernel/tells.ts';
import type { Journal } from '../store/ports.ts';
import type { Knowing } from './knowing.ts';

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
  readonly knowing: Knowing;
  /** Takes values out of what runs share. @throws RunOpenError for a run to which one is on its way. */
  readonly unshare: (shared: string, values: ReadonlySet<string>) => Promise<void>;
}

/** Traces by run, and of how many events each run was then. */
type Seen = ReadonlyMap<string, { readonly events: number; readonly trace: Trace | undefined }>;

/** What has a text in the runs of a scope and of those below it, in what they share, and in runs above. @param seen before: what has not changed. */
async function tracesOf(
  journal: Journal,
  scope: string,
  has: (written: string) => boolean,
  seen: Seen = new Map(),
): Promise<Seen> {
  const { runs } = await journal.list({ scope: tenantOf(scope), withShared: true });
  const found = new Map<string, { readonly events: number; readonly trace: Trace | undefined }>();
  for (const { run, outcome, events } of runs) {
    const isWithin = run.startsWith(`${scope}/`);
    if (!isWithin && !mayRead(scope, run.slice(0, run.lastIndexOf('/')))) continue;
    // Other memories have records of their own, and what else all runs of a tenant share has no words.
    if (sharedIn(run)?.startsWith('~') === true) continue;
    const before = seen.get(run);
    // One that is open may have been told something since.
    const isSeen = outcome !== undefined && before?.events === events;
    const trace = isSeen ? before.trace : await traceIn(journal, run, has);
    // What is said above is its own, but for what came from here.
    const isFrom = isWithin || trace?.from.some((one) => one.startsWith(`${scope}/`)) === true;
    if (trace !== undefined && isFrom && outcome === undefined && sharedIn(run) === undefined)
      throw new RunOpenError(run);
    found.set(run, { events, trace: isFrom ? trace : undefined });
  }
  return found;
}

/** The runs that have it. */
const having = (seen: Seen): (readonly [run: string, trace: Trace])[] =>
  [...seen].flatMap(([run, { trace }]) => (trace === undefined ? [] : [[run, trace] as const]));

/**
 * Takes what has a text out of all runs of a scope, and of those below it, out of what they share, and out of runs above that were told of it: out
 * of none where one of them, or one that was told of them, has not ended.
 * @throws RunOpenError for a run that has not ended and has it; StoreUnavailableError.
 */
export async function strikeOut(
  striking: Striking,
  scope: string,
  has: (written: string) => boolean,
  seen?: Seen,
): Promise<void> {
  const { journal, knowing } = striking;
  const before = await tracesOf(journal, scope, has, seen);
  const leaving = having(before).map(([run]) => run);
  const more = await knowing.leave(leaving, async () => {
    // Whoever was told of one of them meanwhile has it by now.
    const now = await tracesOf(journal, scope, has, before);
    const traces = having(now);
    if (!traces.every(([run]) => leaving.includes(run))) return now;
    await struck(striking, traces);
    return undefined;
  });
  if (more !== undefined) await strikeOut(striking, scope, has, more);
}

async function struck(
  { engine, unshare }: Striking,
  traces: readonly (readonly [run: string, trace: Trace])[],
): Promise<void> {
  // What is shared may be on its way to a run: that is known before any other has lost something.
  for (const [run, { hashes }] of traces)
    if (sharedIn(run) !== undefined) await unshare(run, hashes);
  for (const [run, { hashes, isInEvents }] of traces)
    if (isInEvents && sharedIn(run) === undefined) await engine.forget(run);
    else if (sharedIn(run) === undefined) await engine.strike(run, hashes);
}
