import type { Hand, Spawn } from '../../machines/protocol/effects.ts';
import type { Ending } from '../../machines/protocol/outcomes.ts';
import { isValueRef, type Json, type ValueRef, type Wire } from '../../machines/protocol/values.ts';
import { bare, digestOf, recordedOf, restored, standing, type Folded } from '../engine/fold.ts';
import { step } from '../kernel/step.ts';
import { isBeginning, type Driver, type Incoming, type World } from '../kernel/system.ts';
import { compose } from '../kernel/values.ts';
import { pure } from '../kernel/xstate.ts';
import { committedOf } from './trace.ts';
import type { JournalRecord } from '../store/ports.ts';
import { FORGOTTEN } from '../store/scrub.ts';

/** One actor of a run, from what it was handed to what it came to. */
export interface Act {
  /** Its path in the run. */
  readonly id: string;
  readonly machine: string;
  /** Of that machine. */
  readonly version: number;
  readonly node?: string;
  /** The number of the event at which it began, and its time. */
  readonly from: number;
  readonly at: number;
  readonly ending?: Ending;
  /** The event at which it ended, counted with everything that ended before it. */
  readonly until?: number;
  readonly order?: number;
  /** How its input, and what it came to, were put together; known where the run can be replayed. */
  readonly input?: Wire;
  readonly output?: Wire;
  /** Its input as it was parsed, where it was begun with that. */
  readonly given?: ValueRef;
  /** What it knew at last. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** All that a run's journal tells of who did what with which values. */
export interface History {
  readonly run: string;
  /** In the order in which they began. */
  readonly acts: ReadonlyMap<string, Act>;
  /** The events as they came in, by number. */
  readonly events: ReadonlyMap<number, Incoming>;
  /** What the run was begun with, whatever that is. */
  readonly asked: Json;
  /** Why some wires are not known: words were forgotten, or a definition is gone. */
  readonly gap?: string;
  readonly value: (ref: ValueRef | undefined) => Json | undefined;
  /** What an actor was handed; undefined where that is not known any more. */
  inputOf(act: Act): Json | undefined;
}

type Draft = { -readonly [K in keyof Act]: Act[K] };
type Wires = Pick<Draft, 'input' | 'output' | 'given'>;

const nameOf = (played = ''): { readonly id: string; readonly version: number } => {
  const cut = played.lastIndexOf('@');
  return { id: played.slice(0, Math.max(0, cut)), version: Number(played.slice(cut + 1)) };
};

/** Every reference in something. */
export function refsIn(value: unknown): ValueRef[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isValueRef(value)) return [value];
  return Object.values(value).flatMap(refsIn);
}

/** What is spawned is handed references as they stand. */
function wireOf(refs: readonly ValueRef[]): Wire {
  const [ref, ...more] = refs;
  if (ref !== undefined && more.length === 0) return { ref };
  return { list: refs.map((one) => ({ ref: one })) };
}

/** Who began and ended when, as the outbox tells it: that stays, whatever is forgotten or gone. */
function outlineOf(records: readonly JournalRecord[]): Map<string, Draft> {
  const acts = new Map<string, Draft>();
  let order = 0;
  for (const { seq, incoming, outbox } of committedOf(records)) {
    const { versions = {}, at } = incoming;
    for (const [id, [machine, node]] of Object.entries(versions)) {
      const { id: name, version } = nameOf(machine);
      const played = node === undefined ? {} : { node: nameOf(node).id };
      acts.set(id, { id, machine: name, version, ...played, from: seq, at, context: {} });
    }
    for (const item of outbox) {
      const act = item.kind === 'ended' ? acts.get(item.actor) : undefined;
      if (item.kind !== 'ended' || act === undefined) continue;
      order += 1;
      Object.assign(act, { ending: item.ending, until: seq, order });
    }
  }
  return acts;
}

/** The pure driver, noting what each actor was handed and put out. */
function notingDriver(wires: Map<string, Wires>): Driver {
  const note = (path: string, piece: Wires): void =>
    void wires.set(path, { ...wires.get(path), ...piece });
  const noted = (path: string, moved: ReturnType<Driver['start']>) => {
    for (const { type, params } of moved.wishes) {
      const { id, input } = params as Hand | Spawn;
      if (type === 'hand') note(`${path}/${id}`, { input: input as Wire });
      if (type === 'spawn') note(`${path}/${id}`, { input: wireOf(refsIn(input)) });
    }
    if (moved.done?.value !== undefined) note(path, { output: moved.done.value });
    return moved;
  };
  return {
    start(path, logic, input) {
      const { input: given } = (input ?? {}) as { readonly input?: unknown };
      if (isValueRef(given)) note(path, { given });
      return noted(path, pure.start(path, logic, input));
    },
    move: (path, logic, state, event) => {
      const moved = pure.move(path, logic, state, event);
      return moved && noted(path, moved);
    },
    drop: () => {},
  };
}

/**
 * Replays a run as far as its journal and the definitions that are there lead, and tells what became of which value.
 * Nothing of a run hides the rest of it: where an event does not come to what was committed, the wires from there on are
 * unknown, up to an event that needs nothing of what was before it.
 */
export function historyOf(world: World, run: string, records: readonly JournalRecord[]): History {
  const { events, blobs } = recordedOf(records);
  const acts = outlineOf(records);
  const wires = new Map<string, Wires>();
  const driver = notingDriver(wires);
  let folded: Folded | undefined = bare(run);
  let gap: string | undefined;
  for (const [index, event] of events.entries()) {
    if (isBeginning(event.incoming)) folded ??= bare(run, event.seq - 1, events[index - 1]?.digest);
    if (folded === undefined) continue;
    try {
      const incoming = restored(event.incoming, blobs);
      const before = standing(folded, incoming);
      const stepped = step(world, before.system, incoming, driver);
      const digest = digestOf(before, stepped);
      if (digest !== event.digest)
        throw new RangeError(`event ${event.seq} comes to something else here`);
      folded = { system: stepped.system, digest };
      for (const [id, { state }] of stepped.system.actors.changedSince(before.system.actors))
        if (typeof state.context === 'object' && state.context !== null)
          Object.assign(acts.get(id) ?? {}, { context: state.context });
    } catch (error) {
      folded = undefined;
      const isForgotten = records.some(({ kind }) => kind === 'forgotten');
      gap ??= isForgotten ? 'words of it were forgotten' : (error as Error).message;
    }
  }
  for (const [id, pieces] of wires) Object.assign(acts.get(id) ?? {}, pieces);
  const value = (ref: ValueRef | undefined) => ref && (blobs[ref.hash] ?? FORGOTTEN);
  const table = { get: (hash: string) => blobs[hash] ?? FORGOTTEN };
  const [first] = events;
  const begun = first?.incoming.kind === 'started' ? refsIn(first.incoming.input) : [];
  const own = begun.filter(({ contract }) => contract === 'request' || contract === 'given');
  return {
    run,
    acts,
    asked: own.map((ref) => value(ref) ?? null),
    events: new Map(events.map(({ seq, incoming }) => [seq, incoming])),
    ...(gap !== undefined && { gap }),
    value,
    inputOf({ id, input, given }) {
      if (given !== undefined) return value(given);
      if (input === undefined) return undefined;
      const { version } = acts.get(id.slice(0, Math.max(0, id.lastIndexOf('/')))) ?? { version: 0 };
      try {
        return compose(table, input, (name) => world.mapping(name, version));
      } catch {
        return undefined;
      }
    },
  };
}
