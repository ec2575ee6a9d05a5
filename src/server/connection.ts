import type { Socket } from 'node:net';
import type { Json } from '../../machines/protocol/values.ts';
import { Call, PROTOCOL_VERSION, type Failure } from './messages.ts';
import { Wire, type WireLimits } from './wire.ts';

/** What a handler knows of a call beside its words. */
export interface CallContext {
  /** Aborted when the caller has vanished or the server closes. */
  readonly signal: AbortSignal;
  /** Sends an event to the caller; does nothing once it is gone. @throws NotJsonError, RangeError. */
  readonly emit: (event: Json) => void;
}

/** Answers a call; what it throws goes to the caller as a message and a code, never further. */
export type Handler = (method: string, params: Json, context: CallContext) => Promise<Json>;

/** Counts calls over all connections; a call counts until its handler is done, heard or not. */
export interface CallCount {
  open: number;
  readonly max: number;
}

/** The holder's side of one connection. */
export class Connection {
  readonly #wire: Wire;
  readonly #handler: Handler;
  readonly #count: CallCount;
  readonly #open = new Map<number, AbortController>();
  #isLeaving = false;

  constructor(
    socket: Socket,
    limits: WireLimits,
    count: CallCount,
    handler: Handler,
    onGone: (connection: Connection) => void,
  ) {
    this.#handler = handler;
    this.#count = count;
    this.#wire = new Wire(socket, limits, {
      onMessage: (message) => this.#take(message),
      onMalformed: () => this.#fail(undefined, 'malformed', 'a line is JSON in UTF-8'),
      onTooLong: () => {
        this.#fail(undefined, 'line_too_long', `a line has at most ${limits.lineBytes} bytes`);
        this.#wire.finish();
      },
      onGone: () => {
        this.#abort();
        onGone(this);
      },
    });
  }

  /** Says that calls are welcome. */
  greet(): void {
    this.#wire.send({ nova: PROTOCOL_VERSION });
  }

  /** Says why calls are not welcome, and ends the connection. */
  turnAway(failure: Failure): void {
    this.#wire.send({ failure: { ...failure } });
    this.#wire.finish();
  }

  /** Takes no more calls, and ends the connection when those that are open have been answered. */
  leave(): void {
    this.#isLeaving = true;
    if (this.#open.size === 0) this.#wire.finish();
  }

  /** Ends the connection and its calls. */
  cut(): void {
    this.#wire.cut();
  }

  #take(message: unknown): void {
    // Who asks now finds the connection ended, and asks the next holder.
    if (this.#isLeaving) return;
    const parsed = Call.safeParse(message);
    if (!parsed.success) {
      const id = Call.shape.id.safeParse((message as { id?: unknown } | null)?.id).data;
      this.#fail(id, 'malformed', 'a call is { id, method, params }');
      return;
    }
    const { id } = parsed.data;
    if (this.#open.has(id)) this.#fail(id, 'malformed', 'a call of this id is still open');
    else if (this.#count.open >= this.#count.max)
      this.#fail(id, 'too_many_calls', `${this.#count.max} calls are open already`);
    else void this.#answer(parsed.data);
  }

  async #answer({ id, method, params }: Call): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#open.set(id, controller);
    this.#count.open += 1;
    this.#wire.send({ id, taken: true });
    const emit = (event: Json): void => {
      if (this.#open.get(id) === controller) this.#wire.send({ id, event });
    };
    try {
      const result = await this.#handler(method, params, { signal, emit });
      this.#wire.send({ id, result });
    } catch (error) {
      this.#fail(id, 'handler', messageOf(error), codeOf(error));
    } finally {
      this.#open.delete(id);
      this.#count.open -= 1;
      if (this.#isLeaving && this.#open.size === 0) this.#wire.finish();
    }
  }

  #abort(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
  }

  #fail(id: number | undefined, why: Failure['why'], message: string, causeCode?: string): void {
    const failure: Record<string, string> = { why, message };
    if (causeCode !== undefined) failure['causeCode'] = causeCode;
    this.#wire.send(id === undefined ? { failure } : { id, failure });
  }
}

/** A message is for a person to read; a longer one would not fit its line. */
const MAX_MESSAGE_CHARS = 4_000;
const MAX_CODE_CHARS = 100;

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'the handler threw what is no error';
  return message.slice(0, MAX_MESSAGE_CHARS);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code.slice(0, MAX_CODE_CHARS) : undefined;
}
