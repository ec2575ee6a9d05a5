import { phaseOf } from '../space/projection.ts';
import type { Move } from '../space/environment.ts';
import { always, canEnd, everyEdge, type Edge, type Property } from '../space/properties.ts';
import { isLive, requestOf } from './seen.ts';

/** Events by which somebody comes to the rescue of a run. */
const rescues: readonly string[] = ['run.stopped', 'run.resumed'];
const isTime = ({ kind }: Move): boolean => kind === 'timer' || kind === 'expiry';
const isRescue = (move: Move): boolean =>
  move.kind === 'restored' || (move.kind === 'external' && rescues.includes(move.offer.event.type));
const isDelivery = ({ kind }: Move): boolean => kind === 'delivered' || kind === 'told';
/** What everybody does who does what was asked of them; a paused run is let on. */
const isAnswer = (move: Move): boolean =>
  move.kind === 'answer' || (move.kind === 'external' && move.offer.event.type !== 'run.stopped');

const childOf: Readonly<Record<string, string>> = {
  working: 'plan',
  gating: 'plan-gate',
  releasing: 'release-gate',
};

/** An expiry that the request only passes on: its child's, or one that it has written down before. */
function wasExpired({ before }: Edge): boolean {
  const root = before.cells.get(before.root);
  const context = requestOf(root);
  if (root === undefined || context === undefined) return false;
  const child = context.children[childOf[phaseOf(root.state)] ?? ''];
  return context.ending?.outcome === 'expired' || child?.outcome === 'expired';
}

/** True where the request writes down that it expired, though no child of it has. */
const notesExpiry = (edge: Edge): boolean =>
  requestOf(edge.after.cells.get(edge.after.root))?.ending?.outcome === 'expired' &&
  !wasExpired(edge);

/** Law 1: one end. */
export const oneEnd: readonly Property[] = [
  everyEdge('1 an actor ends once', ['ended'], ({ ended, before }) =>
    ended.every(
      ({ actor }, at) =>
        before.cells.get(actor)?.ended === undefined &&
        ended.findIndex((other) => other.actor === actor) === at,
    ),
  ),
  always('1 what has ended leaves nothing open', ({ cells, ended }) => {
    for (const cell of cells.values()) {
      if (ended !== undefined && isLive(cell)) return false;
      if (cell.ended && cell.effects.length + cell.timers.length > 0) return false;
    }
    return true;
  }),
  everyEdge('1 nothing is said to have expired but by time', ['ended', 'said'], (edge) => {
    if (isTime(edge.move) || ['restored', 'delivered', 'told'].includes(edge.move.kind))
      return true;
    const { root } = edge.before;
    const isSaid = edge.ended.some(
      ({ actor, ending }) => ending.outcome === 'expired' && !(actor === root && wasExpired(edge)),
    );
    // Only an end below, or a pause that is over, makes a request write down how it ends.
    const mayNote = edge.ended.length > 0 || edge.move.kind === 'external';
    return !isSaid && !(mayNote && notesExpiry(edge));
  }),
  canEnd('1 answers alone end it', (move) => isAnswer(move) || isDelivery(move)),
];

/** Law 1 where any number of faults may come: under a budget time stands still once it is used up. */
export const endsInTime: readonly Property[] = [
  canEnd('1 it can still end, though nobody comes to the rescue', (move) => !isRescue(move)),
  canEnd('1 time alone ends it', (move) => isTime(move) || isDelivery(move)),
];
