import type { Fact, Wish } from '../../machines/protocol/effects.ts';
import { MissingVersionError } from './missing-version-error.ts';
import { tell } from './tells.ts';
import { isWithin } from './timers.ts';
import type { Turn } from './turn.ts';
import { requireReadable } from './values.ts';

/** What an actor is told that is closed over its head, if it wants to know. */
export const CLOSED: Fact = { type: 'actor.closed' };

/** The event with its sender's path. */
export const signed = (event: Fact, from: string): Fact => ({ ...event, from }) as Fact;

/**
 * Lets all who are closed with an actor say what they give back: the youngest first, so that who keeps an account for others is
 * the last. What they send one another is taken at once, and nothing comes of it: nobody of them takes anything later.
 * @param closing those below `path`, in the order of their beginning.
 */
export function bidFarewell(turn: Turn, path: string, closing: readonly string[]): void {
  for (const below of closing.toReversed())
    for (const { type, params } of heard(turn, below, CLOSED)) {
      if (type === 'tell') tell(turn, below, params);
      if (type !== 'send' || !('path' in params.to)) continue;
      const to = params.to.path;
      const event = params.isSigned === true ? signed(params.event, below) : params.event;
      if (to !== path && isWithin(to, path)) heard(turn, to, event);
      else turn.post({ to, kind: 'internal', event });
    }
}

/** What an actor that has not ended wishes at an event; nothing where it does not take it, or breaks at it. */
function heard(turn: Turn, path: string, event: Fact): readonly Wish[] {
  const actor = turn.actors.get(path);
  if (actor === undefined || actor.ended !== undefined) return [];
  if (!turn.accepts(path, actor, 'internal', event.type)) return [];
  try {
    const moved = turn.driver.move(path, turn.logicOf(path, actor), actor.state, event);
    if (moved === undefined) return [];
    requireReadable(
      turn.scope,
      moved.wishes.map(({ params }) => params),
    );
    turn.record(path, { ...actor, state: moved.state });
    return moved.wishes as readonly Wish[];
  } catch (error) {
    if (error instanceof MissingVersionError) throw error;
    return [];
  }
}
