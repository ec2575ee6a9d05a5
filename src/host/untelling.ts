import { Answer, PASSAGE } from '../../machines/protocol/roles.ts';
import { mayRead, scopeOfRun, tenantOf } from '../../machines/protocol/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import { sharedIn } from '../kernel/tells.ts';
import { rootOf, type System } from '../kernel/system.ts';
import type { Journal } from '../store/ports.ts';
import { summaryOf } from '../store/run-facts.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import { spelt } from '../store/spelt.ts';
import { wordsTold } from './recent.ts';

/** Shorter words stand where nobody was told of them. */
const LEAST_CHARS = 12;

interface Parts {
  readonly engine: LocalEngine;
  readonly journal: Journal;
}
type Has = (written: string) => boolean;
interface Trace {
  readonly run: string;
  readonly asked: string;
  readonly isOpen: boolean;
  /** Something was taken out of it, in which it may have been told of the run. */
  readonly isStruck: boolean;
  /** Its values, as they are written, by hash. */
  readonly values: readonly (readonly [hash: string, written: string])[];
  /** What its events have beside values. */
  readonly events: string;
}

const hasAny = (some: readonly string[]): Has => {
  const is = some.map(spelt);
  return (written) => is.some((one) => one(written));
};
/** True of what has a run's name under a key, as a value or in a text that is JSON. */
const keyed = (key: string, run: string): Has => {
  const pair = `"${key}":${JSON.stringify(run)}`;
  const inText = spelt(pair);
  return (written) => written.includes(pair) || inText(written);
};
/** Whoever is told of a run is told its name: as `run`, or at the end of a line. */
const telling = (run: string): Has => {
  const [named, ended] = [keyed('run', run), spelt(`run ${run})`)];
  return (written) => named(written) || ended(written);
};
/** The same, and what crossed up from it. */
const naming = (run: string): Has => {
  const [told, crossed] = [telling(run), keyed('from', run)];
  return (written) => told(written) || crossed(written);
};

async function tracesOf({ journal }: Parts, told: System, has: Has): Promise<Trace[]> {
  const { runs } = await journal.list({ scope: tenantOf(told.scope) });
  const began = runs.find(({ run }) => run === told.run)?.at ?? 0;
  const isNamed = naming(told.run);
  const traces: Trace[] = [];
  for (const { run, text, outcome, lastAt } of runs) {
    if (run === told.run || sharedIn(run) !== undefined) continue;
    const records = await journal.read(run);
    const values = records.flatMap((record) =>
      record.kind === 'blob' ? [[record.hash, JSON.stringify(record.value) ?? ''] as const] : [],
    );
    if (!values.some(([, written]) => isNamed(written) || has(written))) continue;
    const events = records.filter(({ kind }) => kind === 'committed');
    const isOpen = outcome === undefined;
    const mayBeTold = lastAt >= began && mayRead(scopeOfRun(run), told.scope);
    const isStruck = mayBeTold && records.some(({ kind }) => kind === 'forgotten');
    traces.push({ run, asked: text, isOpen, isStruck, values, events: JSON.stringify(events) });
  }
  return traces;
}

/** The texts that a value hands over as said before. */
function handedIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === PASSAGE && typeof one === 'string' ? [one] : handedIn(one),
  );
}
/** What of an answer a run was handed, to be its matter. */
const handedOf = (answer: string, { values }: Trace): string[] =>
  values
    .flatMap(([, written]) =>
      written.includes(`"${PASSAGE}"`) ? handedIn(JSON.parse(written)) : [],
    )
    .filter((one) => one.length >= LEAST_CHARS && answer.includes(one));

/** Those that were told of a run, and of these. */
function toldOf(run: string, traces: readonly Trace[]): Trace[] {
  const told = new Set(traces.filter(({ isStruck }) => isStruck));
  const due = [run, ...[...told].map((trace) => trace.run)];
  for (let name = due.pop(); name !== undefined; name = due.pop()) {
    const isNamed = naming(name);
    for (const trace of traces)
      if (!told.has(trace) && trace.values.some(([, written]) => isNamed(written))) {
        told.add(trace);
        due.push(trace.run);
      }
  }
  return [...told];
}

/**
 * Finds what later runs were told of one that is to be forgotten: values that name it, and those with its words, unless they were said there
 * as well.
 * @returns what takes it out. @throws RunOpenError for a run that has not ended and has it; StoreUnavailableError.
 */
export async function untelling(parts: Parts, system: System): Promise<() => Promise<void>> {
  const { engine, journal } = parts;
  // By its records: a run out of which something was struck does not know its request any more.
  const text = summaryOf(system.run, await journal.read(system.run))?.text ?? FORGOTTEN;
  // Of a node that was run alone its name was told, which is nobody's words.
  const asked = rootOf(system) === 'request' && text !== FORGOTTEN ? text : '';
  const words = wordsTold(asked, system).filter(({ length }) => length >= LEAST_CHARS);
  const isTold = telling(system.run);
  const strikes: (() => Promise<unknown>)[] = [];
  const traces = await tracesOf(parts, system, hasAny(words));
  const answer = Answer.safeParse(system.values.get(system.ended?.value?.hash ?? '')).data?.text;
  for (const trace of toldOf(system.run, traces)) {
    const { run, asked: own, isOpen, values, events } = trace;
    const foreign = words.filter((one) => !own.includes(one));
    const has = hasAny([...foreign, ...handedOf(answer ?? '', trace)]);
    const hashes = values.flatMap(([hash, written]) =>
      isTold(written) || has(written) ? [hash] : [],
    );
    if (hashes.length === 0 && !has(events)) continue;
    if (isOpen) throw new RunOpenError(run);
    strikes.push(() => (has(events) ? engine.forget(run) : engine.strike(run, new Set(hashes))));
  }
  return async () => {
    for (const strike of strikes) await strike();
  };
}
