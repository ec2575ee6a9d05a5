import type { Fact } from '../../machines/protocol/effects.ts';
import { rootOf, type Incoming } from './system.ts';
import { tell } from './tells.ts';
import type { Turn } from './turn.ts';

/** By whom a run is paused that has too many dead letters. */
const KERNEL = { id: 'kernel', isRequester: false };

/** Takes a dead letter once more: to where it went, by whom it came; a message to a run that was not there is told anew. */
export function admitRedelivered(
  turn: Turn,
  { letter: at, event }: Extract<Incoming, { kind: 'redelivered' }>,
): void {
  const letter = turn.exhume(at);
  if (letter === undefined) return turn.refuse(rootOf(turn), { type: 'redelivered' }, 'not_again');
  const { to, kind, reason } = letter;
  if (reason !== 'no_run') return turn.post({ to, kind: kind ?? 'external', event });
  turn.account();
  tell(turn, rootOf(turn), { to, event });
}

/** Somebody has resumed the run, and with that seen its letters: it may have as many more. */
export function noteResumed({ draft, buried }: Turn): void {
  if (draft.letters?.isFull === true) draft.letters = { seen: buried, isFull: false };
}

/** Nothing is dropped for lack of room: a run with more dead letters than the limit is paused, until somebody resumes it. */
export function boundLetters(turn: Turn): void {
  const { draft, world, buried } = turn;
  if (draft.ended !== undefined) return;
  const to = rootOf(turn);
  const { seen = 0, isFull = false } = draft.letters ?? {};
  if (isFull || buried - seen <= world.limits.maxDeadLetters) return;
  draft.letters = { seen, isFull: true };
  const type = 'run.paused';
  const root = turn.actors.get(to);
  if (root === undefined || !turn.accepts(to, root, 'external', type)) return;
  turn.post({ to, kind: 'external', event: { type, by: KERNEL } as Fact });
}
