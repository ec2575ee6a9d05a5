import { createConnection, type Socket } from 'node:net';
import type { Json } from '../../machines/protocol/values.ts';
import { CallFailedError } from '../errors/call-failed-error.ts';
import { HolderGoneError } from '../errors/holder-gone-error.ts';
import { HolderSilentError } from '../errors/holder-silent-error.ts';
import type { Holder } from '../store/holder-lock.ts';
import { Reply, type Failure } from './messages.ts';
import { Wire, WIRE_LIMITS, type WireLimits } from './wire.ts';

const DEFAULT_TIMEOUT_MS = 1_000;
/** Calls of one client that may be open at once. */
const MAX_OPEN_CALLS = 256;

export interface ConnectOptions {
  /** How long the holder may take to greet, and to take a call; default 1,000. */
  readonly timeoutMs?: number;
  /** Who it is, for the words of a HolderSilentError. */
  readonly holder?: Holder;
  readonly limits?: WireLimits;
}

/** A connection to the process that holds a data folder. */
export interface Client {
  /**
   * Calls the holder. It may take any time to answer once it has taken the call.
   * @param onEvent what it tells meanwhile; if this throws, the call rejects with that.
   * @throws CallFailedError for its refusal or failure; HolderSilentError where it does not take the call
   *   in time and HolderGoneError where it vanishes, and then it is unknown whether the call was done.
   */
  call(method: string, params: Json, onEvent?: (event: Json) => void): Promise<Json>;
  /** Ends the connection; what is still open rejects with a HolderGoneError. */
  close(): void;
}

/**
 * Connects to the holder of a data folder.
 * @throws HolderGoneError where nobody listens, HolderSilentError where somebody does and says nothing,
 *   CallFailedError where it has too many connections or speaks another version.
 */
export async function connect(address: string, options: ConnectOptions = {}): Promise<Client> {
  const client = new SocketClient(createConnection(address), address, options);
  try {
    await client.greeted;
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

interface Open {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: Json) => void) | undefined;
  readonly method: string;
  readonly timer: NodeJS.Timeout;
  isTaken: boolean;
}

/** A timer that hears first what has come in: after a wait for the processor, that may be the answer. */
const late = (act: () => void, afterMs: number): NodeJS.Timeout =>
  setTimeout(() => setImmediate(act), afterMs);

class SocketClient implements Client {
  readonly greeted: Promise<void>;
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #holder: Holder | undefined;
  readonly #wire: Wire;
  readonly #open = new Map<number, Open>();
  readonly #greeting = Promise.withResolvers<void>();
  #lastId = 0;
  #isGone = false;
  #fault: Error | undefined;

  constructor(socket: Socket, address: string, options: ConnectOptions) {
    this.#address = address;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#holder = options.holder;
    this.greeted = this.#greeting.promise;
    socket.once('error', (error) => (this.#fault = error));
    this.#wire = new Wire(socket, options.limits ?? WIRE_LIMITS, {
      onMessage: (message) => this.#take(message),
      onMalformed: () => this.#misspoken('it sent a line that is not JSON'),
      onTooLong: () => this.#misspoken('it sent a line above the limit'),
      onGone: () => this.#gone(),
    });
    const timer = late(() => this.#greeting.reject(this.#silent()), this.#timeoutMs);
    const stop = (): void => clearTimeout(timer);
    this.greeted.then(stop, stop);
  }

  call(method: string, params: Json, onEvent?: (event: Json) => void): Promise<Json> {
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    if (this.#isGone) {
      reject(this.#goneError());
      return promise;
    }
    if (this.#open.size >= MAX_OPEN_CALLS) {
      const problem = `${MAX_OPEN_CALLS} calls are open already`;
      reject(new CallFailedError(method, 'too_many_calls', problem));
      return promise;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const timer = late(() => {
      if (this.#open.get(id)?.isTaken === false) this.#close(id)?.reject(this.#silent());
    }, this.#timeoutMs);
    this.#open.set(id, { resolve, reject, onEvent, method, timer, isTaken: false });
    try {
      this.#wire.send({ id, method, params });
    } catch (cause) {
      const why = cause instanceof RangeError ? 'line_too_long' : 'malformed';
      const error = new CallFailedError(method, why, (cause as Error).message, { cause });
      this.#close(id)?.reject(error);
    }
    return promise;
  }

  close(): void {
    this.#wire.cut();
    this.#gone();
  }

  #take(message: unknown): void {
    const { data: reply } = Reply.safeParse(message);
    if (reply === undefined) this.#misspoken('it speaks another version of the protocol');
    else if ('nova' in reply) this.#greeting.resolve();
    else if (!('id' in reply)) this.#misspoken(reply.failure.message, reply.failure);
    else if ('taken' in reply) this.#taken(reply.id);
    else if ('event' in reply) this.#tell(reply.id, reply.event);
    else if ('result' in reply) this.#close(reply.id)?.resolve(reply.result);
    else this.#refuse(reply.id, reply.failure);
  }

  #taken(id: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.isTaken = true;
    clearTimeout(open.timer);
  }

  #tell(id: number, event: Json): void {
    try {
      this.#open.get(id)?.onEvent?.(event);
    } catch (error) {
      this.#close(id)?.reject(error as Error);
    }
  }

  #refuse(id: number, { why, message, causeCode }: Failure): void {
    const open = this.#close(id);
    open?.reject(new CallFailedError(open.method, why, message, { causeCode }));
  }

  /** Takes a call off the list; a reply that comes for it later is dropped. */
  #close(id: number): Open | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    clearTimeout(open?.timer);
    return open;
  }

  /** The holder refused the connection, or is no holder that we understand. */
  #misspoken(problem: string, failure?: Failure): void {
    this.#fault = new CallFailedError(this.#address, failure?.why ?? 'malformed', problem);
    this.#greeting.reject(this.#fault);
    this.close();
  }

  #gone(): void {
    this.#isGone = true;
    this.#greeting.reject(this.#goneError());
    for (const id of this.#open.keys()) this.#close(id)?.reject(this.#goneError());
  }

  #goneError(): HolderGoneError {
    return new HolderGoneError(this.#address, 'the holder is not there', { cause: this.#fault });
  }

  #silent(): HolderSilentError {
    return new HolderSilentError(this.#address, this.#holder, this.#timeoutMs);
  }
}
