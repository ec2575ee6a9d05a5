import type { Json } from '../../machines/protocol/values.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { JournalRecord } from './ports.ts';

/** What stands where words have been forgotten. */
export const FORGOTTEN = '(forgotten)';

/** Shorter than any value, or as short. */
const NOTHING = 0;

/**
 * A record without its words, never longer than it was; undefined where it has none.
 * @param hashes the values that are forgotten; undefined: all, and what events brought beside values.
 */
export function scrubbed(
  record: JournalRecord,
  hashes: ReadonlySet<string> | undefined,
): JournalRecord | undefined {
  if (record.kind === 'blob')
    return hashes?.has(record.hash) === false ? undefined : { ...record, value: NOTHING };
  if (record.kind !== 'committed' || hashes !== undefined) return undefined;
  const incoming = bare(record.incoming as unknown as Incoming);
  const outbox = (record.outbox as unknown as readonly Outgoing[]).map(bareItem);
  return { ...record, incoming, outbox } as unknown as JournalRecord;
}

/** The pieces of all that models were sent: any value may stand in them. */
export const promptsOf = (records: readonly JournalRecord[]): string[] =>
  records.flatMap((record) => (record.kind === 'begun' ? (record.prompt ?? []) : []));

/** The values that some records bring. */
export const hashesOf = (records: readonly JournalRecord[]): string[] => [
  ...new Set(records.flatMap((record) => (record.kind === 'blob' ? [record.hash] : []))),
];

/** What a trace and a list read of an event, and who sent it; of its own fields the name alone. */
function bare(incoming: Incoming): unknown {
  if (typeof incoming !== 'object' || incoming === null) return NOTHING;
  const { input, event, system, ...rest } = incoming as Incoming & {
    readonly system?: Json;
    readonly input?: { readonly request?: unknown; readonly node?: unknown };
    readonly event?: { readonly type: string };
  };
  const { request, node } = input ?? {};
  return {
    ...rest,
    ...(input !== undefined && { input: { request, node } }),
    ...(event !== undefined && { event: { type: event.type } }),
    ...(system !== undefined && { system: bareSystem(system) }),
  };
}

function bareItem(item: Outgoing): unknown {
  if (item.kind !== 'tell') return item;
  const { event, ...tell } = item.tell;
  return { kind: item.kind, tell: { ...tell, event: { type: event.type } } };
}

/** What a run that has ended still needs of itself: how its actors stand and ended, without what they knew. */
export function bareSystem(system: Json): Json {
  const {
    actors,
    dead,
    timers,
    effects,
    values: _,
    ...rest
  } = system as unknown as {
    readonly actors: Readonly<
      Record<string, { machine: string; state: { value: Json; context: Json } }>
    >;
    readonly dead: readonly { readonly event: { readonly type: string } }[];
    readonly timers: Readonly<Record<string, { readonly event: { readonly type: string } }>>;
    readonly effects: Readonly<Record<string, object>>;
    readonly values?: Json;
  };
  const each = <T>(table: Readonly<Record<string, T>>, of: (one: T) => unknown) =>
    Object.fromEntries(Object.entries(table).map(([key, one]) => [key, of(one)]));
  const named = <T extends { readonly event: { readonly type: string } }>(one: T) => ({
    ...one,
    event: { type: one.event.type },
  });
  return {
    ...rest,
    actors: each(actors, ({ state: { value, context }, ...actor }) => ({
      ...actor,
      state: { value, context: leftOf(actor.machine, context) },
    })),
    dead: dead.map(named),
    timers: each(timers, named),
    effects: each(effects, (effect) => ({ ...effect, params: {} })),
  } as unknown as Json;
}

/**
 * What is still told of a run by a context: where the words of a request lie, as long as they are not forgotten, and the numbers by which an
 * inspector calls the parts of a plan, which come from their order.
 */
function leftOf(machine: string, context: Json): Json {
  const { parts, request } = (context ?? {}) as {
    readonly parts?: readonly { readonly id?: Json }[];
    readonly request?: Json;
  };
  return {
    ...(Array.isArray(parts) && {
      parts: (parts as { readonly id?: Json }[]).map(({ id = '' }) => ({ id })),
    }),
    ...(machine === 'request' && request !== undefined && { request }),
  };
}
