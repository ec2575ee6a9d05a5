import * as z from 'zod';
import { Scope } from './scope.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Stands for a value: machines hold references, the value itself lies in the system's value table. */
export const ValueRef = z.strictObject({
  /** SHA-256 of the value's canonical JSON, in hex. */
  hash: z.string().length(64),
  scope: Scope,
  /** The contract the value has passed: `node@version.outcome`, or a name of the protocol. */
  contract: z.string().max(256),
});
export type ValueRef = z.infer<typeof ValueRef>;

/**
 * How a new value is put together from existing ones: data, never a function, so that a plan can
 * carry it and the checker can read it. `literal` is for names and numbers, not for payloads.
 */
export type Wire =
  | { readonly ref: ValueRef; readonly key?: string }
  | { readonly literal: string | number | boolean | null }
  /** What the world's mapping of that name makes of it: a charter's `with`. */
  | { readonly mapped: string; readonly of: Wire }
  | { readonly list: readonly Wire[] }
  | { readonly record: { readonly [key: string]: Wire } };

/** True for an object that is a value reference. */
export function isValueRef(value: unknown): value is ValueRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hash' in value &&
    'contract' in value &&
    'scope' in value
  );
}
