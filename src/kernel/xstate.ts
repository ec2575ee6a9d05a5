import {
  StateMachine,
  createActor,
  type AnyActor,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  type InspectionEvent,
} from 'xstate';
import { outputs, type Fact } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { ActorState, Driver, Machine, Moved } from './system.ts';
import { moveGuest, startGuest } from './xstate/guest-run.ts';
import { Guest } from './xstate/guest.ts';

type Wishes = { type: string; params: unknown }[];
export type { InspectionEvent };
type Microstep = InspectionEvent & { _transitions?: readonly unknown[] };

/** The world's machines are XState's; nothing else is driven here. @throws TypeError. */
function machineOf(logic: Machine): AnyStateMachine {
  if (!(logic instanceof StateMachine)) throw new TypeError('not a machine of XState');
  return logic as AnyStateMachine;
}

/**
 * The snapshot that a state was taken from rides along with it, where nothing that enumerates, compares or writes a
 * state sees it. (A WeakMap does the same and costs the collector a fifth of the step.)
 */
const REVIVED = Symbol('snapshot');
type Revived = ActorState & { [REVIVED]?: AnyMachineSnapshot };
const remember = (state: ActorState, snapshot: AnyMachineSnapshot): void => {
  Object.defineProperty(state, REVIVED, { value: snapshot, enumerable: false, configurable: true });
};

/**
 * An actor scope of our own: it collects named actions instead of running them, and notes whether the event was taken
 * (the first microstep of an event that no transition takes is empty). XState's exported `transition()` builds a new
 * actor for this at every call and runs the context factory again. One scope serves all: transitions do not nest.
 */
const pureRun = { wishes: [] as Wishes, microsteps: 0, taken: false };
const refuse = (): never => {
  throw new TypeError(
    'machines of the kernel have no children, timers or emitted events of XState',
  );
};
const collector = {
  self: { id: 'kernel', sessionId: 'kernel' },
  id: 'kernel',
  sessionId: 'kernel',
  logger: refuse,
  defer: refuse,
  emit: refuse,
  stopChild: refuse,
  actionExecutor: ({ type, params }: { type: string; params: unknown }) => {
    pureRun.wishes.push({ type, params });
  },
  system: {
    _sendInspectionEvent: (event: Microstep) => {
      if (event.type === '@xstate.microstep') noteMicrostep(pureRun, event);
    },
  },
} as unknown as AnyActorScope;

/** The scope, with nothing seen yet. */
function fresh(): AnyActorScope {
  pureRun.wishes = [];
  pureRun.microsteps = 0;
  pureRun.taken = false;
  return collector;
}

/** Notes one microstep: the first tells whether the event was taken. */
function noteMicrostep(seen: { microsteps: number; taken: boolean }, event: Microstep): void {
  if (seen.microsteps === 0) seen.taken = (event._transitions?.length ?? 0) > 0;
  seen.microsteps += 1;
}

/** The part of a snapshot that the rest follows from. */
function stateOf(snapshot: AnyMachineSnapshot): ActorState {
  const remembered = Object.entries(
    snapshot.historyValue as Record<string, readonly { id: string }[]>,
  );
  const state: ActorState = {
    value: snapshot.value as Json,
    context: snapshot.context as Json,
    ...(remembered.length > 0 && {
      history: Object.fromEntries(
        remembered.map(([key, nodes]) => [key, nodes.map(({ id }) => id)]),
      ),
    }),
  };
  remember(state, snapshot);
  return state;
}

/** The snapshot that a state was taken from, or one built anew from its JSON. */
function snapshotOf(machine: Machine, state: ActorState): AnyMachineSnapshot {
  const logic = machineOf(machine);
  const known = (state as Revived)[REVIVED];
  if (known?.machine === logic) return known;
  const historyValue = Object.fromEntries(
    Object.entries(state.history ?? {}).map(([key, ids]) => [
      key,
      ids.map((id) => logic.getStateNodeById(id)),
    ]),
  );
  const snapshot = logic.resolveState({
    value: state.value as never,
    context: state.context,
    historyValue,
  } as never);
  remember(state, snapshot as AnyMachineSnapshot);
  return snapshot as AnyMachineSnapshot;
}

