import { asksPerson } from '../../machines/protocol/effects.ts';
import { sharedIn } from '../kernel/tells.ts';
import type { Outgoing } from '../kernel/system.ts';
import type { Place } from './places.ts';
import { FORGOTTEN } from './scrub.ts';
import type { Buried, JournalRecord, RunQuery, RunSummary } from './ports.ts';

/** What some records of a run, one after the other, say of it: without anybody's words, only where those lie. */
export interface Facts {
  records: number;
  /** Committed ones. */
  events: number;
  /** Of the first and the last event; milliseconds since 1970. */
  at: number;
  lastAt: number;
  /** The node that was run alone. */
  node?: string;
  /** Where the request's words lie; until that is known, their hash. */
  text?: Place;
  request?: string;
  /** Values that came before the first event: one of them may be the request's. */
  early?: Record<string, Place>;
  /** Questions to people that are open, and those that were closed: they may have been opened before these records. */
  asked: string[];
  closed: string[];
  /** Messages to other runs, by run and number: on their way, and those that arrived. */
  told: string[];
  arrived: string[];
  /** Events that were not taken. */
  letters?: number;
  outcome?: string;
  reason?: string;
  /** It was ended without being read: what it still had to say is not said any more. */
  isRetired?: boolean;
}

export const noFacts = (): Facts => ({
  records: 0,
  events: 0,
  at: 0,
  lastAt: 0,
  asked: [],
  closed: [],
  told: [],
  arrived: [],
});

const NOWHERE: Place = { segment: 0, offset: 0, bytes: 0 };

/** What one record says, even one that no version of ours would have written; where it lies is known later. */
export function factsOf(record: JournalRecord): Facts {
  const facts: Facts = { ...noFacts(), records: 1 };
  if (record.kind === 'blob') facts.early = { [record.hash]: NOWHERE };
  if (record.kind !== 'committed') return facts;
  const { at, input, kind, run, seq } = (record.incoming ?? {}) as unknown as {
    readonly at?: unknown;
    readonly input?: { readonly request?: { readonly hash: string }; readonly node?: string };
    readonly kind?: string;
    readonly run?: string;
    readonly seq?: number;
  };
  facts.events = 1;
  facts.at = facts.lastAt = typeof at === 'number' ? at : 0;
  if (input?.request !== undefined) facts.request = input.request.hash;
  else if (typeof input?.node === 'string') facts.node = input.node;
  if (kind === 'arrived') facts.arrived.push(`${run} ${seq}`);
  if (kind === 'retired') facts.isRetired = true;
  // What no version of ours wrote is refused where the run is folded, not where it is listed.
  const outbox = record.outbox as unknown as readonly (Outgoing | Buried | null)[];
  if (Array.isArray(outbox)) for (const item of outbox) if (item) noteItem(facts, item);
  return facts;
}

function noteItem(facts: Facts, item: Outgoing | Buried): void {
  if (item.kind === 'dead') return void (facts.letters = (facts.letters ?? 0) + 1);
  if (item.kind === 'tell') facts.told.push(`${item.tell.run} ${item.tell.seq}`);
  else if (item.kind === 'ended' && !item.actor.includes('/')) {
    facts.outcome = item.ending.outcome;
    if (item.ending.reason !== undefined) facts.reason = item.ending.reason;
  } else if ((item.kind === 'effect' || item.kind === 'abort') && asksPerson(item.effect.kind)) {
    if (item.kind === 'effect') facts.asked.push(item.effectId);
    else close(facts.asked, facts.closed, [item.effectId]);
  }
}

/** The same, once it is known where the record lies. */
export function placed(facts: Facts, place: Place): Facts {
  for (const hash in facts.early) facts.early[hash] = place;
  return facts;
}

/** Takes what is over out of what is open, and remembers it: it may have been opened before as well, and after a restart again. */
function close(open: string[], before: string[], over: readonly string[]): void {
  for (const one of over) {
    const at = open.indexOf(one);
    if (at >= 0) open.splice(at, 1);
    before.push(one);
  }
}

