import { mayRead } from '../../machines/protocol/scope.ts';
import { isValueRef, type Json, type ValueRef, type Wire } from '../../machines/protocol/values.ts';

/** Values by hash: those of a run are a table. */
export interface Values {
  get(hash: string): Json | undefined;
}

/** A value whose label the run may not read; ends the actor that named it as `failed { leak }`. */
export class LeakError extends Error {
  readonly code = 'leak';

  constructor(scope: string, ref: ValueRef) {
    super(`a run of ${scope} may not read a value of ${ref.scope} (${ref.contract})`);
    this.name = 'LeakError';
  }
}

/** The value behind a reference. @throws RangeError where the table does not hold it. */
export function resolve(values: Values, ref: ValueRef): Json {
  const value = values.get(ref.hash);
  if (value === undefined) throw new RangeError(`no value ${ref.hash} (${ref.contract})`);
  return value;
}

/** What a charter's `with` makes of a value; what it returns is parsed before it crosses. */
export type Mapping = (of: Json) => unknown;

/**
 * Puts a value together from a wire.
 * @throws RangeError where the wire names a key that a value lacks or a mapping that the world does not know, and
 *   Error naming the mapping that throws.
 */
export function compose(
  values: Values,
  wire: Wire,
  mapping: (name: string) => Mapping | undefined,
): Json {
  if ('literal' in wire) return wire.literal;
  if ('list' in wire) return wire.list.map((item) => compose(values, item, mapping));
  if ('record' in wire)
    return Object.fromEntries(
      Object.entries(wire.record).map(([key, item]) => [key, compose(values, item, mapping)]),
    );
  if ('mapped' in wire) {
    const map = mapping(wire.mapped);
    if (map === undefined) throw new RangeError(`there is no mapping ${wire.mapped}`);
    // A copy: what a mapping does to its argument must not reach the table.
    const of = structuredClone(compose(values, wire.of, mapping));
    try {
      return map(of) as Json;
    } catch (cause) {
      throw new Error(`${wire.mapped} threw: ${String(cause)}`, { cause });
    }
  }
  const value = resolve(values, wire.ref);
  if (wire.key === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, wire.key))
    throw new RangeError(`${wire.ref.contract} has no key ${wire.key}`);
  return (value as { readonly [key: string]: Json })[wire.key] as Json;
}

/** Holds law 6 at spawn, send and effect: every reference in it is readable in the scope. @throws LeakError. */
export function requireReadable(scope: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (isValueRef(value)) {
    if (!mayRead(scope, value.scope)) throw new LeakError(scope, value);
    return;
  }
  if (Array.isArray(value)) for (const item of value) requireReadable(scope, item);
  else for (const key in value) requireReadable(scope, (value as Record<string, unknown>)[key]);
}

/** True where every reference in it is readable in the scope. */
export function isReadable(scope: string, value: unknown): boolean {
  try {
    requireReadable(scope, value);
    return true;
  } catch (error) {
    if (error instanceof LeakError) return false;
    throw error;
  }
}
