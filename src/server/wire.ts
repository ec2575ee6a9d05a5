import type { Socket } from 'node:net';
import { canonical } from '../kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';

/** The limits of one connection; a test makes them small. */
export interface WireLimits {
  /** The longest line either side sends; at least 64 KiB, default 4 MiB. */
  readonly lineBytes: number;
  /** What may wait for a peer that does not read; above it the connection is cut. Default 16 MiB. */
  readonly unsentBytes: number;
}

export const WIRE_LIMITS: WireLimits = {
  lineBytes: 4 * 1024 * 1024,
  unsentBytes: 16 * 1024 * 1024,
};

/** How long a peer that is told off may take to read it. */
const FAREWELL_MS = 1_000;
const NEWLINE = 0x0a;

export interface WireEvents {
  /** A line that is JSON. */
  onMessage(message: unknown): void;
  /** A line that is not JSON in UTF-8. */
  onMalformed(): void;
  /** A line above its limit; nothing more is read. */
  onTooLong(): void;
  /** The connection has ended, by whomever; called once, last. */
  onGone(): void;
}

/** Lines of JSON over a socket, both ways, with a limit on what either side can make the other hold. */
export class Wire {
  readonly #socket: Socket;
  readonly #limits: WireLimits;
  readonly #events: WireEvents;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #isDeaf = false;

  constructor(socket: Socket, limits: WireLimits, events: WireEvents) {
    this.#socket = socket;
    this.#limits = limits;
    this.#events = events;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('close', () => events.onGone());
    // Whatever happened to a connection, it is gone: `close` follows and says so.
    socket.on('error', () => undefined);
  }

  /**
   * Sends one message; the peer's silence is no reason to wait, but too much of it ends the connection.
   * @throws NotJsonError. RangeError where the line is longer than the peer would read.
   */
  send(message: Json): void {
    const line = Buffer.from(`${canonical(message)}\n`);
    if (line.length > this.#limits.lineBytes)
      throw new RangeError(
        `${line.length} bytes are more than the ${this.#limits.lineBytes} of a line`,
      );
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#socket.write(line);
    if (this.#socket.writableLength > this.#limits.unsentBytes) this.#socket.destroy();
  }

  /** Ends the connection at once. */
  cut(): void {
    this.#isDeaf = true;
    this.#socket.destroy();
  }

  /** Ends the connection when what was sent is read, or after a second. */
  finish(): void {
    this.#isDeaf = true;
    // What still comes in is read and thrown away: closing over it could take our last words along.
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), FAREWELL_MS).unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #take(chunk: Buffer): void {
    let from = 0;
    while (!this.#isDeaf && from < chunk.length) {
      const end = chunk.indexOf(NEWLINE, from);
      const piece = chunk.subarray(from, end < 0 ? chunk.length : end);
      this.#pieceBytes += piece.length;
      if (this.#pieceBytes > this.#limits.lineBytes) {
        this.#pieces = [];
        this.#isDeaf = true;
        this.#events.onTooLong();
        return;
      }
      this.#pieces.push(piece);
      from += piece.length + 1;
      if (end >= 0) this.#line();
    }
  }

  #line(): void {
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    let message: unknown;
    try {
      message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as unknown;
    } catch {
      this.#events.onMalformed();
      return;
    }
    this.#events.onMessage(message);
  }
}