/** Facts from a run's beginning on: nothing was opened before. */
export const fromBeginning = (facts: Facts): Facts => ({ ...facts, closed: [], arrived: [] });

/** Adds what later records say. */
export function addFacts(facts: Facts, later: Facts): void {
  if (facts.events === 0) {
    const { at, request, node } = later;
    Object.assign(facts, { at, ...(request && { request }), ...(node && { node }) });
    if (later.early !== undefined) facts.early = { ...facts.early, ...later.early };
    const text = later.text ?? facts.early?.[request ?? ''];
    if (text !== undefined) {
      facts.text = text;
      delete facts.request;
    }
    if (later.events > 0) delete facts.early;
  }
  if (later.letters !== undefined) facts.letters = (facts.letters ?? 0) + later.letters;
  facts.records += later.records;
  facts.events += later.events;
  if (later.events > 0) facts.lastAt = later.lastAt;
  close(facts.asked, facts.closed, later.closed);
  close(facts.told, facts.arrived, later.arrived);
  // Asked again after a restart, under the same id.
  for (const id of later.asked) if (!facts.asked.includes(id)) facts.asked.push(id);
  for (const id of later.told) if (!facts.told.includes(id)) facts.told.push(id);
  if (later.isRetired === true) {
    facts.told = [];
    facts.isRetired = true;
  }
  if (facts.outcome !== undefined || later.outcome === undefined) return;
  facts.outcome = later.outcome;
  if (later.reason !== undefined) facts.reason = later.reason;
}

/** Where it stands, in a word: its outcome, else `waiting` on a person or `open`. */
export const stateOf = ({ outcome, asked }: Facts): string =>
  outcome ?? (asked.length > 0 ? 'waiting' : 'open');

/** True where it has something left to do. */
export const isOpen = ({ outcome, told }: Facts): boolean =>
  outcome === undefined || told.length > 0;

/** A run in one line. @param text its request's words. */
export function summarised(run: string, facts: Facts, text: string): RunSummary {
  const { at, lastAt, events, asked, told, letters, outcome, reason } = facts;
  return {
    run,
    at,
    lastAt,
    text: facts.node ?? text,
    events,
    waits: outcome === undefined && asked.length > 0,
    untold: told.length,
    ...(letters !== undefined && { letters }),
    ...(outcome !== undefined && { outcome, ...(reason !== undefined && { reason }) }),
  };
}

/** True for a run that a query asks for. */
export function fits(
  { run, outcome, waits, untold, letters }: RunSummary,
  { scope, state, isOpen: open = false, hasLetters = false, withShared = false }: RunQuery,
): boolean {
  if (scope !== undefined && !run.startsWith(`${scope}/`)) return false;
  if (state !== undefined && state !== (outcome ?? (waits ? 'waiting' : 'open'))) return false;
  if (!withShared && sharedIn(run) !== undefined) return false;
  if (hasLetters && letters === undefined) return false;
  return !open || outcome === undefined || untold > 0;
}

/** A run in one line, from all of its records; undefined where none of them is an event. */
export function summaryOf(run: string, records: readonly JournalRecord[]): RunSummary | undefined {
  const facts = noFacts();
  for (const [offset, record] of records.entries())
    addFacts(facts, placed(factsOf(record), { segment: 0, offset, bytes: 0 }));
  if (facts.events === 0) return undefined;
  const words = records.find(({ kind }, at) => kind === 'blob' && at === facts.text?.offset);
  return summarised(run, facts, words === undefined ? '' : wordsOf(words));
}

/** The words of a request, in the record that brings them. */
export function wordsOf(record: JournalRecord): string {
  const { text } = (record.kind === 'blob' ? record.value : {}) as { readonly text?: unknown };
  return typeof text === 'string' ? text : FORGOTTEN;
}
