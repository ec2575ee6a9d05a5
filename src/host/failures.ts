import type { Reason } from '../../machines/protocol/outcomes.ts';
import type { OpenEffect, System } from '../kernel/system.ts';
import { messageOf, Parcel, type Reply } from './border.ts';
import { promiseFailed } from './promises.ts';

/** What could not even be tried is an answer too: an effect is never left without one. */
export function failureOf(
  system: System,
  { kind, id }: OpenEffect,
  error: unknown,
  reason: Reason = 'threw',
): Reply | undefined {
  const parcel = new Parcel(system);
  switch (kind) {
    case 'agent.turn':
      return parcel.failed('agent.failed', reason, messageOf(error));
    case 'tool.call':
      return parcel.failed('tool.failed', reason, messageOf(error));
    case 'plan.check':
      return parcel.reply({ type: 'plan.refused', note: parcel.note(messageOf(error)) });
    case 'actor.promise':
      return promiseFailed(id, reason, error);
    case 'schedule.look':
      return parcel.failed('tick.failed', reason, messageOf(error));
    case 'run.begin':
      return parcel.failed('run.failed', reason, messageOf(error));
    case 'person.ask':
      return undefined;
  }
}
