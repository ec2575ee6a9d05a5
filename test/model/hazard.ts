// How a thing that an endpoint does wrong is told, and what it must come to.
import type { Socket } from 'node:net';
import { said } from './loopback.ts';
import { answered, chunked, type Behaviour, type Head } from './hostile.ts';
import type { Saying, Way } from './ways.ts';

export interface Hazard {
  readonly name: string;
  /** As `cameOf` says it. */
  readonly comes: string;
  readonly made: number;
  /** What it takes at least, where somebody is waited for. */
  readonly lastsMs?: number;
  readonly behave: (way: Way) => Behaviour;
  /** Where it can happen; default everywhere. */
  readonly where?: Partial<Pick<Way, 'api' | 'isStream'>>;
}

const TEXT = 'Grüße, 世界 🌍';
export const good: Saying = { text: said('done', { text: TEXT }) };
export const GOOD = `done ${JSON.stringify({ text: TEXT })}`;

export const bodyOf = (way: Way, saying: Saying = good) => way.pieces(saying).join('');
export const whole =
  (saying: Saying, about: Head = {}) =>
  (way: Way) =>
    answered(bodyOf(way, saying), { type: way.type, ...about });
export const body =
  (text: (way: Way) => string | Uint8Array, about: Head = {}) =>
  (way: Way) =>
    answered(text(way), { type: way.type, ...about });
export const half = (way: Way) => Buffer.from(bodyOf(way)).subarray(0, -60);
export const error = { error: { message: 'it is too much', type: 'server_error', code: 'busy' } };
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  () =>
    answered(JSON.stringify(error), { status: code, headers });
export const raw =
  (write: (socket: Socket, way: Way) => boolean | void) =>
  (way: Way): Behaviour =>
  (socket) =>
    write(socket, way);

/** Again and again, until the other side has let go. */
export function forEver(socket: Socket, bytes: string | Uint8Array): true {
  const drip = () => {
    if (socket.destroyed) return;
    socket.write(bytes);
    setImmediate(drip);
  };
  drip();
  return true;
}

/** The good stream, with its pieces changed. */
export const stream =
  (change: (pieces: readonly string[]) => readonly string[], end: 'end' | 'open' = 'end') =>
  (way: Way) =>
    chunked(change(way.pieces(good)), { type: way.type }, end);
export const inStreams = { isStream: true } as const;
export const swapped = (pieces: readonly string[], at: number): readonly string[] => [
  ...pieces.slice(0, at),
  pieces[at + 1] ?? '',
  pieces[at] ?? '',
  ...pieces.slice(at + 2),
];
export const twice = (pieces: readonly string[], at: number): readonly string[] => [
  ...pieces.slice(0, at + 1),
  ...pieces.slice(at),
];
export const TEN_MB = 10 * 1024 * 1024;
