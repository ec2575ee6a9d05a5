import { InDoubtError } from '../errors/in-doubt-error.ts';
import { McpError } from '../errors/mcp-error.ts';
import { ToolRefusedError } from '../errors/tool-refused-error.ts';
import { systemClock } from '../host/clock.ts';
import { messageOf } from '../host/border.ts';
import { Restarts } from '../host/restarts.ts';
import type { Address, Wire } from './client.ts';
import { parse } from '../team/contract.ts';
import { changedParts, Definition, pinOf, type Pin } from './pins.ts';
import type { Answer } from './result.ts';

/** What a server lists: each tool by its name, or why it is none that can be kept. */
export interface Listing {
  readonly tools: ReadonlyMap<string, Pin>;
  readonly unkept: ReadonlyMap<string, string>;
}
interface Open {
  readonly wire: Wire;
  /** The next call makes another one. */
  readonly leave: () => void;
  listing: Promise<Listing> | undefined;
}
export interface Call {
  readonly pin: Pin;
  readonly input: object;
  readonly writes: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A program may be fetched before it starts. */
const CONNECT_MS = 60_000;
/** A list that changes while it is looked at. */
const MAX_LOOKS = 3;

const late = () => new DOMException('its time is up', 'TimeoutError');

/** Works under a signal, and is given up at once where that is aborted, or its time is up, whatever the work does. */
async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const cancel = systemClock.wakeAt(systemClock.now() + ms, () => own.abort(late()));
  const signal = outer === undefined ? own.signal : AbortSignal.any([outer, own.signal]);
  const given = Promise.withResolvers<never>();
  const giveUp = () => given.reject(signal.reason as Error);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work(signal), given.promise]);
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}

/** What a server tells of its tools, one by one: what is no tool that can be kept hides none of the others. */
function listed(all: readonly unknown[]): Listing {
  const tools = new Map<string, Pin>();
  const unkept = new Map<string, string>();
  for (const one of all) {
    const { name, title, description, inputSchema, outputSchema, annotations } = (one ??
      {}) as Partial<Definition>;
    const known = String(name).slice(0, 128);
    const told = { name, title, description, inputSchema, outputSchema, annotations };
    const parsed = parse(Definition, told);
    try {
      if (!parsed.ok) unkept.set(known, parsed.issues);
      else if (tools.has(known)) unkept.set(known, 'it is listed twice');
      else tools.set(known, pinOf(parsed.value as Definition));
    } catch (error) {
      unkept.set(known, messageOf(error));
    }
  }
  for (const name of unkept.keys()) tools.delete(name);
  return { tools, unkept };
}

/** The one connection to a server: made at the first call, shared, made anew after its end. */
export class Line {
  readonly #id: string;
  readonly #address: Address;
  readonly #listMs: number;
  /** A server that ends again and again is left alone for a while. */
  readonly #restarts = new Restarts(systemClock);
  #open: Promise<Open> | undefined;
  #ending = new AbortController();
  /** What connects or ends, also after it was given up. */
  #work: Promise<unknown> = Promise.resolve();

  /** @param listMs how long it may take to list its tools. */
  constructor(id: string, address: Address, listMs: number) {
    this.#id = id;
    this.#listMs = listMs;
    this.#address = address;
  }

  /** What the server lists now. @throws McpError. */
  list(signal?: AbortSignal): Promise<Listing> {
    return within(CONNECT_MS + this.#listMs, signal, async () =>
      this.#listing(await this.#connected()),
    );
  }

