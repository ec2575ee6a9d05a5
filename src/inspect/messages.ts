import type { Fact } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { Stepped } from '../kernel/step.ts';
import type { ActorRecord, Incoming, Machine, System, World } from '../kernel/system.ts';
import { notedStep, type Note } from './noted-step.ts';
import { definitionOf, openView, veiledView, type View } from './views.ts';

/** The version of @statelyai/inspect whose messages these are. */
const PROTOCOL_VERSION = '0.7.2';

interface MessageBase {
  /** The actor's path in the run, the same at every replay; the parts of a plan, which its maker named, by their number. */
  readonly sessionId: string;
  readonly rootId: string;
  /** When the event came in, milliseconds since 1970, as text. */
  readonly createdAt: string;
  readonly id: null;
  readonly _version: string;
}
/** An actor as it stands; `output` once it has ended. */
export interface InspectedSnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value: Json;
  readonly context: Json;
  readonly output?: Json;
}
export interface ActorMessage extends MessageBase {
  readonly type: '@xstate.actor';
  readonly name: string;
  readonly parentId?: string;
  /** The machine's configuration as JSON; missing where nobody knows the machine. */
  readonly definition?: string;
  readonly snapshot: InspectedSnapshot;
}
export interface EventMessage extends MessageBase {
  readonly type: '@xstate.event';
  readonly event: Fact;
  /** The actor of the run that sent it; missing where it came in from outside. */
  readonly sourceId?: string;
}
export interface SnapshotMessage extends MessageBase {
  readonly type: '@xstate.snapshot';
  readonly event: Fact;
  readonly snapshot: InspectedSnapshot;
}
/** One message of the Stately inspector's wire protocol. */
export type InspectMessage = ActorMessage | EventMessage | SnapshotMessage;

export interface MessageOptions {
  /** True: contexts, events and outputs as they are; default by their keys only. */
  readonly withContext?: boolean;
}

const parentOf = (path: string): string | undefined =>
  path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;

/** The path without the names that a plan's maker gave its parts. */
function veiledPath(actors: System['actors'], path: string): string {
  const [root = '', ...ids] = path.split('/');
  let [at, shown] = [root, root];
  for (const id of ids) {
    const parent = actors.get(at);
    const { parts } = (parent?.state.context ?? {}) as { parts?: readonly { id: string }[] };
    const number =
      parent?.machine === 'plan' ? parts?.findIndex((part) => part.id === id) : undefined;
    at = `${at}/${id}`;
    shown = `${shown}/${number === undefined ? id : `part-${number + 1}`}`;
  }
  return shown;
}

function statusOf(ended: ActorRecord['ended']): InspectedSnapshot['status'] {
  if (ended === undefined) return 'active';
  if (ended.outcome === 'failed') return 'error';
  return ended.outcome === 'cancelled' ? 'stopped' : 'done';
}

function snapshotOf(
  { state, ended }: Pick<ActorRecord, 'state' | 'ended'>,
  machine: Machine | undefined,
  view: View,
): InspectedSnapshot {
  return {
    status: statusOf(ended),
    value: state.value,
    context: view.context(state.context, machine),
    ...(ended && { output: view.output(ended) }),
  };
}

/**
 * What one event does to a run, in the Stately inspector's protocol: an actor is told before its first event, an event
 * before the snapshot that it leads to; an event without a snapshot was taken by no transition.
 * Pure: a live run and a recorded one come to the same messages, since both are the same steps.
 * @returns the messages, and the step that they tell of.
 */
export function messagesOf(
  world: World,
  system: System,
  incoming: Incoming,
  { withContext = false }: MessageOptions = {},
): { readonly messages: readonly InspectMessage[]; readonly stepped: Stepped } {
  const { stepped, notes } = notedStep(world, system, incoming);
  const view = withContext ? openView : veiledView;
  const { actors } = stepped.system;
  const shown = (path: string): string => (withContext ? path : veiledPath(actors, path));
  const messages = notes.flatMap((note, at): InspectMessage[] => {
    const { path } = note;
    const record = actors.get(path) as ActorRecord;
    const machine = world.machine(record.machine, record.version)?.logic;
    const base = {
      sessionId: shown(path),
      rootId: path.split('/', 1)[0] ?? path,
      createdAt: String(incoming.at),
      id: null,
      _version: PROTOCOL_VERSION,
    } as const;
    const event = view.event(note.event, machine);
    if (note.is === 'told') {
      const source = note.from === undefined ? {} : { sourceId: shown(note.from) };
      return [{ type: '@xstate.event', ...base, event, ...source }];
    }
    if (note.is !== 'begun') {
      const stands = note.is === 'moved' ? { state: note.state } : record;
      return [
        { type: '@xstate.snapshot', ...base, event, snapshot: snapshotOf(stands, machine, view) },
      ];
    }
    const [parentId, definition] = [parentOf(shown(path)), definitionOf(machine)];
    const snapshot = snapshotOf(
      { state: firstState(notes.slice(at), path, record) },
      machine,
      view,
    );
    const source = parentId === undefined ? {} : { sourceId: parentId };
    return [
      {
        type: '@xstate.actor',
        ...base,
        name: record.node?.id ?? shown(path).slice(shown(path).lastIndexOf('/') + 1),
        ...(parentId !== undefined && { parentId }),
        ...(definition !== undefined && { definition }),
        snapshot,
      },
      { type: '@xstate.event', ...base, event, ...source },
    ];
  });
  return { messages, stepped };
}

/** How the actors of a run stand, where the way there is not known any more: each is told as if it began so. */
export function standingMessages(
  world: World,
  { actors }: System,
  { withContext = false }: MessageOptions = {},
): readonly InspectMessage[] {
  const view = withContext ? openView : veiledView;
  return [...actors].map(([path, record]): InspectMessage => {
    const machine = world.machine(record.machine, record.version)?.logic;
    const shown = withContext ? path : veiledPath(actors, path);
    const [parentId, definition] = [parentOf(shown), definitionOf(machine)];
    return {
      type: '@xstate.actor',
      sessionId: shown,
      rootId: path.split('/', 1)[0] ?? path,
      createdAt: '0',
      id: null,
      _version: PROTOCOL_VERSION,
      name: record.node?.id ?? shown.slice(shown.lastIndexOf('/') + 1),
      ...(parentId !== undefined && { parentId }),
      ...(definition !== undefined && { definition }),
      snapshot: snapshotOf(record, machine, view),
    };
  });
}

/** Where an actor began; where it ended at once, that is where it ended. */
function firstState(notes: readonly Note[], path: string, { state }: ActorRecord) {
  const first = notes.find((note) => note.path === path && note.is === 'moved');
  return first?.is === 'moved' ? first.state : state;
}
