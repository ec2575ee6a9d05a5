import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';

/** Something that waits on a person. */
export interface Review {
  /** The address to answer at: `run#actor`. */
  readonly id: string;
  readonly run: string;
  readonly actor: string;
  /** `question`: it wants a text; anything else wants a yes or no to `subject`. */
  readonly purpose: string;
  readonly subject: Json;
  /** Binds the approval to this content. */
  readonly hash: string;
}

/** Everything in a run that waits on a person, in the order in which it was asked. */
export function reviewsOf(system: System): Review[] {
  return Object.values(system.effects)
    .filter(({ kind }) => kind === 'person.ask')
    .map(({ actor, params }) => {
      const { subject, purpose } = params as unknown as { subject: ValueRef; purpose: string };
      return {
        id: `${system.run}#${actor}`,
        run: system.run,
        actor,
        purpose,
        subject: system.values.get(subject.hash) ?? null,
        hash: subject.hash,
      };
    });
}

/** True where a run can only go on by a person: everything else in it is at rest. */
export const isWaiting = ({ ended, effects, letters }: System): boolean =>
  ended === undefined &&
  (Object.keys(effects).length > 0 || letters?.isFull === true) &&
  Object.values(effects).every(({ kind }) => kind === 'person.ask');
