import type { Engine } from '../engine/ports.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import type { Incoming, World } from '../kernel/system.ts';
import { casesIn, type Case } from '../observe/cases.ts';
import { historyOf } from '../observe/history.ts';
import { promptsIn, type Prompts } from '../observe/prompts.ts';
import { traceOf } from '../observe/trace.ts';
import { whyOf, type Why } from '../observe/why.ts';
import type { Journal, JournalRecord, RunList, RunQuery, RunSummary } from '../store/ports.ts';
import { summaryOf } from '../store/run-facts.ts';
import { resultOf, type Result } from './asks.ts';
import { orParked } from './parked.ts';

/** Where runs are read. */
export interface Shelf {
  readonly journal: Journal;
  readonly engine: Engine;
  readonly world: World;
}

/** True where a run has had to do with a definition that is not here: only then it has to be read to know how it is. */
function mayLack(world: World, records: readonly JournalRecord[]): boolean {
  const isGone = (kind: 'machine' | 'node', name = '@0'): boolean => {
    const cut = name.lastIndexOf('@');
    const version = Number(name.slice(cut + 1));
    return version > 0 && world[kind](name.slice(0, cut), version) === undefined;
  };
  return records.some((record) => {
    if (record.kind !== 'committed') return false;
    const { versions = {} } = record.incoming as unknown as Incoming;
    return Object.values(versions).some(
      ([machine, node]) => isGone('machine', machine) || isGone('node', node),
    );
  });
}

/** The runs of a query; what is parked says why. */
export async function runsOf(shelf: Shelf, query: RunQuery): Promise<RunList> {
  const list = await shelf.journal.list(query);
  const runs: RunSummary[] = [];
  for (const summary of list.runs)
    runs.push(summary.outcome === undefined ? await looked(shelf, summary) : summary);
  return { ...list, runs };
}

/** Those that have something left to do, oldest first. */
export async function openRuns({ journal }: Shelf): Promise<string[]> {
  const { runs } = await journal.list({ isOpen: true, withShared: true });
  return runs.map(({ run }) => run).toReversed();
}

async function looked({ journal, engine, world }: Shelf, summary: RunSummary): Promise<RunSummary> {
  if (!mayLack(world, await journal.read(summary.run))) return summary;
  // Any other trouble with it is told where somebody wants something of it.
  const parked = await orParked(engine.load(summary.run)).catch(() => undefined);
  return typeof parked === 'string' ? { ...summary, parked } : summary;
}

/** How a run stands; a parked one by its journal, since nobody can say more. @throws UnknownRunError. */
export async function shownOf({ journal, engine }: Shelf, run: string): Promise<Result> {
  const system = await orParked(engine.load(run));
  if (system === undefined) throw new UnknownRunError(run);
  const records = await journal.read(run);
  if (typeof system !== 'string') return resultOf(system, records);
  const nothing = { waiting: [], decisions: [], deadLetters: [] };
  return {
    run,
    outcome: summaryOf(run, records)?.outcome ?? 'version_unavailable',
    note: system,
    trace: traceOf(records),
    ...nothing,
  };
}

/** What an agent did in the newest runs that have ended, newest first. */
export async function casesOf(
  { journal, world }: Shelf,
  agent: string,
  { limit = 20, scope }: CaseQuery,
): Promise<Case[]> {
  const { runs } = await journal.list(scope === undefined ? {} : { scope });
  const cases: Case[] = [];
  for (const { run, outcome } of runs) {
    if (cases.length >= limit) break;
    const records = outcome === undefined ? [] : await journal.read(run);
    const hasIt = traceOf(records).some(({ node }) => node === agent);
    if (hasIt) cases.push(...casesIn(historyOf(world, run, records), agent));
  }
  return cases.slice(0, limit);
}
export interface CaseQuery {
  /** At most so many; default 20. */
  readonly limit?: number;
  /** Of runs whose ids begin so. */
  readonly scope?: string;
}

/** What models were sent in a run. @throws UnknownRunError. */
export async function prompted({ journal }: Shelf, run: string): Promise<Prompts> {
  const records = await journal.read(run);
  if (!records.some(({ kind }) => kind === 'committed')) throw new UnknownRunError(run);
  return promptsIn(records);
}

/** Why a run came to what it came to. @throws UnknownRunError. */
export async function explained({ journal, world }: Shelf, run: string): Promise<Why> {
  const records = await journal.read(run);
  if (!records.some(({ kind }) => kind === 'committed')) throw new UnknownRunError(run);
  return whyOf(world, run, records);
}
