import type { AnyActor } from 'xstate';
import type { Fact } from '../../../machines/protocol/effects.ts';
import { canonical } from '../canonical.ts';
import { GuestError } from '../guest-error.ts';
import type { Moved } from '../system.ts';

/** Events that actors of one machine may send each other in one step. */
const MAX_RELAYED = 10_000;
const STOPPED = 2;

/** A delayed event that has not come yet. */
interface Delayed {
  /** Sessions of its sender and its receiver. */
  readonly from: string;
  readonly to: string;
  readonly event: Fact;
  /** Sender and name, by which it is cancelled. */
  readonly handle: string;
}

/** What a system of actors remembers between two steps. */
export interface Booked {
  readonly sessions: number;
  readonly delays: number;
  readonly delayed: Readonly<Record<string, Delayed>>;
  /** The last delayed event of each name. */
  readonly latest: Readonly<Record<string, string>>;
}

/** What an actor of XState 5.33 has beside its public side. */
interface Internal {
  readonly _processingStatus: number;
  _send(event: Fact): void;
  _stop(): void;
}
type Inspected = {
  readonly type: string;
  readonly action?: { readonly type: string };
  readonly _transitions?: readonly unknown[];
};

/** An actor that failed takes its children along; XState itself would let them go on where nobody hears them. */
function stopChildren(actor: AnyActor): void {
  const { children = {} } = actor.getSnapshot() as { children?: Record<string, Internal> };
  for (const child of Object.values(children)) child._stop();
}

/** An error as JSON: what was thrown may be anything. */
export const plainError = (error: unknown): unknown =>
  error instanceof Error
    ? {
        name: error.name,
        message: error.message,
        reason: error instanceof GuestError ? error.reason : 'defect',
      }
    : error;

/**
 * The system of actors in which a user's machine is played for one step. It stands where XState's own would: what that
 * would schedule, begin or stop becomes a wish, and its ids follow from the machine's own past.
 */
export class GuestSystem {
  readonly wishes: Moved['wishes'][number][] = [];
  /** Stands where the machine's parent would: there is none. */
  readonly outside: object = { id: 'kernel', sessionId: 'kernel', system: this };
  /** What broke the step whole, whoever of its actors caught it. */
  fault: GuestError | undefined;
  /** True where a transition was taken. */
  isTaken = false;
  #isRestoring: boolean;
  #relayed = 0;
  readonly #waiting: string[];
  readonly #actors = new Map<string, AnyActor>();
  #sessions: number;
  #delays: number;
  readonly #delayed: Record<string, Delayed>;
  readonly #latest: Record<string, string>;

  /** @param sessions of the actors that are built anew, in the order in which XState does. */
  constructor(booked: Booked | undefined, sessions: readonly string[]) {
    this.#isRestoring = booked !== undefined;
    this.#waiting = [...sessions];
    this.#sessions = booked?.sessions ?? 0;
    this.#delays = booked?.delays ?? 0;
    this.#delayed = { ...booked?.delayed };
    this.#latest = { ...booked?.latest };
  }

  get booked(): Booked {
    return {
      sessions: this.#sessions,
      delays: this.#delays,
      delayed: this.#delayed,
      latest: this.#latest,
    };
  }

  /** All stand as they stood; from now on what they do counts. */
  restored(): void {
    this.#isRestoring = false;
    this.isTaken = false;
  }

