import { createActor, type AnyActor, type AnyMachineSnapshot } from 'xstate';
import type { Fact } from '../../../machines/protocol/effects.ts';
import { Reason } from '../../../machines/protocol/outcomes.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import { canonical } from '../canonical.ts';
import { GuestError } from '../guest-error.ts';
import type { ActorState, Moved } from '../system.ts';
import { GuestSystem, plainError, type Booked } from './guest-system.ts';
import type { Guest } from './guest.ts';

/** An actor of a guest as it is kept: XState's persisted snapshot, and the session under which it is known. */
interface Kept {
  readonly session: string;
  readonly snapshot: { readonly children?: Readonly<Record<string, Kept>> };
}
interface GuestContext {
  readonly root: Kept;
  readonly booked: Booked;
}
type Snapshot = AnyMachineSnapshot & { readonly children: Readonly<Record<string, AnyActor>> };

/** Starts a guest: with its deadline, and everything that its first states wish. */
export function startGuest(guest: Guest, input: unknown): Moved {
  const system = new GuestSystem(undefined, []);
  // Copies: what a machine does to its input or to an event must not reach the run.
  const { value } = structuredClone(input) as { value?: unknown };
  const root = actorIn(guest, system, { input: value });
  root.start();
  const { state, wishes, ...rest } = movedFrom(guest, system, root);
  const deadline = {
    id: 'deadline',
    delayMs: guest.terms.deadlineMs,
    event: { type: 'deadline.passed' },
    work: true,
  };
  return { ...rest, state, wishes: [{ type: 'timer', params: deadline }, ...wishes] };
}

/** Takes a guest one event further; undefined where no transition takes it. */
export function moveGuest(guest: Guest, state: ActorState, event: Fact): Moved | undefined {
  if (event.type === 'stop.requested')
    return { state, wishes: [], done: { outcome: 'cancelled', reason: 'cancelled' } };
  if (event.type === 'deadline.passed')
    return { state, wishes: [], done: { outcome: 'expired', reason: 'deadline' } };
  // What has begun goes on.
  if (event.type === 'run.paused' || event.type === 'run.resumed') return { state, wishes: [] };
  const { root: kept, booked } = structuredClone(state.context) as unknown as GuestContext;
  const system = new GuestSystem(booked, [...sessionsOf(kept)]);
  const root = actorIn(guest, system, { snapshot: kept.snapshot });
  root.start();
  system.restored();
  return isTaken(system, root, structuredClone(event)) ? movedFrom(guest, system, root) : undefined;
}

/** Why a guest cannot be taken up from there: by doing it, and letting go of it again. */
export function faultOfGuest(guest: Guest, state: ActorState): string | undefined {
  const { root: kept, booked } = structuredClone(state.context) as unknown as GuestContext;
  const system = new GuestSystem(booked, [...sessionsOf(kept)]);
  const root = actorIn(guest, system, { snapshot: kept.snapshot });
  root.start();
  system.restored();
  const { status, error, value } = root.getSnapshot() as Snapshot;
  if (status === 'error') return failureOf(error).message;
  if (canonical(value as Json) !== canonical(state.value)) return 'that is only a part of one';
  // XState lets a child go without a word whose logic it does not find.
  const [before, after] = [kept, keptOf(root)].map((one) => [...sessionsOf(one)].length);
  return before === after ? system.fault?.message : 'it has no logic for a child at work';
}

const actorIn = (guest: Guest, system: GuestSystem, options: object): AnyActor =>
  createActor(guest.machine, { ...options, id: guest.machine.id, parent: system.outside } as never);

/** In the order in which XState builds actors anew. */
function* sessionsOf({ session, snapshot }: Kept): Generator<string> {
  yield session;
  for (const child of Object.values(snapshot.children ?? {})) yield* sessionsOf(child);
}

function isTaken(system: GuestSystem, root: AnyActor, event: Fact): boolean {
  const { id, n, output, error } = event as Fact & Readonly<Record<string, unknown>>;
  const settle = (type: string, data: unknown) =>
    system.reach(String(id).slice('promise-'.length), { type, data } as Fact);
  switch (event.type) {
    case 'promise.done':
      return settle('xstate.promise.resolve', output);
    case 'promise.failed':
      return settle('xstate.promise.reject', error);
    case 'effect.expired':
      return settle('xstate.promise.reject', {
        name: 'TimeoutError',
        message: 'it gave no answer in its time',
        reason: 'hung',
      });
    case 'delay.passed':
      return system.pass(String(n));
    default:
      root.send(event);
      // A transition that throws is not even reported.
      return system.isTaken || (root.getSnapshot() as Snapshot).status === 'error';
  }
}

/** What a step came to. @throws GuestError, or the machine's own error: its actor fails. */
function movedFrom(guest: Guest, system: GuestSystem, root: AnyActor): Moved {
  const snapshot = root.getSnapshot() as Snapshot;
  if (system.fault !== undefined) throw system.fault;
  if (snapshot.status === 'error') throw failureOf(snapshot.error);
  const kept = keptOf(root);
  const known = new Set(sessionsOf(kept));
  const lost = system.working.find(({ sessionId }) => !known.has(sessionId));
  // Live XState would let the first one go on where nobody can reach or stop it.
  if (lost !== undefined)
    throw new GuestError('defect', `two of its children are called ${lost.id}`);
  const context = { root: kept, booked: system.booked };
  const state = {
    value: snapshot.value as Json,
    context: JSON.parse(canonical(context as unknown as Json)) as Json,
  };
  const wishes = system.wishes.map(({ type, params }) =>
    type === 'promise' ? effectOf(guest, params as Wished) : { type, params },
  );
  if (snapshot.status !== 'done') return { state, wishes };
  return { state, wishes, done: guest.terms.conclude(snapshot.output) as Moved['done'] };
}

interface Wished {
  readonly id: string;
  readonly src: string;
  readonly input: Json;
}
const effectOf = ({ terms }: Guest, { id, src, input }: Wished) => ({
  type: 'effect',
  params: {
    id,
    kind: 'actor.promise',
    params: { node: terms.node, src, input },
    withinMs: terms.withinMs(src),
  },
});

/** @throws GuestError for an actor that could not be found again: one without an id. */
function keptOf(actor: AnyActor): Kept {
  const { children = {}, context } = actor.getSnapshot() as Snapshot;
  const { children: persisted, ...rest } = actor.getPersistedSnapshot() as unknown as {
    readonly children?: Readonly<Record<string, object>>;
    readonly error?: unknown;
  };
  const own = { session: actor.sessionId };
  if (persisted === undefined)
    return { ...own, snapshot: { ...rest, error: plainError(rest.error) } as Kept['snapshot'] };
  const kept = Object.entries(persisted).map(([id, entry]) => {
    const child = children[id];
    if (child?.id !== id) throw new GuestError('defect', 'it spawned a child without an id');
    return [id, { ...entry, ...keptOf(child) }] as const;
  });
  return {
    ...own,
    // XState writes an actor in a context as its id; it is refused instead, like all that is not JSON.
    snapshot: {
      ...rest,
      context,
      error: plainError(rest.error),
      children: Object.fromEntries(kept),
    } as Kept['snapshot'],
  };
}

/** Why a machine ended in error: as what a promise of its own failed with, or as a defect. */
function failureOf(error: unknown): Error {
  if (error instanceof Error) return error;
  const { reason, message } = (error ?? {}) as { reason?: unknown; message?: unknown };
  const known = Reason.safeParse(reason);
  const text = typeof message === 'string' ? message : canonical((error ?? null) as Json);
  return new GuestError(known.success ? known.data : 'defect', text);
}
