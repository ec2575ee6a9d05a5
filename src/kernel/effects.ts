import { asksPerson, type Effect } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { OpenEffect } from './system.ts';
import { arm, effectTimer, hold, release } from './timers.ts';
import type { Turn } from './turn.ts';

/** The idempotency key of an effect: the same for every attempt. */
const keyOf = (turn: Turn, { actor, id, key = id }: OpenEffect): string =>
  `${turn.address(actor)}:${key}`;
const idOf = (turn: Turn, { actor, id, attempt }: OpenEffect): string =>
  `${turn.address(actor)}:${id}.${attempt}`;

function issue(turn: Turn, effect: OpenEffect): void {
  const effectId = idOf(turn, effect);
  turn.effects[effectId] = effect;
  const { actor, id, withinMs } = effect;
  arm(turn, effectTimer(effectId), {
    actor,
    event: { type: 'effect.expired', id } as { type: string },
    delayMs: withinMs,
    work: false,
    effectId,
  });
  if (asksPerson(effect.kind)) hold(turn, effect);
  turn.outgoing.push({ kind: 'effect', effectId, key: keyOf(turn, effect), effect });
}

/** Opens an effect with the timer that bounds it. @throws RangeError where the actor has one of that id open. */
export function openEffect(
  turn: Turn,
  actor: string,
  { id, key = id, kind, params, withinMs }: Effect,
): void {
  if (findEffect(turn, actor, id) !== undefined)
    throw new RangeError(`the effect ${id} is open already`);
  const effect = { actor, id, kind, params: params as Json, withinMs, attempt: 1 };
  issue(turn, key === id ? effect : { ...effect, key });
}

/** The id of an actor's open effect. */
export function findEffect(turn: Turn, actor: string, id: string): string | undefined {
  return Object.keys(turn.effects).find((effectId) => {
    const effect = turn.effects[effectId];
    return effect?.actor === actor && effect.id === id;
  });
}

/** Takes an effect and its timer off the tables. */
export function closeEffect(turn: Turn, effectId: string): OpenEffect | undefined {
  const effect = turn.effects[effectId];
  if (effect === undefined) return undefined;
  delete turn.effects[effectId];
  delete turn.timers[effectTimer(effectId)];
  if (asksPerson(effect.kind)) release(turn, effect);
  return effect;
}

/** Closes an effect while its answer is delivered; the returned function opens it again, with the time that it had. */
export function pauseEffect(turn: Turn, effectId: string): () => void {
  const timer = turn.timers[effectTimer(effectId)];
  const effect = closeEffect(turn, effectId);
  return () => {
    if (effect === undefined || timer === undefined) return;
    turn.effects[effectId] = effect;
    turn.timers[effectTimer(effectId)] = timer;
    if (asksPerson(effect.kind)) hold(turn, effect);
  };
}

/** Closes an effect whose answer is no longer wanted; a late one becomes a dead letter. */
export function abortEffect(turn: Turn, effectId: string): void {
  const effect = closeEffect(turn, effectId);
  if (effect !== undefined) turn.outgoing.push({ kind: 'abort', effectId, effect });
}

/** Closes an effect whose time is up and tells its actor. */
export function expireEffect(turn: Turn, effectId: string): void {
  const effect = turn.effects[effectId];
  if (effect === undefined) return;
  abortEffect(turn, effectId);
  turn.post({
    to: effect.actor,
    kind: 'internal',
    event: { type: 'effect.expired', id: effect.id } as { type: string },
  });
}

/**
 * After a restart: every open effect is issued again as a new attempt under the same key, so that an answer to the
 * old one is late; beyond the limit of attempts it counts as hung. A person is asked again under the same id.
 */
export function reissueEffects(turn: Turn): void {
  for (const [effectId, effect] of Object.entries(turn.effects)) {
    if (asksPerson(effect.kind)) {
      turn.outgoing.push({ kind: 'effect', effectId, key: keyOf(turn, effect), effect });
    } else if (effect.attempt >= turn.world.limits.maxAttempts) {
      expireEffect(turn, effectId);
    } else {
      // It may still be under way here, where nothing has ended but the run was taken up again.
      abortEffect(turn, effectId);
      issue(turn, { ...effect, attempt: effect.attempt + 1 });
    }
  }
}
