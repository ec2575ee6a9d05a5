import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';

/** The first word of the holder to whoever connects: the protocol's version. */
export const PROTOCOL_VERSION = 1;

/** What JSON.parse has read; z.json() would drop a key called `__proto__`. */
const json = z.custom<Json>((value) => value !== undefined);

/** What a client sends: one call. */
export const Call = z.strictObject({
  id: z.int().nonnegative(),
  method: z.string().min(1).max(128),
  params: json,
});
export type Call = z.infer<typeof Call>;

/** Why a call, or a whole connection, was refused or failed. */
export const Failure = z.strictObject({
  why: z.enum(['malformed', 'line_too_long', 'too_many_connections', 'too_many_calls', 'handler']),
  message: z.string(),
  /** The `code` of the error that the handler threw, where it had one. */
  causeCode: z.string().optional(),
});
export type Failure = z.infer<typeof Failure>;

/** What the holder sends: a greeting, and for each call `taken`, events, and one result or failure. */
export const Reply = z.union([
  z.strictObject({ nova: z.literal(PROTOCOL_VERSION) }),
  z.strictObject({ id: z.int(), taken: z.literal(true) }),
  z.strictObject({ id: z.int(), event: json }),
  z.strictObject({ id: z.int(), result: json }),
  z.strictObject({ id: z.int(), failure: Failure }),
  /** Of the connection, or of a call whose id could not be read. */
  z.strictObject({ failure: Failure }),
]);
export type Reply = z.infer<typeof Reply>;
