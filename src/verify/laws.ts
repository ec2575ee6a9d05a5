import type { World } from '../kernel/system.ts';
import type { Environment } from './space/environment.ts';
import { everyEdge, type Property } from './space/properties.ts';
import { bounded } from './laws/bounds.ts';
import { budgetsHold } from './laws/budgets.ts';
import { exactlyOnce } from './laws/crashes.ts';
import { oneDecider } from './laws/deciders.ts';
import { endsInTime, oneEnd } from './laws/ends.ts';
import { gatesHold } from './laws/gates.ts';
import { handoffsHold } from './laws/handoffs.ts';
import { oneOwner } from './laws/owners.ts';
import { stopStops } from './laws/stops.ts';

/** Law 10: everything is accounted for. */
const accountedFor: readonly Property[] = [
  everyEdge(
    '10 what came in was taken, is a dead letter or is under way',
    [],
    (edge) =>
      edge.in === edge.handled + edge.dead.length ||
      edge.in === edge.handled + edge.dead.length + (edge.after.queued - edge.before.queued),
  ),
  everyEdge(
    '10 nobody is told who was never there',
    [],
    ({ move, dead, before, after }) =>
      move.kind === 'told' ||
      !dead.includes('no_actor') ||
      // Where letters are under way somebody may have been forgotten since.
      before.queued + after.queued > 0,
  ),
  everyEdge(
    '10 an answer to an open effect is taken, or is of the wrong kind',
    [],
    ({ move, dead }) => move.kind !== 'answer' || move.isLate || !dead.includes('unhandled'),
  ),
];

/** The laws that a space of states can break, each by its number; those about values and journals are tested elsewhere. */
export const laws = (
  world: World,
  { systems, faultsPerPath }: Environment,
): readonly Property[] => [
  ...oneEnd,
  ...(faultsPerPath === Infinity ? endsInTime : []),
  ...handoffsHold,
  ...oneOwner(world),
  ...oneDecider(world),
  ...gatesHold(systems[0]?.started.principal.id ?? ''),
  ...bounded(world),
  ...budgetsHold,
  ...stopStops,
  ...exactlyOnce(world),
  ...accountedFor,
];
