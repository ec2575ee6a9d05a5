import type { Fact } from '../../machines/protocol/effects.ts';
import { endActor, guarded, settle, startActor } from './actors.ts';
import { settleClaims } from './claims.ts';
import { abortEffect, pauseEffect, reissueEffects } from './effects.ts';
import { pure } from './xstate.ts';
import {
  emptySystem,
  rootOf,
  systemOf,
  type Driver,
  type Incoming,
  type System,
  type World,
} from './system.ts';
import { admitRedelivered, boundLetters, noteResumed } from './letters.ts';
import { admitArrived, admitTold, retell } from './tells.ts';
import { Turn, type Letter, type Stepped } from './turn.ts';

export type { Stepped };

/**
 * Takes one event to quiescence: the whole of what a run decides, as a pure function.
 * @param world what the run's machines and nodes are; the same for a replay.
 * @param driver how single transitions are taken; pure by default.
 * @returns the next system, what is wanted outside, in order, and with which definitions actors began. Never throws for what an
 *   actor does: that actor ends as failed.
 * @throws MissingVersionError where the world lacks a definition with which an actor was begun.
 */
export function step(
  world: World,
  system: System,
  incoming: Incoming,
  driver: Driver = pure,
): Stepped {
  const turn = new Turn(world, driver, standing(system, incoming), incoming);
  admit(turn, incoming);
  drain(turn);
  boundLetters(turn);
  drain(turn);
  return turn.finish();
}

/** Delivers all that is in the queue, and what comes of it. */
function drain(turn: Turn): void {
  for (let letter = next(turn); letter !== undefined; letter = next(turn)) {
    turn.deliveries += 1;
    if (turn.deliveries > turn.world.limits.maxDeliveriesPerStep) return breakOff(turn, letter);
    deliver(turn, letter);
  }
}

/** The next letter; those who wait for work that has ended hear of it when all else is at rest, if they still wait. */
function next(turn: Turn): Letter | undefined {
  if (turn.queue.length === 0) settleClaims(turn);
  return turn.queue.shift();
}

/** Where the run stands as the event comes in. */
function standing(system: System, incoming: Incoming): System {
  const { run, scope, seq } = system;
  if (incoming.kind === 'migrated')
    return systemOf({ ...incoming.system, values: incoming.values ?? {}, seq });
  return incoming.kind === 'retired' ? { ...emptySystem(run, scope), seq } : system;
}

/** Lets one incoming event into the queue, or refuses it with a dead letter. */
function admit(turn: Turn, incoming: Incoming): void {
  switch (incoming.kind) {
    case 'started': {
      if (turn.actors.size > 0)
        return turn.refuse(incoming.machine, { type: 'started' }, 'wrong_kind');
      turn.draft.requester = incoming.principal.id;
      return startActor(turn, incoming.machine, { machine: incoming.machine }, incoming.input);
    }
    case 'external': {
      const { id } = incoming.principal;
      const by = { id, isRequester: id === turn.draft.requester };
      return turn.post({
        to: incoming.to,
        kind: 'external',
        event: { ...incoming.event, by } as Fact,
      });
    }
    case 'answer':
      return admitAnswer(turn, incoming.effectId, incoming.event);
    case 'timer':
      return admitTimer(turn, incoming.timer);
    case 'told':
      return admitTold(turn, incoming);
    case 'arrived':
      return admitArrived(turn, incoming);
    case 'restored':
      reissueEffects(turn);
      return retell(turn);
    case 'redelivered':
      return admitRedelivered(turn, incoming);
    case 'migrated':
      return turn.account();
    case 'retired': {
      const ending = { outcome: 'cancelled', reason: 'cancelled' } as const;
      for (const actor of incoming.actors) turn.outgoing.push({ kind: 'ended', actor, ending });
      turn.draft.ended = ending;
      return turn.account();
    }
  }
}

function admitAnswer(turn: Turn, effectId: string, event: Fact): void {
  const effect = turn.effects[effectId];
  const actor = effect && turn.actors.get(effect.actor);
  if (effect === undefined || actor === undefined)
    return turn.refuse(effectId, event, 'effect_closed');
  if (!turn.accepts(effect.actor, actor, 'answer', event.type))
    return turn.refuse(effect.actor, event, 'wrong_kind');
  turn.post({ to: effect.actor, kind: 'answer', event, answers: effectId });
}

function admitTimer(turn: Turn, key: string): void {
  const timer = turn.timers[key];
  const isDue = timer !== undefined && timer.leftMs === undefined && timer.dueAt <= turn.at;
  if (!isDue) return turn.refuse(timer?.actor ?? key, { type: 'timer.fired' }, 'not_due');
  delete turn.timers[key];
  if (timer.effectId !== undefined) abortEffect(turn, timer.effectId);
  turn.post({ to: timer.actor, kind: 'internal', event: timer.event });
}

function deliver(turn: Turn, letter: Letter): void {
  const actor = turn.actors.get(letter.to);
  if (turn.draft.ended !== undefined) return turn.bury(letter, 'ended');
  if (actor === undefined) return turn.bury(letter, 'no_actor');
  if (actor.ended !== undefined) return turn.bury(letter, 'ended');
  // An answer was looked at before its effect was closed for it.
  if (
    letter.answers === undefined &&
    !turn.accepts(letter.to, actor, letter.kind, letter.event.type)
  )
    return turn.bury(letter, 'wrong_kind');
  let isTaken = true;
  const reopen = letter.answers === undefined ? undefined : pauseEffect(turn, letter.answers);
  guarded(turn, letter.to, () => {
    const logic = turn.logicOf(letter.to, actor);
    const moved = turn.driver.move(letter.to, logic, actor.state, letter.event);
    if (moved === undefined) isTaken = false;
    else settle(turn, letter.to, moved);
  });
  if (isTaken && letter.event.type === 'run.resumed' && letter.to === rootOf(turn))
    noteResumed(turn);
  if (isTaken) return turn.take();
  reopen?.();
  turn.bury(letter, 'unhandled');
}

/** More deliveries than the limit: the run ends, and what was still queued is accounted for. */
function breakOff(turn: Turn, letter: Letter): void {
  turn.bury(letter, 'undelivered');
  for (const rest of turn.queue.splice(0)) turn.bury(rest, 'undelivered');
  if (turn.actors.size > 0) endActor(turn, rootOf(turn), turn.badEnd('failed', 'livelock'));
}
