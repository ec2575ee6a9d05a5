import type { Cell } from '../space/cell.ts';
import { everyEdge, always, type Edge, type Property } from '../space/properties.ts';
import { isLive, requestOf, rootBefore } from './seen.ts';

const isSaid = ({ move }: Edge, type: string): boolean =>
  move.kind === 'external' && move.offer.event.type === type;

/** True of what hands work over to others: it has to know of a pause. */
const handsOver = ({ machine }: Cell): boolean =>
  ['plan', 'arbitration', 'below'].includes(machine) || machine.startsWith('team-');

/** Law 8: stop stops, and a pause begins nothing. */
export const stopStops: readonly Property[] = [
  everyEdge(
    '8 after the end nothing begins and nothing ends',
    ['begun', 'handed', 'ended'],
    ({ before }) => before.ended === undefined,
  ),
  everyEdge(
    '8 a stop ends everything in its own step',
    ['said'],
    (edge) =>
      !isSaid(edge, 'run.stopped') ||
      edge.before.ended !== undefined ||
      edge.before.queued + edge.after.queued > 0 ||
      (edge.after.ended?.outcome === 'cancelled' && edge.begun.length === 0),
  ),
  everyEdge(
    '8 in a pause nothing is handed over, by whomever',
    ['handed'],
    (edge) =>
      isSaid(edge, 'run.resumed') || edge.before.queued > 0 || rootBefore(edge)?.isPaused !== true,
  ),
  always('8 whoever hands over is paused where the request is', ({ cells, root, queued }) => {
    const isPaused = requestOf(cells.get(root))?.isPaused;
    if (queued > 0 || isPaused === undefined) return true;
    for (const cell of cells.values())
      if (isLive(cell) && handsOver(cell))
        if ((cell.state.context as { isPaused: boolean }).isPaused !== isPaused) return false;
    return true;
  }),
];