/** What a macrostep came to. @throws the machine's own error, which ends that actor. */
function movedFrom(snapshot: AnyMachineSnapshot, wishes: Wishes): Moved {
  if (snapshot.status === 'error') throw snapshot.error;
  const state = stateOf(snapshot);
  return snapshot.status === 'done'
    ? { state, wishes, done: snapshot.output as Moved['done'] }
    : { state, wishes };
}

/** The pure driver: no actor exists, nothing is scheduled; a user's own machine brings actors of its own for one step. */
export const pure: Driver = {
  start(_path, logic, input) {
    if (logic instanceof Guest) return startGuest(logic, input);
    const snapshot = machineOf(logic).getInitialSnapshot(fresh(), input as never);
    return movedFrom(snapshot as AnyMachineSnapshot, pureRun.wishes);
  },
  move(_path, logic, state, event: Fact) {
    if (logic instanceof Guest) return moveGuest(logic, state, event);
    const snapshot = snapshotOf(logic, state);
    const next = machineOf(logic).transition(
      snapshot as never,
      event as EventObject as never,
      fresh(),
    );
    return pureRun.taken ? movedFrom(next as AnyMachineSnapshot, pureRun.wishes) : undefined;
  },
  drop() {},
};

/** Where the actions of live actors write what they wish for. */
let heard: Wishes = [];
const writers = Object.fromEntries(
  Object.keys(outputs).map((type) => [
    type,
    (_: unknown, params: unknown) => void heard.push({ type, params }),
  ]),
);
const written = new WeakMap<Machine, AnyStateMachine>();

/** The same machine with actions that write down what they were asked for; made once, for to build one takes long. */
function writingDown(logic: Machine): AnyStateMachine {
  const made = written.get(logic) ?? machineOf(logic).provide({ actions: writers });
  written.set(logic, made);
  return made;
}

/** What is wished for meanwhile; an inspector that is told of it may move actors of its own. */
function wishesOf(moves: () => void): Wishes {
  const outer = heard;
  const own: Wishes = [];
  heard = own;
  try {
    moves();
  } finally {
    heard = outer;
  }
  return own;
}

/** Drives real XState actors, one for each actor of the run. */
export function liveDriver(inspect: ((event: InspectionEvent) => void) | undefined) {
  const actors = new Map<
    string,
    { actor: AnyActor; seen: { microsteps: number; taken: boolean } }
  >();
  const open = (path: string, logic: Machine, options: object) => {
    const seen = { microsteps: 0, taken: false };
    const actor = createActor(writingDown(logic), {
      id: path,
      ...options,
      inspect: (event: InspectionEvent) => {
        if (event.type === '@xstate.microstep') noteMicrostep(seen, event);
        inspect?.(event);
      },
    });
    // An observer of errors keeps XState from throwing them into the event loop; they are read from the snapshot.
    actor.subscribe({ error: () => {} });
    const entry = { actor: actor as AnyActor, seen };
    actors.set(path, entry);
    return { entry, wishes: wishesOf(() => actor.start()) };
  };
  const driver: Driver = {
    start(path, logic, input) {
      if (logic instanceof Guest) return startGuest(logic, input);
      const { entry, wishes } = open(path, logic, { input });
      return movedFrom(entry.actor.getSnapshot() as AnyMachineSnapshot, wishes);
    },
    move(path, logic, state, event) {
      if (logic instanceof Guest) return moveGuest(logic, state, event);
      const known = actors.get(path);
      const entry = known ?? open(path, logic, { snapshot: snapshotOf(logic, state) }).entry;
      Object.assign(entry.seen, { microsteps: 0, taken: false });
      const wishes = wishesOf(() => entry.actor.send(event));
      const snapshot = entry.actor.getSnapshot() as AnyMachineSnapshot;
      if (snapshot.status !== 'error' && !entry.seen.taken) return undefined;
      return movedFrom(snapshot, wishes);
    },
    drop(path) {
      actors.get(path)?.actor.stop();
      actors.delete(path);
    },
  };
  return driver;
}
