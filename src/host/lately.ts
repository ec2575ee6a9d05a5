import { mayRead, scopeOfRun } from '../../machines/protocol/scope.ts';
import { roleAt } from '../../machines/protocol/roles.ts';
import type { Engine } from '../engine/ports.ts';
import type { Knowing } from '../memory/knowing.ts';
import type { RunsTold, RunTold, RunWindow } from '../observe/run-told.ts';
import type { Journal, RunSummary } from '../store/ports.ts';
import { cut } from '../tools/text.ts';
import { resultOf } from './asks.ts';
import type { Clock } from './ports.ts';

const DAY_MS = 86_400_000;
/** So many runs of a scope, and of those below it, are looked through for those of the days that are asked for. */
const MAX_LOOKED_AT = 5_000;
const MAX_ASKED_CHARS = 2_000;
const MAX_PARTS = 40;

export interface LatelyParts {
  readonly engine: Pick<Engine, 'load'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly knowing: Knowing;
}

/** A scope and those above it: whose runs may be read in it. */
export const above = (scope: string): string[] =>
  scope.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/** Works on what was asked: nobody who only routes, plans, composes, verifies or remembers for a request. */
const isWorker = (path: string): boolean => roleAt(path, undefined) === 'worker';

async function toldOf(
  { engine, journal }: LatelyParts,
  { run, text, at, lastAt }: RunSummary,
): Promise<RunTold | undefined> {
  // A run that cannot be read, such as a parked one, hides no other.
  const system = await engine.load(run).catch(() => undefined);
  if (system === undefined) return undefined;
  const { outcome, reason, trace, answer, waiting } = resultOf(system, await journal.read(run));
  return {
    run,
    asked: cut(text, MAX_ASKED_CHARS).text,
    at,
    lastAt,
    outcome,
    ...(reason !== undefined && { reason }),
    parts: trace
      .filter(({ id }) => isWorker(id))
      .slice(0, MAX_PARTS)
      .map((part) => ({
        node: part.node,
        outcome: part.outcome ?? 'open',
        ...(part.reason !== undefined && { reason: part.reason }),
      })),
    notDone: answer?.notDone ?? [],
    waits: waiting.map(({ purpose, deciders }) => ({ purpose, on: deciders })),
  };
}

/**
 * What ran lately in a scope and in those above it, newest first: never of another scope, nor the run that asks.
 * @throws StoreUnavailableError.
 */
export async function lately(
  parts: LatelyParts,
  reader: { readonly scope: string; readonly run: string },
  { fromDaysAgo, toDaysAgo, limit }: RunWindow,
): Promise<RunsTold> {
  const now = parts.clock.now();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const [from, until] = [today - fromDaysAgo * DAY_MS, today - (toDaysAgo - 1) * DAY_MS];
  const since = parts.knowing.now();
  const lists = await Promise.all(
    above(reader.scope).map((scope) => parts.journal.list({ scope, limit: MAX_LOOKED_AT })),
  );
  const known = new Map(lists.flatMap(({ runs }) => runs).map((one) => [one.run, one]));
  const fitting = [...known.values()]
    .filter(({ run }) => run !== reader.run && mayRead(reader.scope, scopeOfRun(run)))
    .filter(({ run }) => parts.knowing.mayTell(run, since))
    .filter(({ at, lastAt, outcome }) => at < until && (outcome === undefined || lastAt >= from))
    .toSorted((a, b) => b.lastAt - a.lastAt || (a.run < b.run ? 1 : -1));
  const asked = fitting.slice(0, limit);
  parts.knowing.note(
    reader.run,
    asked.map(({ run }) => run),
  );
  const told: RunTold[] = [];
  for (const one of asked) {
    const run = await toldOf(parts, one);
    if (run !== undefined) told.push(run);
  }
  const truncated =
    told.length < fitting.length || lists.some(({ total }) => total > MAX_LOOKED_AT);
  return { now, runs: told, truncated };
}
