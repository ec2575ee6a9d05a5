// What became of every event and every effect of some runs, read from their journals and from where these lead.
import type { Incoming, Outgoing, System } from '../../src/kernel/system.ts';
import type { Buried, JournalRecord } from '../../src/store/ports.ts';

/** A run as it stands, with its records. */
export interface Accounted {
  readonly system: System;
  readonly records: readonly JournalRecord[];
}

export interface Accounting {
  /** Events in, those between actors too, and what became of them. */
  readonly events: number;
  readonly handled: number;
  /** By reason. */
  readonly dead: Readonly<Record<string, number>>;
  /** Effects begun, and those that are answered, aborted, or open. */
  readonly effects: number;
  readonly closed: number;
  readonly open: number;
  /** Messages to other runs that have not arrived. */
  readonly untold: number;
  /** Events and effects of which nothing of this is true. */
  readonly unaccounted: number;
}

/** Effects that a run began, and what of them is over by its journal. */
function effectsIn(records: readonly JournalRecord[]) {
  const [begun, over] = [new Set<string>(), new Set<string>()];
  for (const record of records) {
    if (record.kind !== 'committed') continue;
    const incoming = record.incoming as unknown as Incoming;
    const outbox = record.outbox as unknown as readonly (Outgoing | Buried)[];
    // People answer by an event from outside; their gate ends.
    if (incoming.kind === 'answer') over.add(incoming.effectId);
    for (const item of outbox) {
      if (item.kind === 'effect') begun.add(item.effectId);
      if (item.kind === 'abort') over.add(item.effectId);
      if (item.kind === 'ended')
        for (const id of begun) if (id.includes(`#${item.actor}:`)) over.add(id);
    }
  }
  return { begun, over };
}

export function accountingOf(runs: readonly Accounted[]): Accounting {
  const dead: Record<string, number> = {};
  const sum = { events: 0, handled: 0, effects: 0, closed: 0, open: 0, untold: 0, unaccounted: 0 };
  for (const { system, records } of runs) {
    const { accounts, effects, tells } = system;
    sum.events += accounts.in;
    sum.handled += accounts.handled;
    sum.untold += tells.length;
    for (const { reason } of system.dead) dead[reason] = (dead[reason] ?? 0) + 1;
    sum.unaccounted += Math.abs(accounts.in - accounts.handled - system.dead.length);
    // The journal alone says the same of what was not taken.
    const buried = records.flatMap((record) =>
      record.kind === 'committed'
        ? (record.outbox as unknown as readonly { kind: string }[]).filter(
            ({ kind }) => kind === 'dead',
          )
        : [],
    );
    sum.unaccounted += Math.abs(buried.length - system.dead.length);
    const { begun, over } = effectsIn(records);
    sum.effects += begun.size;
    for (const id of begun)
      if (over.has(id)) sum.closed += 1;
      else if (Object.hasOwn(effects, id)) sum.open += 1;
      else sum.unaccounted += 1;
  }
  return { ...sum, dead };
}
