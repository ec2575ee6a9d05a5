import type { EffectKind } from '../../machines/protocol/effects.ts';
import type { Incoming, Outgoing } from '../kernel/system.ts';
import type { Buried, JournalRecord } from '../store/ports.ts';
import { committedOf } from './trace.ts';

/** A piece of work that was under way outside. */
export interface InFlight {
  /** Whose it was: an actor's path, and what that plays. */
  readonly actor: string;
  readonly node?: string;
  readonly effect: EffectKind;
  readonly effectId: string;
  /** When it was issued last; milliseconds since 1970. */
  readonly since: number;
  /** True for a call of a tool that had begun: where that writes, nobody knows whether it has. */
  readonly isBegun: boolean;
}

type Effect = Extract<Outgoing, { kind: 'effect' }>;

/**
 * What was under way when a run was stopped, oldest first, from its journal alone; empty where nobody has stopped it, or it had
 * ended before.
 */
export function inFlightAtStop(records: readonly JournalRecord[]): InFlight[] {
  const open = new Map<string, InFlight>();
  const nodes = new Map<string, string>();
  const begun = new Set(
    records.flatMap((record) => (record.kind === 'begun' ? [record.effectId] : [])),
  );
  for (const { incoming, outbox } of committedOf(records)) {
    if (isStop(incoming, outbox))
      return [...open.values()].map((one) => ({ ...one, isBegun: begun.has(one.effectId) }));
    for (const [actor, [, node]] of Object.entries(incoming.versions ?? {}))
      if (node !== undefined) nodes.set(actor, node.slice(0, node.lastIndexOf('@')));
    const isTaken = !outbox.some((item) => item.kind === 'dead' && item.as === 'answer');
    if (incoming.kind === 'answer' && isTaken) open.delete(incoming.effectId);
    for (const item of outbox) {
      if (item.kind === 'abort') open.delete(item.effectId);
      if (item.kind === 'effect') open.set(item.effectId, flightOf(item, nodes, incoming.at));
    }
  }
  return [];
}

function flightOf(
  { effectId, effect: { actor, kind } }: Effect,
  nodes: ReadonlyMap<string, string>,
  since: number,
): InFlight {
  const node = nodes.get(actor);
  return {
    actor,
    ...(node !== undefined && { node }),
    effect: kind,
    effectId,
    since,
    isBegun: false,
  };
}

function isStop(incoming: Incoming, outbox: readonly (Outgoing | Buried)[]): boolean {
  if (incoming.kind === 'retired') return true;
  return (
    incoming.kind === 'external' &&
    incoming.event.type === 'run.stopped' &&
    outbox.some((item) => item.kind === 'ended' && !item.actor.includes('/'))
  );
}