  /**
   * Calls a tool as it was accepted.
   * @throws ToolRefusedError where it is another one now, and nothing was sent, or where the server says no; McpError; InDoubtError for
   *   a write of which no answer came; the signal's reason.
   */
  async call(call: Call): Promise<Answer> {
    const { pin, input, writes, signal: outer, timeoutMs } = call;
    const sent: Open[] = [];
    const once = (): Promise<Answer> =>
      within(timeoutMs, outer, async (signal) => {
        const open = await this.#accepted(pin, signal);
        sent.push(open);
        return open.wire.call(pin.name, input, signal);
      }).catch(async (error: unknown) => {
        const open = sent.at(-1);
        if (error instanceof ToolRefusedError || open === undefined) throw error;
        // One that does not answer is looked at before it is asked again, and ended where it does not answer that.
        open.listing = undefined;
        if (!(error instanceof McpError)) throw error;
        await this.#end(open);
        // It knows nothing of the connection, as after a restart of its own: it did nothing.
        if (error.why === 'unreachable' && sent.length === 1) return once();
        throw error;
      });
    try {
      return await once();
    } catch (error) {
      const isKnown =
        error instanceof ToolRefusedError ||
        (error instanceof McpError && error.why === 'unreachable');
      if (isKnown || sent.length === 0 || !writes || outer.aborted) throw error;
      throw new InDoubtError(messageOf(error), { cause: error });
    }
  }

  /** Ends the connection, and the program where it is one. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#ending.abort(new McpError(this.#id, 'unreachable', 'it was let go'));
    this.#ending = new AbortController();
    await Promise.all([this.#work, open?.then(({ wire }) => wire.close()).catch(() => {})]);
  }

  /** A connection on which a tool stands as it was accepted. */
  async #accepted(pin: Pin, signal: AbortSignal): Promise<Open> {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const open = await this.#connected();
      const looking = this.#listing(open);
      const { tools, unkept } = await looking;
      // Who is no longer wanted begins nothing: it may have been let go.
      signal.throwIfAborted();
      // Its list is another one since.
      if (open.listing === undefined) continue;
      const live = tools.get(pin.name);
      const where = `${pin.name} of the MCP server ${this.#id}`;
      const way = `nova mcp shows it, nova mcp accept ${this.#id} accepts it`;
      if (live === undefined)
        throw new ToolRefusedError(
          'tool_not_granted',
          `${where} ${unkept.has(pin.name) ? 'is none that can be kept' : 'is not there any more'}: ${way}`,
        );
      if (live.sha256 === pin.sha256) return open;
      const parts = changedParts(pin, live).join(', ');
      throw new ToolRefusedError('tool_not_granted', `${where} has changed in ${parts}: ${way}`);
    }
    throw new McpError(this.#id, 'unreachable', 'its tools change while they are looked at');
  }

  #listing(open: Open): Promise<Listing> {
    if (open.listing !== undefined) return open.listing;
    const looking = within(this.#listMs, undefined, async (signal) =>
      listed(await open.wire.list(signal)),
    );
    open.listing = looking;
    looking.catch(() => this.#end(open));
    return looking;
  }

  /** Ends a connection that is of no use any more. */
  #end({ wire, leave }: Open): Promise<void> {
    leave();
    const ending = wire.close();
    this.#work = Promise.allSettled([this.#work, ending]);
    return ending;
  }

  #connected(): Promise<Open> {
    if (this.#open !== undefined) return this.#open;
    if (this.#restarts.isSpent(this.#id))
      throw new McpError(this.#id, 'unreachable', 'it has ended again and again');
    const leave = () => {
      if (this.#open !== opening) return;
      this.#open = undefined;
      this.#restarts.count(this.#id);
    };
    const opening = within(CONNECT_MS, this.#ending.signal, (signal) => {
      const work = this.#connect(signal, leave);
      this.#work = Promise.allSettled([this.#work, work]);
      return work;
    });
    this.#open = opening;
    opening.catch(leave);
    return opening;
  }

  async #connect(signal: AbortSignal, leave: () => void): Promise<Open> {
    // Loaded here: who has no such server, or does not call it, pays nothing for it.
    const { connect } = await import('./client.ts');
    const open = { listing: undefined as Open['listing'], leave };
    const onChanged = () => void (open.listing = undefined);
    const wire = await connect(this.#id, this.#address, { onChanged, onClosed: leave }, signal);
    return Object.assign(open, { wire });
  }
}
