import type { Fact, Wish } from '../../../machines/protocol/effects.ts';
import type { Output } from '../../../machines/protocol/outcomes.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import { canonical } from '../../kernel/canonical.ts';
import type { Machine } from '../../kernel/system.ts';
import type { TransitionView } from '../lint/view.ts';
import { REQUESTER } from './hints.ts';
import {
  granted,
  NOTHING_OPEN,
  received,
  type Ended,
  type Offer,
  type Open,
  type Stand,
} from './stand.ts';

/** The part of a snapshot of XState that a state follows from. */
interface SnapshotView {
  readonly value: Json;
  readonly context: Json;
  readonly historyValue?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly status: string;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly _nodes: readonly { readonly id: string; readonly type: string }[];
}
interface MachineLogic {
  getInitialSnapshot(scope: unknown, input: unknown): SnapshotView;
  transition(snapshot: SnapshotView, event: Fact, scope: unknown): SnapshotView;
}

/** What one event did. */
export interface Move {
  readonly to: Stand;
  readonly isTaken: boolean;
  /** Every transition of the macrostep: the event's own, and each `always` behind it. */
  readonly transitions: readonly TransitionView[];
  /** What the machine's own code threw, or what the run would not grant. */
  readonly threw?: string;
}

const DEFECT: Ended = { outcome: 'failed', reason: 'defect' };

/** The event as the machine gets it: the kernel adds who it is from. */
function delivered({ from, fact }: Offer): Fact {
  if (from.kind !== 'external') return fact;
  const by = { id: from.principal, isRequester: from.principal === REQUESTER };
  return { ...fact, by } as Fact;
}

/**
 * A machine driven without the kernel, straight by XState, that remembers each move and what it did. Its snapshots are
 * our own stands, so that what is open around the machine is part of the graph.
 */
export class Watched {
  readonly #logic: MachineLogic;
  readonly #snapshots = new Map<string, SnapshotView>();
  readonly #stands = new Map<string, Stand>();
  readonly #moves = new Map<Stand, Map<string, Move>>();

  constructor(machine: Machine) {
    this.#logic = machine as unknown as MachineLogic;
  }

  begin(input: Json): Move {
    return this.#run(undefined, NOTHING_OPEN, (scope) =>
      this.#logic.getInitialSnapshot(scope, input),
    );
  }

  move(from: Stand, offer: Offer): Move {
    const moves = this.#moves.get(from) ?? new Map<string, Move>();
    this.#moves.set(from, moves);
    const name = nameOf(offer);
    const known = moves.get(name);
    if (known !== undefined) return known;
    const snapshot = this.#snapshots.get(from.key) as SnapshotView;
    const took = this.#run(from, received(from.open, offer), (scope) =>
      this.#logic.transition(snapshot, delivered(offer), scope),
    );
    // An answer that is not taken leaves its effect open.
    const made = !took.isTaken && offer.from.kind === 'answer' ? { ...took, to: from } : took;
    moves.set(name, made);
    return made;
  }

  #run(from: Stand | undefined, before: Open, take: (scope: unknown) => SnapshotView): Move {
    const wishes: Wish[] = [];
    const steps: (readonly TransitionView[])[] = [];
    try {
      const snapshot = take(scopeOf(wishes, steps));
      if (snapshot.status === 'error') throw snapshot.error;
      const isTaken = from === undefined || (steps[0]?.length ?? 0) > 0;
      if (!isTaken && from !== undefined) {
        const to = this.#stand(this.#snapshots.get(from.key) as SnapshotView, before, undefined);
        return { to, isTaken, transitions: [] };
      }
      let open: Open | undefined = before;
      for (const wish of wishes) open = open && granted(open, wish);
      const output = snapshot.status === 'done' ? (snapshot.output as Output) : undefined;
      const ended = open === undefined ? DEFECT : output && endedBy(output);
      return {
        to: this.#stand(snapshot, open ?? NOTHING_OPEN, ended),
        isTaken,
        transitions: steps.flat(),
        ...(open === undefined && { threw: 'an id is used twice' }),
      };
    } catch (error) {
      // A throw ends the actor where it stood.
      const snapshot = from && this.#snapshots.get(from.key);
      const to = this.#stand(snapshot ?? UNBORN, NOTHING_OPEN, DEFECT);
      return { to, isTaken: true, transitions: steps.flat(), threw: String(error) };
    }
  }

  #stand(snapshot: SnapshotView, before: Open, ended: Ended | undefined): Stand {
    const { value, context } = snapshot;
    const history = Object.fromEntries(
      Object.entries(snapshot.historyValue ?? {}).map(([id, nodes]) => [
        id,
        nodes.map((node) => node.id),
      ]),
    );
    const open = ended === undefined ? before : NOTHING_OPEN;
    const key = canonical({ value, context, history, open, ended } as unknown as Json);
    const known = this.#stands.get(key);
    if (known !== undefined) return known;
    const resting = snapshot._nodes.filter(({ type }) => type === 'atomic').map(({ id }) => id);
    const stand = { key, value, context, history, resting, open, ended };
    this.#stands.set(key, stand);
    this.#snapshots.set(key, snapshot);
    return stand;
  }
}

const UNBORN: SnapshotView = {
  value: null,
  context: null,
  status: 'error',
  _nodes: [],
};

/** An event's name among the others of its state. */
export const nameOf = (offer: Offer): string => canonical(offer as unknown as Json);

function endedBy({ outcome, reason, note }: Output): Ended {
  return {
    outcome,
    ...(reason !== undefined && { reason }),
    ...(note !== undefined && { note: note as unknown as Json }),
  };
}

/** The scope XState asks for, which only writes down: wishes by name, and the transitions of each microstep. */
function scopeOf(wishes: Wish[], steps: (readonly TransitionView[])[]): unknown {
  const refuse = (): never => {
    throw new TypeError('a machine alone has no actors of XState');
  };
  return {
    self: { id: 'path', sessionId: 'path' },
    id: 'path',
    sessionId: 'path',
    logger: refuse,
    defer: refuse,
    emit: refuse,
    stopChild: refuse,
    actionExecutor: ({ type, params }: Wish) => wishes.push({ type, params } as Wish),
    system: {
      _sendInspectionEvent: (event: {
        type: string;
        _transitions?: readonly TransitionView[];
      }): void => {
        if (event.type === '@xstate.microstep') steps.push(event._transitions ?? []);
      },
    },
  };
}
