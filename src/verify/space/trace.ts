import { step } from '../../kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../../kernel/system.ts';
import { predecessorOf } from '../../kernel/tells.ts';
import { effectTimer } from '../../kernel/timers.ts';
import { idOf, type CellEffect } from './cell.ts';
import type { Beginning, Move } from './environment.ts';

const effectIdOf = ({ run }: System, actor: string, { id, attempt }: CellEffect): string =>
  `${run}#${actor}:${id}.${attempt}`;

/** A timer's event at the first instant at which it is due and the system's time does not go back. */
function fired({ timers }: System, timer: string, at: number): Incoming {
  return { kind: 'timer', timer, at: Math.max(at, timers[timer]?.dueAt ?? at) };
}

/**
 * The move as the event of a concrete system, as `step` takes it.
 * @param at milliseconds; a timer moves it on to its instant.
 * @throws RangeError for a delivery, which is no event from outside.
 */
export function incomingOf(system: System, move: Move, at: number): Incoming {
  switch (move.kind) {
    case 'answer': {
      const { event, values = {} } = move.offer;
      const effectId = effectIdOf(system, move.actor, move.effect);
      return { kind: 'answer', effectId, event, values, at };
    }
    case 'external': {
      const { event, values = {}, principal = { id: '', proof: 'embedder' } } = move.offer;
      return { kind: 'external', to: move.actor, event, principal, values, at };
    }
    case 'expiry':
      return fired(system, effectTimer(effectIdOf(system, move.actor, move.effect)), at);
    case 'timer':
      return fired(system, `${move.actor}:${move.timer}`, at);
    case 'restored':
      return { kind: 'restored', at };
    case 'told':
    case 'delivered':
      throw new RangeError('a delivery is no event from outside');
  }
}

/** A message as the event of its concrete receiver. @throws RangeError where its sender has none such. */
export function toldOf(
  sender: System,
  receiver: System,
  { order, actor, event }: Extract<Move, { kind: 'told' }>,
  at: number,
): Extract<Incoming, { kind: 'told' }> {
  const [next, early] = sender.tells.filter(({ run }) => run === receiver.run);
  const told = order === 'early' ? early : next;
  const from = sender.run;
  if (order === 'twice')
    return {
      kind: 'told',
      from,
      seq: receiver.peers?.get(from)?.heard ?? 0,
      after: 0,
      to: actor,
      event,
      at,
    };
  if (told === undefined) throw new RangeError(`${from} tells ${receiver.run} nothing`);
  return {
    kind: 'told',
    from,
    seq: told.seq,
    after: predecessorOf(sender, told),
    to: told.actor,
    event: told.event,
    values: sender.values.toJSON(),
    at,
  };
}

/** The events of a way, each with its run, at instants at which concrete systems take them. */
export function eventsOf(
  world: World,
  beginnings: readonly Beginning[],
  moves: readonly Move[],
  take: typeof step = step,
): { readonly events: readonly Incoming[]; readonly runs: readonly string[] } {
  const systems = new Map<string, System>();
  const events: Incoming[] = [];
  const runs: string[] = [];
  let at = 0;
  const add = (before: System, event: Incoming): void => {
    events.push(event);
    runs.push(before.run);
    at = Math.max(at, event.at);
    systems.set(before.run, take(world, before, event).system);
  };
  for (const { run, scope, started } of beginnings) add(emptySystem(run, scope), started);
  for (const move of moves) {
    const system = systems.get(move.system ?? runs[0] ?? '') as System;
    if (move.kind !== 'told') {
      add(system, incomingOf(system, move, at));
      continue;
    }
    const sender = systems.get(move.from) as System;
    const told = toldOf(sender, system, move, at);
    add(system, told);
    // What came twice or too early is not known to have arrived.
    if (move.order === 'next')
      add(sender, { kind: 'arrived', run: system.run, seq: told.seq, isLost: false, at });
  }
  return { events, runs };
}

/** What a move is called in a printed trace. */
export const nameOf = (move: Move): string =>
  move.system === undefined ? plainName(move) : `${idOf(move.system)}: ${plainName(move)}`;

const when = { next: '', twice: ' a second time', early: ' too early' } as const;

function plainName(move: Move): string {
  switch (move.kind) {
    case 'answer':
      return `${move.actor} ${move.effect.id}.${move.effect.attempt} ${move.isLate ? 'late ' : ''}${move.offer.name}`;
    case 'external':
      return `${move.actor} ${move.offer.name}`;
    case 'expiry':
      return `${move.actor} ${move.effect.id}.${move.effect.attempt} expires`;
    case 'timer':
      return `${move.actor} ${move.timer} passes`;
    case 'told':
      return `hears ${move.event.type} of ${idOf(move.from)}${when[move.order]}`;
    case 'restored':
      return 'crash and restore';
    case 'delivered':
      return 'one delivery';
  }
}