  began(session: string, src: string, input: unknown): void {
    if (this.#isRestoring) return;
    const given = JSON.parse(canonical((input ?? null) as never)) as unknown;
    this.wishes.push({ type: 'promise', params: { id: `promise-${session}`, src, input: given } });
  }

  aborted(session: string): void {
    this.wishes.push({ type: 'abort', params: { id: `promise-${session}` } });
  }

  /** Actors at work, the root among them. */
  get working(): readonly AnyActor[] {
    return [...this.#actors.values()];
  }

  /** Lets an actor of that session have an event; false where there is none any more. */
  reach(session: string, event: Fact): boolean {
    const actor = this.#actors.get(session);
    if (actor === undefined) return false;
    this._relay(undefined, actor, event);
    return true;
  }

  /** A delayed event whose time has come. */
  pass(n: string): boolean {
    const delayed = this.#delayed[n];
    if (delayed === undefined) return false;
    delete this.#delayed[n];
    delete this.#latest[delayed.handle];
    this.reach(delayed.to, delayed.event);
    return true;
  }

  // From here on: what XState 5.33 asks of a system.

  readonly scheduler = {
    schedule: (from: AnyActor, to: AnyActor, event: Fact, delayMs: number, name?: string) => {
      if (!Number.isFinite(delayMs)) throw this.#broken('defect', `a delay of ${delayMs} ms`);
      const n = String((this.#delays += 1));
      const handle = `${from.sessionId}.${name ?? `#${n}`}`;
      this.#delayed[n] = { from: from.sessionId, to: to.sessionId, event, handle };
      this.#latest[handle] = n;
      this.wishes.push({
        type: 'timer',
        params: {
          id: `delay-${n}`,
          delayMs: Math.max(0, delayMs),
          event: { type: 'delay.passed', n },
        },
      });
    },
    cancel: (from: AnyActor, name: string) => this.#cancel(`${from.sessionId}.${name}`),
    cancelAll: (from: AnyActor) => {
      for (const [handle, n] of Object.entries(this.#latest))
        if (this.#delayed[n]?.from === from.sessionId) this.#cancel(handle);
    },
  };

  #cancel(handle: string): void {
    const n = this.#latest[handle];
    if (n === undefined) return;
    delete this.#latest[handle];
    delete this.#delayed[n];
    this.wishes.push({ type: 'clear', params: { id: `delay-${n}` } });
  }

  _bookId(): string {
    return this.#waiting.shift() ?? `a${(this.#sessions += 1)}`;
  }

  _register(session: string, actor: AnyActor): string {
    this.#actors.set(session, actor);
    return session;
  }

  _unregister(actor: AnyActor): void {
    this.#actors.delete(actor.sessionId);
  }

  _relay(from: AnyActor | undefined, to: AnyActor, event: Fact): void {
    if (this.#isRestoring) return;
    const isError = event.type.startsWith('xstate.error.actor.');
    if (isError && from !== undefined) stopChildren(from);
    if ((to as unknown) === this.outside) {
      // The root's end is read from its snapshot.
      if (from !== undefined && event.type.endsWith(`.actor.${from.id}`)) return;
      throw new Error(`Unable to send event to actor '#_parent': it has none`);
    }
    if ((this.#relayed += 1) > MAX_RELAYED)
      throw this.#broken('livelock', `more than ${MAX_RELAYED} events between its actors`);
    const target = to as unknown as Internal;
    if (target._processingStatus === STOPPED) return;
    const { error } = event as { error?: unknown };
    target._send(isError ? ({ ...event, error: plainError(error) } as Fact) : event);
  }

  _sendInspectionEvent({ type, action, _transitions }: Inspected): void {
    if (type === '@xstate.action' && !action?.type.startsWith('xstate.'))
      throw this.#broken(
        'defect',
        `the action ${action?.type} is code of its own, which may run twice: invoke a promise`,
      );
    // An `always` without a target acts on every event, also on one that no transition of its own takes.
    if (type === '@xstate.microstep') this.isTaken ||= (_transitions?.length ?? 0) > 0;
  }

  get(): never {
    throw this.#broken('defect', 'it asks for system.get, which names actors of no snapshot');
  }
  getAll(): never {
    return this.get();
  }
  _set(): never {
    return this.get();
  }
  _logger(): void {}

  #broken(reason: 'defect' | 'livelock', message: string): GuestError {
    this.fault ??= new GuestError(reason, message);
    return this.fault;
  }
}

/** The system of an actor that is played here. */
export const guestSystem = (system: AnyActor['system']): GuestSystem =>
  system as unknown as GuestSystem;
