import { asksPerson, type Fact } from '../../machines/protocol/effects.ts';
import type { OpenEffect } from './system.ts';
import type { Turn } from './turn.ts';

/** True where `path` is the actor itself or stands below it. */
export const isWithin = (path: string, actor: string): boolean =>
  path === actor || path.startsWith(`${actor}/`);

const asksWithin = (turn: Turn, actor: string): boolean =>
  Object.values(turn.effects).some(
    (effect) => asksPerson(effect.kind) && isWithin(effect.actor, actor),
  );

/** Arms a timer, or holds it at once where a person is being asked at its actor or below. */
export function arm(
  turn: Turn,
  key: string,
  timer: {
    readonly actor: string;
    readonly event: Fact;
    readonly delayMs: number;
    readonly work: boolean;
    readonly effectId?: string;
  },
): void {
  const { actor, event, delayMs, work, effectId } = timer;
  const dueAt = turn.at + delayMs;
  if (effectId !== undefined) turn.timers[key] = { actor, event, work, effectId, dueAt };
  else if (work && asksWithin(turn, actor))
    turn.timers[key] = { actor, event, work, dueAt, leftMs: delayMs };
  else turn.timers[key] = { actor, event, work, dueAt };
}

/** Work deadlines of everybody above stand still while a person is asked. */
export function hold(turn: Turn, asker: OpenEffect): void {
  for (const [key, timer] of Object.entries(turn.timers))
    if (timer.work && timer.leftMs === undefined && isWithin(asker.actor, timer.actor))
      turn.timers[key] = { ...timer, leftMs: Math.max(0, timer.dueAt - turn.at) };
}

/** The person has answered, or is no longer asked: what was held runs on, unless another is still asked. */
export function release(turn: Turn, asker: OpenEffect): void {
  for (const [key, timer] of Object.entries(turn.timers)) {
    if (timer.leftMs === undefined || !isWithin(asker.actor, timer.actor)) continue;
    if (asksWithin(turn, timer.actor)) continue;
    const { leftMs, ...rest } = timer;
    turn.timers[key] = { ...rest, dueAt: turn.at + leftMs };
  }
}

/** Key of the timer that bounds an effect. */
export const effectTimer = (effectId: string): string => `effect:${effectId}`;
